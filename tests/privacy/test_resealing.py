"""Values of before, whose header names no row, open all the time; a reseal may be stopped, and ends strict."""

import os
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from ams.models import Association, Individual, PostalAddress
from privacy import catalog, resealing
from privacy.database import build_header_checks, header_checks, present_header_checks
from privacy.sealing import write
from privacy.tenancy import as_owner, require_association, speaking_for
from privacy.vault import Erased, Unreadable, current
from privacy.vault.padding import pad
from privacy.vault.seals import WITHOUT_ROW, key_id_of, unseal
from tests import factories
from tests.privacy.vault.toys import put_raw, raw

pytestmark = pytest.mark.django_db
TABLES = ("ams_individual", "ams_postaladdress")


@pytest.fixture
def of_before(ann: Individual, ben: Individual) -> dict[str, bytes]:
    """The database as it was: values of the first version, and the walls that a migrate builds around them."""
    for town in ("Cork", "Dublin", "Galway"):
        PostalAddress.objects.create(individual=ann, street=f"{town} Street 1", town=town)
    with as_owner():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        drop_checks()
    for row in (ann, ben, *PostalAddress.objects.all()):
        put_back(row)
    with as_owner():
        build_header_checks()
    return {"town": raw(PostalAddress.objects.all()[0], "town") or b""}


def drop_checks() -> None:
    for check in header_checks():
        if check.table in TABLES:
            run(f'ALTER TABLE {check.table} DROP CONSTRAINT "{check.name}"')


def put_back(row: Model) -> None:
    for field in resealing.sealed_fields(type(row)):
        sealed = raw(row, str(field.column))
        if sealed is not None:
            put_raw(row, str(field.column), as_before(field, sealed))


def as_before(field: Any, raw: bytes) -> bytes:
    sealed = resealing.sealed_in(field, raw)
    head, nonce = WITHOUT_ROW + key_id_of(sealed), os.urandom(12)
    plain = pad(unseal(current.keyring(), field.aad, sealed))
    body = current.keyring().cipher(head[1:]).encrypt(nonce, plain, head + field.aad)
    return raw[: len(raw) - len(sealed)] + head + nonce + body


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def count_old() -> int:
    return sum(resealing.count_old(require_association(), table) for table in resealing.sealed_tables())


def strict() -> set[str]:
    return {table for table in TABLES if wanted(table) <= present_header_checks()}


def wanted(table: str) -> set[tuple[str, str]]:
    return {(check.table, check.name) for check in header_checks() if check.table == table}


def towns() -> list[str]:
    return sorted(PostalAddress.objects.values_list("town", flat=True))


def reseal() -> str:
    call_command("reseal_rows", stdout=(out := StringIO()))
    return out.getvalue()


def test_anns_values_open_before_during_and_after_the_reseal(
    of_before: dict[str, bytes], ann: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_towns = towns()
    monkeypatch.setattr(resealing, "BATCH", 1)
    assert {"Cork", "Galway"} < set(all_towns)
    assert (count_old(), strict(), len(all_towns)) == (7, set(), 5)
    assert catalog.gaps() == []
    with as_owner():
        addresses = resealing.table_of(PostalAddress)
        assert next(resealing.reseal_table(require_association(), addresses)) == 1  # and then it is killed
    PostalAddress.objects.create(individual=ann, street="Quay 4", town="Sligo")
    assert (count_old(), towns()) == (6, [*all_towns, "Sligo"])
    assert "ams_postaladdress: 4 of 4 rows" in reseal()
    assert (count_old(), strict(), towns()) == (0, set(TABLES), [*all_towns, "Sligo"])
    assert Individual.objects.get(email=ann.email).given_name == ann.given_name
    assert catalog.gaps() == []
    assert "rows" not in reseal()


def test_afterwards_a_value_of_before_is_refused(of_before: dict[str, bytes]) -> None:
    row = PostalAddress.objects.all()[0]
    put_raw(row, "town", of_before["town"])
    reseal()
    with pytest.raises(IntegrityError, match="sealed_for_town"), transaction.atomic():
        put_raw(row, "town", of_before["town"])


def test_what_opens_no_more_keeps_its_body(
    of_before: dict[str, bytes], ann: Individual, ben: Individual
) -> None:
    """Ben is erased, so that his row takes no change; one of Ann's values is broken."""
    broken = bytearray(of_before["town"])
    broken[-1] ^= 1
    put_raw(PostalAddress.objects.all()[0], "town", bytes(broken))
    bens = raw(ben, "given_name") or b""
    current.forget(current.ids_of(ben.pk))
    run(f"UPDATE ams_individual SET erased_at = '{timezone.now().isoformat()}' WHERE id = '{ben.pk}'")  # noqa: S608 ours
    reseal()
    assert strict() == set(TABLES)
    assert isinstance(Individual.objects.get(pk=ben.pk).given_name, Erased)
    assert raw(ben, "given_name") == b"\x02" + bens[1:21] + ben.pk.bytes + bens[21:]
    assert isinstance(PostalAddress.objects.all()[0].town, Unreadable)
    assert Individual.objects.get(pk=ann.pk).given_name == ann.given_name


def test_the_triggers_of_a_table_stand_as_they_stood(of_before: dict[str, bytes]) -> None:
    with as_owner():
        run("ALTER TABLE ams_individual ENABLE ALWAYS TRIGGER erased_stays_erased")
    before = triggers()
    assert ("erased_stays_erased", "A") in before
    reseal()
    assert triggers() == before


def triggers() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'ams_individual'::regclass")
        return set(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_reseal_that_dies_within_a_batch_has_changed_nothing(
    transactional_db: None, association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking_for(association.pk):
        ann = factories.ann()
    with as_owner():
        drop_checks()
    with speaking_for(association.pk):
        put_back(ann)
    with as_owner():
        build_header_checks()
    before = triggers()
    with monkeypatch.context() as patch:
        patch.setattr(resealing, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            reseal()
    assert (triggers(), strict()) == (before, {"ams_postaladdress"})
    assert f"{association.pk} ams_individual: 1 of 1 rows" in reseal()
    assert (triggers(), strict()) == (before, set(TABLES))
    with speaking_for(association.pk):
        assert Individual.objects.get(email=ann.email).given_name == ann.given_name


def interrupted(field: Any, values: Any) -> None:
    write(field, values)
    raise KeyboardInterrupt
