"""Decisions go with their person; what others decided, and the proof that somebody did, stays."""

import pytest

from ams.models import Association
from consent import gate
from consent.decide import beside, give
from consent.models import Decision, Shown, Standing
from erasure import erase, flow
from erasure.models import Channel, State
from erasure.plan import plan
from privacy import ledger
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db(transaction=True)


def test_anns_decisions_go_with_her_and_bens_stay(transactional_db: None, association: Association) -> None:
    with speaking_for(association.pk):
        ann, ben = factories.ann(), factories.ben()
        letter = asked.letter()
        for person in (ann, ben):
            shown = beside(person, [letter], language="en")
            give(person, letter, **how(person, shown=shown, evidence={"address": "203.0.113.7"}))
        fingerprint = plan(ann).fingerprint
        erasure = flow.ask(ann, actor=None, channel=Channel.COMMAND, fingerprint=fingerprint, reason="wrote")
        flow.approve(erasure, actor=None, fingerprint=fingerprint, at_once=True)

    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED

    with speaking_for(association.pk):
        for model in (Decision, Standing, Shown, Evidence):
            assert [row.individual_id for row in model.objects.all()] == [ben.pk]
        assert not gate.allows(ann.pk, "letter")
        assert gate.allows(ben.pk, "letter")
        assert LedgerEntry.objects.filter(kind="consent.given", subject_uid=ann.pk).count() == 1
    assert ledger.verify(association.pk) is None
