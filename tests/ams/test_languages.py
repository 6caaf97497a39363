"""German and French say everything that English says; an association is spoken to in its own languages."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import dates, translation

from ams.models import Association, Individual
from tests.ams import catalogs
from tests.ams.catalogs import Entry, Text

LANGUAGES = ["de", "fr"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
TAG = re.compile(r"<[^>]+>")
HEADING = re.compile(r"<h[123][^>]*>(.*?)</h[123]>|<legend[^>]*>(.*?)</legend>", re.DOTALL)


def test_the_search_finds_texts_wherever_they_stand() -> None:
    found = catalogs.texts()
    assert Text(None, "Your privacy") in found  # a page
    assert Text(None, "Your data is gone") in found  # a mail
    assert Text("number", "twelve") in found  # code, with a context
    assert Text(None, "data protection officer") in found  # a model
    assert Text(None, "one goes,", "%(going)s go,") in found  # a plural of a page
    assert len(found) > 1500


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    """After a new text: manage.py makemessages -l de -l fr, translate, compilemessages."""
    there = {entry.text for entry in catalogs.written(language) if all(entry.forms)}
    missing = {text.one: where for text, where in catalogs.texts().items() if text not in there}
    assert missing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_empty_or_a_guess(language: str) -> None:
    entries = catalogs.written(language)
    assert [entry.text.one for entry in entries if not all(entry.forms) or entry.fuzzy] == []
    assert {len(entry.forms) for entry in entries if entry.text.many} == {2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_names_and_tags_of_its_text(language: str) -> None:
    for entry in catalogs.written(language):
        for form, wanted in zip(entry.forms, originals(entry), strict=True):
            assert sorted(TAG.findall(form)) in [sorted(TAG.findall(text)) for text in wanted], entry
            assert set(PLACEHOLDER.findall(form)) in [set(PLACEHOLDER.findall(text)) for text in wanted], (
                entry
            )


def originals(entry: Entry) -> list[list[str]]:
    """What each form may follow. For one, French names the number too: it says "0 chose" in the singular."""
    one, many = entry.text.one, entry.text.many
    return [[one]] if many is None else [[one, many], [many]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    catalog = catalogs.compiled(language)
    stale = [
        entry.text.one
        for entry in catalogs.written(language)
        if all(entry.forms) and catalogs.forms_in(catalog, entry.text) != entry.forms
    ]
    assert stale == []


def test_nobody_is_shouted_at() -> None:
    everything = [text.one for text in catalogs.texts()]
    for language in LANGUAGES:
        everything += [form for entry in catalogs.written(language) for form in entry.forms]
    assert [text for text in everything if "!" in text] == []


def test_no_text_is_taken_for_a_month_or_a_day() -> None:
    """Django asks our catalogs too: somebody who “may” would turn the 6th of May into “6. Darf”."""
    names = [dates.MONTHS, dates.MONTHS_3, dates.MONTHS_AP, dates.WEEKDAYS, dates.WEEKDAYS_ABBR]
    with translation.override("en"):
        taken = {str(name) for each in names for name in each.values()}
    assert {"May", "may", "Monday"} < taken
    assert taken & {text.one for text in catalogs.texts() if text.context is None} == set()


def test_ann_reads_her_data_in_the_language_of_the_page(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    page = client.get("/privacy/take/", headers={"accept-language": "de"}).content.decode()
    assert ann.language == "en"
    assert "6. Mai 1984" in page
    assert "Das Mitgliederverzeichnis führen" in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["/privacy/", "/privacy/choices/", "/privacy/erase/", "/privacy/take/", "/join/"]
)
def test_ann_reads_no_english_heading(path: str, language: str, client: Client, ann: Individual) -> None:
    if path.startswith("/privacy/"):
        client.force_login(ann.account)
    english, other = headings(client, path, "en"), headings(client, path, language)
    assert english
    assert len(other) == len(english)
    assert set(english) & set(other) - the_same_in(language) == set()


def the_same_in(language: str) -> set[str]:
    """“Sessions” is French too."""
    entries = catalogs.written(language)
    return {form.capitalize() for entry in entries for form in entry.forms if form in entry.text}


def headings(client: Client, path: str, language: str) -> list[str]:
    answer = client.get(path, headers={"accept-language": language}, follow=True)
    assert answer.status_code == 200
    assert answer["Content-Language"] == language
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    return [TAG.sub("", "".join(each)).strip() for each in HEADING.findall(page)]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("", "de"),
        ("*", "de"),
        ("fr", "de"),
        ("mt,fr;q=0.9", "de"),
        ("fr,en;q=0.5", "en"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("de-CH,en;q=0.3", "de"),
        ("not a language", "de"),
    ],
)
def test_a_visitor_gets_a_language_of_the_association(
    asked: str, spoken: str, client: Client, sister: Association
) -> None:
    assert sister.languages == ["de", "en"]
    answer = client.get("/join/", HTTP_HOST="vdk.localhost", headers={"accept-language": asked}, follow=True)
    assert answer["Content-Language"] == spoken


def test_a_choice_counts_where_it_is_spoken(
    client: Client, association: Association, sister: Association
) -> None:
    client.post("/language/setlang/", {"language": "fr"}, headers={"accept-language": "en"})
    assert client.get("/join/", headers={"accept-language": "en"}, follow=True)["Content-Language"] == "fr"
    elsewhere = client.get("/join/", HTTP_HOST="vdk.localhost", follow=True)
    assert elsewhere["Content-Language"] == "de"


def test_the_next_request_of_a_thread_starts_anew(client: Client, association: Association) -> None:
    before = translation.get_language()
    assert client.get("/join/", headers={"accept-language": "fr"}, follow=True)["Content-Language"] == "fr"
    assert translation.get_language() == before


def test_closed_pages_speak_the_visitors_language(client: Client, association: Association) -> None:
    association.keyring_epoch += 1000
    association.save()
    answer = client.get("/privacy/", headers={"accept-language": "fr"})
    assert answer.status_code == 503
    assert "Nous sommes fermés un moment" in answer.content.decode()


def test_an_address_without_an_association_speaks_too(client: Client, db: Any) -> None:
    answer = client.get("/", HTTP_HOST="nobody.localhost", headers={"accept-language": "de"})
    assert answer.status_code == 404
    assert "Unter dieser Adresse wohnt kein Verein" in answer.content.decode()
