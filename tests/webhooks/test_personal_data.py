"""What webhooks holds about Ann: one random id per recipient, which goes when she goes."""

from ams.models import Individual
from privacy.declarations import NOBODY, Delete
from privacy.inventory import declaration_of, rows_about
from webhooks import pairwise
from webhooks.models import Attempt, Delivery, Endpoint, Event, Key, Pairwise
from webhooks.publish import publish


def test_only_the_id_at_a_recipient_is_about_ann_and_it_is_deleted_with_her() -> None:
    declared = declaration_of(Pairwise)
    assert declared.subject == "individual"
    assert declared.on_erasure == Delete()
    assert {declaration_of(model).subject for model in (Endpoint, Key, Event, Delivery, Attempt)} == {NOBODY}


def test_anns_ids_are_found_and_bens_are_not(ann: Individual, ben: Individual, endpoint: Endpoint) -> None:
    hers, his = pairwise.id_for(endpoint, ann.pk), pairwise.id_for(endpoint, ben.pk)
    found = [row.uid for row in rows_about(declaration_of(Pairwise), [ann]) if isinstance(row, Pairwise)]
    assert found == [hers] != [his]


def test_when_anns_id_is_gone_no_row_leads_from_a_notice_to_her(ann: Individual, endpoint: Endpoint) -> None:
    publish("individual.updated", subject=ann.pk)
    told = Delivery.objects.get().payload["data"]["recipient_subject_id"]
    assert Pairwise.objects.get(uid=told).individual_id == ann.pk  # until then it does
    for row in rows_about(declaration_of(Pairwise), [ann]):
        row.delete()
    rows = [list(model.objects.values()) for model in (Endpoint, Event, Delivery, Attempt, Pairwise)]
    assert told in str(rows)
    assert str(ann.pk) not in str(rows)
    assert ann.pk.hex not in str(rows)
