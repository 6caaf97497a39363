"""What is kept as a list of codes is read in words, in the reader's language: on the page and in the copy."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation

from ams.models import ApiToken, Individual
from ams.sharing.hand_over import hand_over
from ams.sharing.people import offers
from consent.decide import give
from portability.collect import collect
from privacy.holdings import holdings
from tests.ams import listed
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db


def held(person: Individual, model: str, name: str) -> Any:
    (entry,) = (entry for holding in holdings(person) for entry in holding.entries if entry.model == model)
    return next(value.value for record in entry.records for value in record if value.name == name)


def copied(person: Individual, model: str, name: str) -> Any:
    section = next(each for each in collect(person).sections if each.key == model)
    return next(value for value in section.records[0].values if value.column.name == name)


def test_the_entry_in_the_directory_names_its_fields(client: Client, ann: Individual) -> None:
    listed.listed(ann, listed.statement(), "field_of_work", "town")
    assert held(ann, "ams.directoryentry", "shows") == "Field of work, Town"
    with translation.override("de"):
        assert held(ann, "ams.directoryentry", "shows") == "Arbeitsgebiet, Ort"
    copy = copied(ann, "ams.directoryentry", "shows")
    assert (copy.text, copy.data) == ("Field of work, Town", ["field_of_work", "town"])
    client.force_login(ann.account)
    page = client.get("/privacy/hold/").content.decode()
    assert "Field of work, Town" in page
    assert "field_of_work" not in page


def test_a_code_that_the_programme_knows_no_more_stands_as_it_is(ann: Individual) -> None:
    entry = listed.listed(ann, listed.statement(), "town").directory_entry
    entry.shows = ["town", "shoe_size"]
    entry.save()
    assert held(ann, "ams.directoryentry", "shows") == "Town, shoe_size"


def test_a_list_with_choices_needs_no_words_of_its_own(ann: Individual) -> None:
    later = timezone.now() + timedelta(days=1)
    ApiToken.objects.create(
        individual=ann, name="Mine", digest="0" * 64, scopes=["read", "choices:read"], expires_at=later
    )
    assert held(ann, "ams.apitoken", "scopes") == "read my data, read my choices"
    assert copied(ann, "ams.apitoken", "scopes").text == "read my data, read my choices"


def test_a_list_that_was_handed_over_names_what_it_held(ann: Individual) -> None:
    give(ann, asked.journal(shared_fields=["name", "email"]), **how(ann))
    hand_over(uuid4(), offers()[0], actor=ann.pk)
    assert held(ann, "ams.disclosure", "handover") == "Druckhaus Lindner: Name, E-mail"
