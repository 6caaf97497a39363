"""Newer words ask everybody again, unless somebody writes why not; and no language is published unread."""

from typing import Any

import pytest
from django.test import Client

from ams.models import Association, Individual
from consent import gate
from consent.console import drafts
from consent.coverage import NotCovered
from consent.decide import give
from consent.models import Version
from consent.publish import draft, latest_published
from consent.publish import publish as now_publish
from tests.consent import asked
from tests.consent.desk import LIST, page, post
from tests.consent.test_decide import how
from tests.consent.test_editor import READ, seen, write

pytestmark = pytest.mark.django_db
WIDER = "Anyone who reads, Meta and LinkedIn"
WHY = "The new name of the same magazine."


@pytest.fixture
def as_cleo(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


@pytest.fixture
def photos(association: Association) -> Version:
    return asked.letter()


def words(**more: str) -> dict[str, dict[str, str]]:
    return asked.words("Monthly letter", **more)


def is_refused(version: Version) -> bool:
    try:
        now_publish(version)
    except NotCovered:
        return True
    return False


@pytest.mark.parametrize("term", ["what", "who", "why", "how_long"])
def test_what_who_why_and_how_long_ask_everybody_before_it_counts(
    photos: Version, ann: Individual, term: str
) -> None:
    give(ann, photos, **how(ann))
    for choice in ({"ask_again": False}, {"ask_again": True, "old_counts": True}):
        assert is_refused(draft(photos.statement, words(**{term: WIDER}), **choice)), choice
    assert gate.allows(ann.pk, "letter")
    now_publish(draft(photos.statement, words(**{term: WIDER}), ask_again=True))
    assert not gate.allows(ann.pk, "letter")


def test_one_changed_language_is_enough(photos: Version) -> None:
    wider = words()
    wider["de"]["who"] = WIDER
    assert is_refused(draft(photos.statement, wider))


@pytest.mark.parametrize("text", ["title", "text", "stays"])
def test_other_words_ask_too_and_then_an_earlier_yes_may_count(photos: Version, text: str) -> None:
    wider = words()
    wider["fr"][text] = "On social media too."
    assert is_refused(draft(photos.statement, wider))
    assert not is_refused(draft(photos.statement, wider, ask_again=True, old_counts=True))


def test_the_same_words_need_no_reason(photos: Version) -> None:
    assert not is_refused(draft(photos.statement, words(), again_after_months=12))


def test_nothing_is_preselected_and_nothing_published_before_somebody_chose(
    as_cleo: Client, photos: Version
) -> None:
    newer = drafts.begin(photos.statement)
    path = f"{photos.statement_id}/draft/en/"
    assert 'name="again"' in page(as_cleo, path)
    assert " checked" not in page(as_cleo, path).partition('name="again"')[2].partition("</fieldset>")[0]
    assert "The draft is saved." in write(as_cleo, newer, again="", reason="")
    assert "Choose who is asked again." in page(as_cleo, path)
    with pytest.raises(NotCovered):
        now_publish(Version.objects.get(pk=newer.pk))


def test_whoever_says_otherwise_writes_why_and_it_stands_in_the_timeline_for_good(
    as_cleo: Client, photos: Version
) -> None:
    newer = drafts.begin(photos.statement)
    assert "write why" in write(as_cleo, newer, who=WIDER, reason=" ")
    write(as_cleo, newer, who=WIDER, reason=WHY)
    path = f"{photos.statement_id}/draft/publish/"
    assert WHY in page(as_cleo, path)
    post(as_cleo, path, {"seen": seen(as_cleo, path), **READ})
    published: Any = latest_published(photos.statement)
    assert (published.number, published.ask_again, published.reason) == (2, False, WHY)
    for where in ("change/", "versions/2/"):
        assert WHY in page(as_cleo, f"{photos.statement_id}/{where}"), where
    drafts.begin(photos.statement)
    assert WHY in page(as_cleo, path.replace("publish", "en"))  # in the timeline beside the next draft


def test_every_language_is_read_and_confirmed_with_what_is_new_in_it(
    as_cleo: Client, photos: Version
) -> None:
    newer = drafts.begin(photos.statement)
    write(as_cleo, newer, who=WIDER, again="rests", reason="")
    path = f"{photos.statement_id}/draft/publish/"
    last_look = page(as_cleo, path)
    assert f"<ins>{WIDER}" in last_look or "<ins>Anyone" in last_look
    assert last_look.count("Its words are the same as before.") == 2, "German and French stayed behind"
    assert " checked" not in last_look
    values = {"seen": seen(as_cleo, path), **READ}
    del values["read_de"]
    refused = as_cleo.post(f"{LIST}{path}", values).content.decode()
    assert "Read and confirm German too." in refused
    assert "Read and confirm English too." not in refused
    assert latest_published(photos.statement) == photos
    assert "Version 2 is published." in post(as_cleo, path, {**values, "read_de": "on"})
