"""Staff read about Ann in sentences for staff; she reads hers in sentences for her."""

import re
from html import unescape
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from ams.models import Individual
from consent.decide import give, withdraw
from erasure import flow
from erasure.models import Channel
from erasure.plan import plan
from privacy.inventory import declarations
from tests.consent import asked
from tests.consent.test_decide import how
from tests.portability import conftest as portability
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
her_copy = portability.her_copy
TO_A_MEMBER = re.compile(
    r"some of your data|opened your data|Lists that you|You said yes|using your data|Nobody else has your"
    r"|You asked|yourself|a program of yours|You have asked|Mail we sent you|in our letter to you"
)


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    return sign_in(client, cleo.account)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def test_ann_s_pages_speak_to_her_and_the_console_s_do_not(
    officer: Client, ann: Individual, her_copy: Any
) -> None:
    hers = Client()
    hers.force_login(ann.account)
    assert TO_A_MEMBER.search(read(hers, "/privacy/"))
    person = reverse("admin:ams_individual_change", args=[ann.pk])
    for page in (
        person,
        reverse("admin:portability_export_for", args=[ann.pk]),
        reverse("admin:portability_export_changelist"),
        reverse("admin:erasure_erasure_ask", args=[ann.pk]),
    ):
        assert TO_A_MEMBER.findall(read(officer, page)) == [], page
    erasure = flow.ask(ann, actor=ann.pk, channel=Channel.MEMBER, fingerprint=plan(ann).fingerprint)
    page = reverse("admin:erasure_erasure_change", args=[erasure.pk])
    assert TO_A_MEMBER.findall(read(officer, page)) == []
    assert "Before now our staff opened this person" in read(officer, person)


def test_a_list_that_she_was_on_is_told_to_each_reader_in_their_person() -> None:
    lists = [{"recipient": "Printers", "fields": ["street"], "at": ""}]
    assert "Lists that you were on" in render_to_string("sharing/lists.html", {"lists": lists})
    for_staff = render_to_string("sharing/lists.html", {"lists": lists, "for_staff": True})
    assert "Lists that this person was on" in for_staff
    assert not TO_A_MEMBER.search(for_staff)


def test_what_happened_says_which_consent_was_withdrawn(officer: Client, ann: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))
    withdraw(ann, version, **how(ann))
    page = read(officer, reverse("admin:ams_individual_change", args=[ann.pk]))
    assert "Consent withdrawn: Monthly letter" in page


def test_no_field_of_a_person_is_called_by_a_word_for_one_of_its_two_readers() -> None:
    """A form in the console and the member's own show the same labels."""
    told = {
        f"{declaration.model.__name__}.{field.name}": text
        for declaration in declarations.about_people()
        if declaration.model._meta.app_label == "ams"
        for field in declaration.model._meta.fields
        for text in (field.verbose_name, field.help_text, *(label for _value, label in field.flatchoices))
        if re.search(r"\b(you|your|yourself|my)\b", str(text), re.IGNORECASE)
    }
    assert told == {}
