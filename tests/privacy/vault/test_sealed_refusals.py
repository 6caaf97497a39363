"""What would look into, copy or sort ciphertext fails loudly; what is erased reads as erased and nothing else."""

import copy
import json
import pickle
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, Lower
from django.template import Context, Template

from ams.models import Individual, Invoice, PostalAddress
from privacy.vault import Erased, Forgotten, KeyMissing, Unreadable, current
from privacy.vault.fields import SealedTextField
from privacy.vault.ids import core_id
from privacy.vault.rows import SealedModel, ordered_by_ciphertext
from privacy.vault.values import Sealed
from tests.privacy.vault.toys import put_raw, raw

LOOKUPS = ["contains", "icontains", "startswith", "gt", "lte", "regex", "range", "in", "year", "iexact"]


@pytest.mark.parametrize("lookup", ["exact", *LOOKUPS])
def test_looking_into_a_sealed_field_is_refused(toy: Any, lookup: str) -> None:
    for field in ("text", "date", "data"):
        with pytest.raises(FieldError):
            list(toy.objects.filter(**{f"{field}__{lookup}": ["a", "b"]}))


@pytest.mark.parametrize("lookup", ["contains", "startswith", "gt", "regex", "icontains"])
def test_a_findable_field_answers_equality_only(toy: Any, lookup: str) -> None:
    with pytest.raises(FieldError):
        list(toy.objects.filter(**{f"email__{lookup}": "a"}))


def test_comparing_two_columns_is_refused(toy: Any) -> None:
    for query in ({"email": F("text")}, {"text": F("other")}, {"email__in": toy.objects.values("email")}):
        with pytest.raises(FieldError):
            list(toy.objects.filter(**query))


@pytest.mark.parametrize(
    "value",
    [
        "Ann",
        b"Ann",
        F("other"),
        Value("Ann"),
        Lower("other"),
        Erased(b"x"),
        Case(When(pk=1, then=F("other"))),
    ],
)
def test_update_takes_no_value(toy: Any, ann: Individual, value: Any) -> None:
    row = toy.objects.create(individual=ann, text="Ann", other="secret")
    for manager in (toy.objects, models.QuerySet(toy)):
        if manager is not toy.objects and isinstance(value, Case):
            continue  # a plain queryset cannot tell it from a bulk_update; the vault's own can
        with pytest.raises(FieldError), transaction.atomic():
            manager.filter(pk=row.pk).update(text=value)
    assert toy.objects.get().text == "Ann"


def test_a_raw_query_is_refused(toy: Any) -> None:
    with pytest.raises(FieldError, match="raw query"):
        toy.objects.raw("SELECT * FROM ams_toy")


