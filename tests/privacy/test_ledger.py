"""The chain holds, nobody can change it, and a change would be found."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from ams.models import Association, Individual
from privacy.inventory import declaration_of, rows_about
from privacy.ledger import Broken, Kind, append, verify
from privacy.ledger.append import body_of
from privacy.ledger.canonical import canonical, hash_of_entry, moment
from privacy.ledger.kinds import ALLOWED, ForbiddenPayload, checked
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.tenancy import NobodySpeaks, as_owner, speaking_for
from privacy.vault import current

pytestmark = pytest.mark.django_db

CHANGES = [
    "UPDATE privacy_ledgerentry SET kind = 'consent.given'",
    "DELETE FROM privacy_ledgerentry",
    "TRUNCATE privacy_ledgerentry CASCADE",
]
WAYS_ROUND = [
    "ALTER TABLE privacy_ledgerentry DISABLE TRIGGER append_only_row",
    "DROP TRIGGER append_only_row ON privacy_ledgerentry",
    "SET session_replication_role = replica",
]


def three_entries(ann: Individual) -> list[LedgerEntry]:
    return [
        append(Kind.REQUEST_OPENED, subject=ann.pk, actor=ann.pk, payload={"right": "access"}),
        append(Kind.EXPORT_READY, subject=ann.pk, actor=None, payload={"things": 64}),
        append(
            Kind.REQUEST_CLOSED, subject=ann.pk, actor=None, payload={"right": "access", "outcome": "done"}
        ),
    ]


def test_each_entry_follows_from_the_one_before(ann: Individual) -> None:
    first, second, third = three_entries(ann)
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert bytes(first.prev_hash) == bytes(32)
    assert (second.prev_hash, third.prev_hash) == (first.entry_hash, second.entry_hash)
    assert verify(ann.association_id) is None


def test_an_entry_read_back_hashes_to_what_was_written(ann: Individual) -> None:
    made = three_entries(ann)
    for entry in made:
        read = LedgerEntry.objects.get(pk=entry.pk)
        assert hash_of_entry(body_of(read)) == bytes(read.entry_hash) == entry.entry_hash


def test_an_empty_ledger_holds(association: Association) -> None:
    assert verify(association.pk) is None


def test_each_association_has_a_chain_of_its_own(ann: Individual, sister: Association) -> None:
    three_entries(ann)
    with speaking_for(sister.pk):
        entry = append(Kind.ASSOCIATION_CREATED, subject=None, actor=None)
        assert entry.seq == 1
        assert LedgerEntry.objects.count() == 1
    assert verify(sister.pk) is None


def test_nothing_is_written_while_nobody_speaks(db: None) -> None:
    with pytest.raises(NobodySpeaks):
        append(Kind.ASSOCIATION_CREATED, subject=None, actor=None)


def test_time_in_the_chain_never_runs_backwards(ann: Individual) -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        append(Kind.INDIVIDUAL_CHANGED, subject=ann.pk, actor=None)
    with time_machine.travel(at - timedelta(hours=1), tick=False):
        late = append(Kind.INDIVIDUAL_CHANGED, subject=ann.pk, actor=None)
    assert late.at == at


@pytest.mark.parametrize("sql", CHANGES)
def test_the_application_cannot_change_an_entry(ann: Individual, sql: str) -> None:
    three_entries(ann)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        run(sql)
    assert LedgerEntry.objects.count() == 3


@pytest.mark.parametrize("sql", WAYS_ROUND)
def test_the_application_cannot_switch_the_refusal_off(ann: Individual, sql: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), transaction.atomic():
        run(sql)


@pytest.mark.parametrize("sql", CHANGES)
def test_not_even_the_owner_can_change_an_entry(ann: Individual, sql: str) -> None:
    three_entries(ann)
    run("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE would be refused for another reason
    with as_owner(), pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        run(sql)
    assert LedgerEntry.objects.count() == 3


def test_the_rows_stay_refused_even_where_ordinary_triggers_are_off(ann: Individual) -> None:
    three_entries(ann)
    delete_in_replica_mode = "SET LOCAL session_replication_role = replica; DELETE FROM privacy_ledgerentry"
    with as_owner(), pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        run(delete_in_replica_mode)


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)


def tamper(sql: str, *values: Any) -> None:
    """What a superuser can do who drops the trigger first: it cannot be prevented, only found."""
    with as_owner():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("ALTER TABLE privacy_ledgerentry DISABLE TRIGGER append_only_row")
        run(sql, *values)
        run("ALTER TABLE privacy_ledgerentry ENABLE ALWAYS TRIGGER append_only_row")


@pytest.mark.parametrize(
    ("sql", "seq", "reason"),
    [
        ("UPDATE privacy_ledgerentry SET kind = 'export.sent' WHERE seq = 2", 2, "content"),
        ("UPDATE privacy_ledgerentry SET payload = '{\"things\": 63}' WHERE seq = 2", 2, "content"),
        ("UPDATE privacy_ledgerentry SET subject_uid = gen_random_uuid() WHERE seq = 2", 2, "content"),
        ("UPDATE privacy_ledgerentry SET at = at + interval '1 microsecond' WHERE seq = 3", 3, "content"),
        ("UPDATE privacy_ledgerentry SET entry_hash = sha256('x') WHERE seq = 1", 1, "content"),
        ("UPDATE privacy_ledgerentry SET commitment = sha256('x') WHERE seq = 1", 1, "content"),
        ("UPDATE privacy_ledgerentry SET prev_hash = sha256('x') WHERE seq = 3", 3, "follow"),
        ("DELETE FROM privacy_ledgerentry WHERE seq = 2", 2, "missing"),
        ("DELETE FROM privacy_ledgerentry WHERE seq = 1", 1, "missing"),
        ("UPDATE privacy_ledgerentry SET seq = seq + 10 WHERE seq = 3", 3, "missing"),
    ],
)
def test_the_first_entry_that_was_tampered_with_is_named(
    ann: Individual, sql: str, seq: int, reason: str
) -> None:
    three_entries(ann)
    assert verify(ann.association_id) is None
    tamper(sql)
    broken = verify(ann.association_id)
    assert isinstance(broken, Broken)
    assert broken.seq == seq
    assert reason in broken.reason


def test_an_entry_made_to_fit_breaks_the_one_after(ann: Individual) -> None:
    """Who rewrites an entry with its hash must rewrite all that follow; signed checkpoints are for that."""
    _, second, _ = three_entries(ann)
    second.kind = Kind.EXPORT_SENT
    tamper(
        "UPDATE privacy_ledgerentry SET kind = %s, entry_hash = %s WHERE seq = 2",
        second.kind,
        hash_of_entry(body_of(second)),
    )
    assert verify(ann.association_id) == Broken(3, "it does not follow from the entry before")


def test_the_command_names_the_broken_entry_and_fails(ann: Individual, sister: Association) -> None:
    three_entries(ann)
    told = StringIO()
    call_command("verify_ledger", stdout=told)
    assert told.getvalue() == "esc: holds\nvdk: holds\n"
    tamper("UPDATE privacy_ledgerentry SET kind = 'export.sent' WHERE seq = 2")
    told = StringIO()
    with pytest.raises(CommandError, match="1 association"):
        call_command("verify_ledger", stdout=told)
    assert "esc: broken at entry 2" in told.getvalue()
    call_command("verify_ledger", association="vdk", stdout=StringIO())
    with pytest.raises(CommandError, match="no association"):
        call_command("verify_ledger", association="nobody")


def test_a_fork_is_refused_even_without_the_lock(ann: Individual) -> None:
    _, second, third = three_entries(ann)
    fork = LedgerEntry(seq=4, prev_hash=second.entry_hash, entry_hash=bytes(32), kind="x", at=third.at)
    with pytest.raises(IntegrityError, match="ledger_no_fork"), transaction.atomic():
        fork.save()
    again = LedgerEntry(seq=3, prev_hash=third.entry_hash, entry_hash=bytes(32), kind="x", at=third.at)
    with pytest.raises(IntegrityError, match="ledger_seq"), transaction.atomic():
        again.save()


EVIDENCE = {"wording": "May we print your name?", "address": "203.0.113.9"}


def test_evidence_is_sealed_and_committed_to(ann: Individual) -> None:
    entry = append(Kind.CONSENT_GIVEN, subject=ann.pk, actor=ann.pk, evidence=EVIDENCE)
    evidence = Evidence.objects.get(entry=entry)
    assert evidence.content["evidence"] == EVIDENCE
    assert len(entry.commitment or b"") == 32
    assert verify(ann.association_id) is None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(content, 'escape'), (SELECT string_agg(l::text, ' ') FROM privacy_ledgerentry l) "
            "FROM privacy_evidence"
        )
        sealed, entries = cursor.fetchone()
    assert "consent.given" in entries  # so a word that stood there would be found
    for word in ("203.0.113.9", "wording", "print"):
        assert word not in sealed + entries


def test_the_same_evidence_twice_gives_two_commitments(ann: Individual) -> None:
    once, twice = (
        append(Kind.CONSENT_GIVEN, subject=ann.pk, actor=None, evidence=EVIDENCE) for _ in range(2)
    )
    assert once.commitment != twice.commitment


def test_evidence_that_was_exchanged_is_found(ann: Individual) -> None:
    entry = append(Kind.CONSENT_GIVEN, subject=ann.pk, actor=None, evidence=EVIDENCE)
    evidence = Evidence.objects.get(entry=entry)
    evidence.content = evidence.content | {"evidence": EVIDENCE | {"address": "203.0.113.10"}}
    evidence.save()
    assert verify(ann.association_id) == Broken(1, "its evidence is not what it commits to")


def test_evidence_needs_a_person(association: Association) -> None:
    with pytest.raises(ValueError, match="whose"):
        append(Kind.ASSOCIATION_CHANGED, subject=None, actor=None, evidence=EVIDENCE)
    assert not LedgerEntry.objects.exists()


def test_the_chain_verifies_the_same_after_an_erasure(ann: Individual, ben: Individual) -> None:
    for person in (ann, ben):
        append(Kind.CONSENT_GIVEN, subject=person.pk, actor=None, evidence=EVIDENCE)
    gone = rows_about(declaration_of(Evidence), [ann])
    assert gone.count() == 1
    gone.delete()
    current.forget(current.ids_of(ann.pk))
    assert verify(ann.association_id) is None
    assert Evidence.objects.get().individual_id == ben.pk
    assert LedgerEntry.objects.get(subject_uid=ann.pk).commitment


def test_evidence_whose_key_is_gone_is_no_fault(ann: Individual) -> None:
    append(Kind.CONSENT_GIVEN, subject=ann.pk, actor=None, evidence=EVIDENCE)
    current.forget(current.ids_of(ann.pk))
    assert not Evidence.objects.get().content
    assert verify(ann.association_id) is None


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (Kind.REQUEST_OPENED, {"right": "Ann Archer"}),
        (Kind.REQUEST_OPENED, {"request": "ann@example.org"}),
        (Kind.REQUEST_OPENED, {"name": "Ann"}),
        (Kind.REQUEST_OPENED, {"due_at": "soon"}),
        (Kind.EXPORT_READY, {"things": "64"}),
        (Kind.EXPORT_READY, {"things": 1.5}),
        (Kind.EXPORT_READY, {"things": True}),
        (Kind.EXPORT_READY, {"things": 2**53}),
        (Kind.ERASURE_APPROVED, {"at_once": "yes"}),
        (Kind.CONSENT_GIVEN, {"version_hash": "Ann"}),
        (Kind.CONSENT_GIVEN, {"language": "Ann Archer"}),
        (Kind.CONSENT_GIVEN, {"version": ["Ann"]}),
        (Kind.ROW_CHANGED, {"model": "Ann"}),
        (Kind.ROW_CHANGED, {"model": "ams.Ann"}),
    ],
)
def test_a_free_text_is_refused_and_not_repeated(
    ann: Individual, kind: Kind, payload: dict[str, object]
) -> None:
    with pytest.raises(ForbiddenPayload) as refused:
        append(kind, subject=ann.pk, actor=None, payload=payload)
    assert next(iter(payload)) in str(refused.value)
    assert "Ann" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert not LedgerEntry.objects.exists()


def test_numbers_dates_hashes_and_listed_words_are_taken() -> None:
    uid, at = uuid4(), datetime(2026, 12, 24, 18, 30, tzinfo=UTC)
    given = {
        "statement": uid,
        "version": 7,
        "version_hash": b"\x0f" * 32,
        "language": "de",
        "channel": "join",
    }
    assert checked(Kind.CONSENT_GIVEN, given | {"expires_on": at.date(), "wording": None}) == {
        "statement": str(uid), "version": 7, "version_hash": "0f" * 32, "language": "de", "channel": "join",
        "expires_on": "2026-12-24",
    }  # fmt: skip
    assert checked(Kind.REQUEST_OPENED, {"due_at": at}) == {"due_at": "2026-12-24T18:30:00.000000Z"}


def test_every_kind_has_its_list() -> None:
    assert {kind.value.partition(".")[0] for kind in Kind} == set(ALLOWED)


def test_one_way_to_write_a_thing_down() -> None:
    assert canonical({"b": 1, "a": {"d": None, "c": [True, "ä\n\u2028"]}}) == (
        '{"a":{"c":[true,"ä\\n\u2028"],"d":null},"b":1}'.encode()
    )
    summer = datetime.fromisoformat("2026-07-01T00:30:00+02:00")
    assert moment(summer) == "2026-06-30T22:30:00.000000Z"


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_chain_without_a_gap(transactional_db: None, association: Association) -> None:
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(10):
                with speaking_for(association.pk):
                    append(Kind.INDIVIDUAL_CHANGED, subject=uuid4(), actor=None)
        except BaseException as error:  # noqa: BLE001 the main thread tells
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with speaking_for(association.pk):
        assert list(LedgerEntry.objects.values_list("seq", flat=True)) == list(range(1, 81))
    assert verify(association.pk) is None


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_was_rolled_back_leaves_no_gap(
    transactional_db: None, association: Association
) -> None:
    with pytest.raises(ZeroDivisionError), speaking_for(association.pk):
        1 / append(Kind.ASSOCIATION_CHANGED, subject=None, actor=None).payload.get("things", 0)
    with speaking_for(association.pk):
        assert append(Kind.ASSOCIATION_CHANGED, subject=None, actor=None).seq == 1
    assert verify(association.pk) is None
