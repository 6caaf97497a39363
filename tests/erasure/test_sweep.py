"""What a law kept goes when its time is over; and what the last steps of an erasure may leave behind goes too."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ams.models import Document, Individual, Invoice, Payment
from erasure import erase, farewell, sweep
from erasure.models import Erasure, Farewell
from privacy.declarations import Until
from privacy.requests.models import Request
from privacy.tenancy import speaking_for
from privacy.vault import blind, current
from privacy.vault.files import store
from privacy.vault.frames import FORGOTTEN
from privacy.vault.orphans import remove_orphans
from tests import factories
from tests.erasure.people import asked_and_approved, stored_files

pytestmark = pytest.mark.usefixtures("transactional_db")

UNTILS = st.one_of(
    st.builds(Until, after=st.just("x"), years=st.integers(1, 12)),
    st.builds(Until, after=st.just("x"), months=st.integers(1, 40)),
    st.builds(Until, after=st.just("x"), days=st.integers(1, 400)),
)


@given(UNTILS, st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.dates(date(2015, 1, 1), date(2060, 1, 1)))
def test_rows_and_keys_agree_on_the_last_day(until: Until, start: date, today: date) -> None:
    assert (until.day_after(start) < today) == (start < sweep.began_before(until, today))


def test_the_proof_of_a_request_goes_after_three_years(association: Any, ann: Individual) -> None:
    with speaking_for(association.pk):
        for year in (2022, 2023):
            at = datetime(year, 12, 31, 23, tzinfo=UTC)
            Request.objects.create(
                individual=ann,
                kind="access",
                state="done",
                received_at=at,
                due_at=at,
                answered_at=at,
                channel="mail",
            )
    assert sweep.remove_expired(association.pk, date(2025, 12, 31)) == {}
    assert sweep.remove_expired(association.pk, date(2026, 1, 1)) == {"privacy.request": 1}
    with speaking_for(association.pk):
        assert Request.objects.get().received_at.year == 2023


def test_an_invoice_waits_for_its_payment_and_no_longer(association: Any, ann: Individual) -> None:
    with speaking_for(association.pk):
        Payment.objects.all().delete()
        Invoice.objects.all().delete()
        invoice = factories.make_invoice(ann, issued_on=date(2015, 12, 20))
        Payment.objects.create(
            individual=ann, invoice=invoice, received_on=date(2016, 1, 5), amount=1, payer="Ann"
        )
        recent = factories.make_invoice(ann)
    assert sweep.remove_expired(association.pk, date(2024, 6, 1)) == {}
    assert sweep.remove_expired(association.pk, date(2025, 1, 1)) == {"ams.payment": 1, "ams.invoice": 1}
    with speaking_for(association.pk):
        assert Invoice.objects.get() == recent


def test_the_proof_of_an_erasure_goes_after_three_years_too(association: Any, ann: Individual) -> None:
    erasure = asked_and_approved(association, ann)
    erase.carry_out(association.pk, erasure.pk)
    farewell.say_farewell(association.pk, erasure.pk)
    year = erasure.requested_at.year
    assert "erasure.erasure" not in sweep.remove_expired(association.pk, date(year + 3, 12, 31))
    assert sweep.remove_expired(association.pk, date(year + 4, 1, 1))["erasure.erasure"] == 1
    with speaking_for(association.pk):
        assert not Erasure.objects.exists()


def test_the_key_of_a_letter_that_is_out_is_destroyed_although_somebody_died_in_between(
    association: Any, ann: Individual
) -> None:
    erasure = asked_and_approved(association, ann)
    erase.carry_out(association.pk, erasure.pk)
    key = farewell.key_of_letter(ann.pk)
    assert sweep.forget_letters(association.pk) == 0  # the letter waits
    assert current.keyring_of(association.pk).keys[key] != FORGOTTEN
    with speaking_for(association.pk):
        Farewell.objects.all().delete()  # and here the worker was killed
    assert sweep.forget_letters(association.pk) == 1
    assert current.keyring_of(association.pk).keys[key] == FORGOTTEN


def test_a_file_without_a_row_goes_and_every_other_stays(association: Any, ann: Individual) -> None:
    later = timezone.now() + timedelta(minutes=1)
    with speaking_for(association.pk):
        kept = Document.objects.create(
            individual=ann, title="x", file=ContentFile(b"kept", name="a.txt"), added_at=later
        )
        store(ContentFile(b"lost", name="b.txt"), ann.pk.bytes + bytes(4), "ams.document.file")
    assert len(stored_files()) == 2
    assert remove_orphans(association.pk, timezone.now() - timedelta(hours=1)) == 0
    assert remove_orphans(association.pk, later) == 1
    assert stored_files() == {kept.file.stored}


def test_it_runs_every_night_in_every_association(association: Any, sister: Any) -> None:
    """The indexes turn too: an old dump cannot be asked for an address that somebody changed."""
    with speaking_for(association.pk):
        factories.ann()
    before = blind.index_keys(current.keyring_of(association.pk), "ams.individual.email")
    sweep.tidy()
    after = blind.index_keys(current.keyring_of(association.pk), "ams.individual.email")
    assert len(before) == len(after) == 1
    assert before != after