def test_update_may_empty_a_value(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann", email="ann@example.org")
    assert toy.objects.update(text=None, email=None) == 1
    assert raw(row, "text") is raw(row, "email") is None


def test_update_cannot_move_a_row_to_another_person_or_day(
    toy: Any, ann: Individual, ben: Individual
) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    for change in ({"individual": ben}, {"individual_id": ben.pk}, {"paid_on": "2026-01-01"}):
        with pytest.raises(FieldError):
            toy.objects.update(**change)
    with pytest.raises(FieldError):
        toy.objects.bulk_update([row], ["individual"])
    row.individual = ben
    row.save()
    sealed = raw(row, "text")
    assert sealed is not None
    assert sealed[1:17] == ben.pk.bytes


def test_save_of_the_person_alone_seals_the_rest_anew(toy: Any, ann: Individual, ben: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    row.individual = ben
    row.save(update_fields=["individual"])
    assert (raw(row, "text") or b"")[1:17] == ben.pk.bytes


SORTINGS = [
    "text",
    "-text",
    "individual__given_name",
    F("text"),
    F("text").desc(),
    Lower("text"),
    "shown",
    "-email",
]


@pytest.mark.parametrize("sorting", SORTINGS)
def test_sorting_ciphertext_is_refused(toy: Any, sorting: Any) -> None:
    rows = toy.objects.annotate(shown=F("text"))
    for sort in (rows.order_by, rows.latest, rows.earliest):
        with pytest.raises(FieldError):
            sort(sorting)


def test_sorting_by_other_columns_works(toy: Any, ann: Individual) -> None:
    toy.objects.create(individual=ann)
    rows = toy.objects.annotate(n=F("pk")).order_by(
        "-pk", "individual__created_at", "n", F("paid_on").desc(), "?"
    )
    assert rows.count() == len(rows) == 1
    assert toy.objects.latest("pk") == rows.order_by().first()


def test_a_model_ordered_by_a_sealed_field_does_not_pass_the_check() -> None:
    class Ordered(SealedModel):
        name = SealedTextField()

        class Meta:
            app_label = "ams"
            abstract = True
            ordering = ["-name"]

    class Unordered(Ordered):
        class Meta(Ordered.Meta):
            app_label = "ams"
            abstract = True
            ordering = ["pk"]

    assert [error.id for error in ordered_by_ciphertext(Ordered)] == ["privacy.E021"]
    assert ordered_by_ciphertext(Unordered) == []


@pytest.mark.parametrize("option", [{"unique": True}, {"db_index": True}, {"db_default": "x"}])
def test_a_sealed_column_with_an_index_does_not_pass_the_check(toy: Any, option: dict[str, Any]) -> None:
    field = SealedTextField(**option)
    field.set_attributes_from_name("name")
    field.model = toy
    assert "privacy.E020" in [error.id for error in field.check()]


def test_a_value_moved_to_another_column_is_unreadable(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann", other="Archer")
    put_raw(row, "other", raw(row, "text") or b"")
    assert toy.objects.get().text == "Ann"
    assert isinstance(toy.objects.get().other, Unreadable)


def test_one_column_read_as_another_is_unreadable(toy: Any, ann: Individual) -> None:
    toy.objects.create(individual=ann, text=None, other="Archer")
    assert isinstance(toy.objects.annotate(name=Coalesce("text", "other")).get().name, Unreadable)


@pytest.mark.parametrize("at", [0, 25, 40, -1])
def test_a_changed_byte_is_unreadable(toy: Any, ann: Individual, at: int) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    data = bytearray(raw(row, "text") or b"")
    data[at] ^= 1
    put_raw(row, "text", bytes(data))
    assert isinstance(toy.objects.get().text, Unreadable)


@pytest.mark.parametrize("at", [1, 17])
def test_a_changed_name_of_a_key_is_no_such_key(toy: Any, ann: Individual, at: int) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    data = bytearray(raw(row, "text") or b"")
    data[at] ^= 1
    put_raw(row, "text", bytes(data))
    with pytest.raises(KeyMissing):
        toy.objects.get()


@pytest.mark.parametrize("data", [b"", b"\x01", b"plain text from old code, quite long", bytes(200)])
def test_bytes_that_were_never_sealed_are_unreadable(toy: Any, ann: Individual, data: bytes) -> None:
    row = toy.objects.create(individual=ann, text="Ann", date="1984-02-29")
    put_raw(row, "text", data)
    put_raw(row, "date", data)
    found = toy.objects.get()
    assert (isinstance(found.text, Unreadable), isinstance(found.date, Unreadable)) == (True, True)
    assert (str(found.text), bool(found.text)) == ("unreadable", False)


def test_what_is_unreadable_keeps_its_bytes_and_is_not_offered_to_a_form(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann", other="Archer")
    broken = (raw(row, "text") or b"")[:-1] + b"!"
    put_raw(row, "text", broken)
    form_class = forms.modelform_factory(toy, fields=["text", "other"])
    assert form_class(instance=toy.objects.get()).initial == {"text": None, "other": "Archer"}
    form_class({"text": "", "other": "Anders"}, instance=toy.objects.get()).save()
    assert (raw(row, "text"), toy.objects.get().other) == (broken, "Anders")
    form_class({"text": "Anna", "other": "Anders"}, instance=toy.objects.get()).save()
    assert toy.objects.get().text == "Anna"


def test_a_lost_key_is_an_alarm_and_not_erased(toy: Any, ann: Individual) -> None:
    toy.objects.create(individual=ann, text="Ann")
    ring = current.keyring()
    before = [place.read(ring.name) or b"" for place in ring.replicas]
    ben_like = Individual.objects.create(given_name="Dora")
    toy.objects.create(individual=ben_like, text="Dora")
    for place, data in zip(ring.replicas, before, strict=True):
        place.replace(ring.name, data)
    current.forget_rings()  # restarted with an older copy
    assert toy.objects.get(individual=ann).text == "Ann"
    with pytest.raises(KeyMissing):
        toy.objects.get(individual_id=ben_like.pk)


# Erased


@pytest.fixture
def erased(toy: Any, ann: Individual) -> Any:
    row = toy.objects.create(
        individual=ann,
        text="Ann",
        date="1984-02-29",
        amount=5,
        number=5,
        flag=True,
        data={"a": 1},
        email="toy@example.org",
    )
    current.forget([core_id(ann.pk)])
    return row


def test_a_destroyed_key_reads_as_erased(toy: Any, erased: Any) -> None:
    row = toy.objects.get()
    for name in ("text", "date", "amount", "number", "flag", "data", "email"):
        value = getattr(row, name)
        assert isinstance(value, Erased)
        assert not value
        assert f"{value}" == "erased"
        assert json.dumps(value) == '"erased"'
    page = Template(
        "{{ t.text }}|{{ t.date|date }}|{{ t.amount|floatformat }}|{% if t.text %}never{% endif %}"
    )
    assert page.render(Context({"t": row})) == "erased|||"


def test_an_erased_row_can_be_saved_and_keeps_its_bytes(toy: Any, erased: Any) -> None:
    row = toy.objects.get()
    before, front = raw(row, "text"), raw(row, "email")
    row.full_clean()
    row.save()
    toy.objects.bulk_update([row], ["text"])
    assert raw(row, "text") == before
    after = raw(row, "email")
    assert front is not None
    assert after is not None
    assert after[16:] == front[16:]
    assert after[:16] != front[:16]  # found by nobody, in nobody's way


def test_a_late_writer_cannot_write_about_the_erased(toy: Any, ann: Individual, erased: Any) -> None:
    erased.text = "Ann is back"  # in memory since before
    for write in (
        erased.save,
        lambda: toy.objects.create(individual=ann, text="Ann"),
        lambda: toy.objects.bulk_create([toy(individual=ann, text="Ann")]),
        lambda: toy.objects.bulk_update([erased], ["text"]),
    ):
        with pytest.raises(Forgotten), transaction.atomic():
            write()


def test_ben_keeps_his_values_when_ann_is_forgotten(toy: Any, ben: Individual, erased: Any) -> None:
    toy.objects.create(individual=ben, text="Ben")
    assert toy.objects.get(individual=ben).text == "Ben"
    assert PostalAddress.objects.filter(individual=ben).exists()
    assert Individual.objects.get(pk=ben.pk).given_name == "Ben"


def test_an_invoice_outlives_the_person_under_its_own_key(ann: Individual) -> None:
    current.forget([core_id(ann.pk)])
    invoice = Invoice.objects.filter(individual=ann).first()
    assert invoice is not None
    assert invoice.addressee
    assert not isinstance(invoice.addressee, Erased)
    assert isinstance(Individual.objects.get(pk=ann.pk).given_name, Erased)


# Dumps, fixtures, pickles


def test_a_dump_holds_no_plain_value_and_can_be_loaded(toy: Any, ann: Individual, tmp_path: Path) -> None:
    output = StringIO()
    call_command("dumpdata", "ams.individual", stdout=output)
    dump = output.getvalue()
    plain = json.dumps([ann.given_name, str(ann.born_on), ann.email])
    assert ann.born_on is not None
    for needle in (ann.given_name, ann.family_name, str(ann.born_on), ann.email):
        assert needle is not None
        assert needle in plain or needle == ann.family_name
        assert needle not in dump
    Individual.objects.filter(pk=ann.pk).update(given_name=None, born_on=None)
    (tmp_path / "dump.json").write_text(dump)
    call_command("loaddata", tmp_path / "dump.json", verbosity=0)
    again = Individual.objects.get(email=ann.email)
    assert (again.given_name, again.born_on) == (ann.given_name, ann.born_on)


@pytest.mark.parametrize("kind", ["json", "xml", "jsonl"])
def test_no_kind_of_dump_holds_a_date_of_birth(toy: Any, ann: Individual, kind: str) -> None:
    row = toy.objects.create(individual=ann, date="1984-02-29", number=777_123, amount="12.34", flag=True)
    dump = serializers.serialize(kind, [row])
    assert str(ann.pk) in dump
    for needle in ("1984-02-29", "777123", "12.34"):
        assert needle not in dump


@pytest.mark.parametrize("value", ["Ann Archer", "Anna", "A" * 200, 5, "Ännä"])
@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_a_fixture_with_plain_values_is_refused(toy: Any, ann: Individual, kind: str, value: Any) -> None:
    fixture = json.dumps({"model": "ams.individual", "pk": str(ann.pk), "fields": {"given_name": value}})
    with pytest.raises(serializers.base.DeserializationError):
        next(serializers.deserialize(kind, f"[{fixture}]" if kind == "json" else fixture))


def test_a_plain_xml_fixture_is_refused_when_it_is_saved(ann: Individual) -> None:
    xml = serializers.serialize("xml", [ann], fields=["born_on"])
    plain = re.sub(r'(<field name="born_on"[^>]*>)[^<]*', r"\g<1>1984-02-29", xml)
    with pytest.raises(FieldError):
        next(serializers.deserialize("xml", plain)).save()


def test_a_member_cannot_type_a_sealed_value(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    stolen = toy._meta.get_field("text").value_to_string(row)
    field = toy._meta.get_field("text")
    assert not isinstance(field.to_python(stolen), Sealed)
    row.text = stolen[:50]
    row.save()
    assert toy.objects.get().text == stolen[:50]


def test_a_pickle_leaves_the_values_behind(toy: Any, ann: Individual) -> None:
    row = Individual.objects.get(pk=ann.pk)
    data = pickle.dumps(row)
    assert b"Archer" in pickle.dumps({"family_name": row.family_name})
    for needle in (b"Archer", b"ann@example.org"):
        assert needle not in data
    again = pickle.loads(data)  # noqa: S301  our own
    assert again.pk == row.pk
    assert again.family_name == "Archer"  # read from the database
    with pytest.raises(TypeError):
        pickle.dumps(Individual.objects.values("given_name"))


def test_a_copy_keeps_the_values(ann: Individual) -> None:
    for made in (copy.copy(ann), copy.deepcopy(ann)):
        assert made.given_name == "Ann"
        assert made == ann
        made.given_name = "Anna"
    assert ann.given_name == "Ann"


def test_a_query_log_holds_no_plain_value(toy: Any, ann: Individual, django_assert_num_queries: Any) -> None:
    connection.force_debug_cursor = True
    try:
        toy.objects.create(individual=ann, text="Unmistakable", date="1984-02-29")
        list(toy.objects.filter(email="unmistakable@example.org"))
        log = json.dumps(connection.queries_log[-1]) + "".join(str(query) for query in connection.queries_log)
    finally:
        connection.force_debug_cursor = False
    assert "ams_toy" in log
    for needle in ("nmistakable", "1984"):
        assert needle not in log
