"""Sealed fields behave as the fields that they replace; what they write is unreadable."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.db import models
from django.db.models import F, OuterRef, Subquery
from rest_framework import serializers

from ams.models import Individual, Invoice
from privacy.vault import current
from privacy.vault.frames import FORGOTTEN
from privacy.vault.ids import core_id
from tests.privacy.vault.toys import put_raw, raw

VALUES: dict[str, Any] = {
    "text": "Ann Østergård 🙂",
    "other": "",
    "long": "line\n" * 3000,
    "email": "Ann@Example.org",
    "date": dt.date(1984, 2, 29),
    "moment": dt.datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=dt.UTC),
    "amount": Decimal("-120.50"),
    "number": -(2**31),
    "flag": False,
    "data": {"name": "Ann", "list": [1, None, "é"], "deep": {"x": 0.5}},
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_comes_back_as_it_was(toy: Any, ann: Individual, name: str) -> None:
    row = toy.objects.create(individual=ann, **{name: VALUES[name]})
    again = getattr(toy.objects.get(pk=row.pk), name)
    assert again == VALUES[name]
    assert type(again) is type(VALUES[name])


@pytest.mark.parametrize("name", VALUES)
def test_null_stays_null(toy: Any, ann: Individual, name: str) -> None:
    row = toy.objects.create(individual=ann)
    assert raw(row, name) is None
    assert getattr(toy.objects.get(pk=row.pk), name) is None
    assert toy.objects.filter(**{f"{name}__isnull": True}).count() == 1
    assert toy.objects.filter(**{name: None}).count() == 1


def test_the_database_holds_version_person_class_and_noise(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann Archer", email="ann@example.org")
    text, email = raw(row, "text"), raw(row, "email")
    assert text is not None
    assert email is not None
    assert text[:37] == email[16:53] == b"\x02" + ann.pk.bytes + bytes(4) + row.pk.to_bytes(16, "big")
    put_raw(row, "other", b"Ann Archer in plain")
    assert b"Ann Archer" in (raw(row, "other") or b"")
    assert b"Ann Archer" not in text
    assert b"ann@" not in email


def test_lengths_are_padded(toy: Any, ann: Individual) -> None:
    rows = [toy.objects.create(individual=ann, text="x" * length) for length in (0, 1, 31, 32)]
    assert [len(raw(row, "text") or b"") for row in rows] == [97, 97, 97, 129]


def test_the_same_value_twice_looks_different(toy: Any, ann: Individual) -> None:
    rows = [toy.objects.create(individual=ann, text="Ann") for _ in range(2)]
    assert raw(rows[0], "text") != raw(rows[1], "text")


def test_text_that_ends_in_padding_comes_back_whole(toy: Any, ann: Individual) -> None:
    for text in ("\x80", "a\u0080", "a\x01" * 15, "\u0080" * 16):
        row = toy.objects.create(individual=ann, text=text)
        assert toy.objects.get(pk=row.pk).text == text


def test_every_way_of_reading_opens_the_values(toy: Any, ann: Individual) -> None:
    toy.objects.create(individual=ann, text="Ann", date=VALUES["date"])
    rows = toy.objects.all()
    assert list(rows.values("text", "date")) == [{"text": "Ann", "date": VALUES["date"]}]
    assert list(rows.values_list("text", flat=True)) == ["Ann"]
    assert [row.copy for row in rows.annotate(copy=F("text"))] == ["Ann"]
    assert [row.text for row in rows.only("text")] == ["Ann"]
    assert [row.text for row in rows.defer("text")] == ["Ann"]
    assert [row.text for row in rows.iterator()] == ["Ann"]
    assert [row.text for row in rows.union(rows)] == ["Ann"]
    assert rows.get().text == rows.first().text == rows.in_bulk()[rows.get().pk].text == "Ann"
    sub = toy.objects.filter(pk=OuterRef("pk")).values("text")[:1]
    assert list(rows.annotate(again=Subquery(sub)).values_list("again", flat=True)) == ["Ann"]


def test_a_row_refreshes_from_the_database(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    row.text = "somebody"
    row.refresh_from_db()
    assert row.text == "Ann"
    row.refresh_from_db(fields=["text"])
    assert row.text == "Ann"


def test_joined_rows_open_too(ann: Individual) -> None:
    invoice = Invoice.objects.select_related("individual").filter(individual=ann).first()
    assert invoice is not None
    assert invoice.individual.given_name == "Ann"
    assert Invoice.objects.filter(individual=ann).values_list("individual__given_name", flat=True)[0] == "Ann"


def test_saving_again_seals_again(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    before = raw(row, "text")
    row.text = "Anna"
    row.save(update_fields=["text"])
    assert raw(row, "text") != before
    assert toy.objects.get().text == "Anna"


def test_bulk_create_writes_the_keyring_once(toy: Any, ann: Individual, ben: Individual) -> None:
    ring = current.keyring()
    people = [
        Individual(given_name=f"Dora {number}", email=f"dora{number}@example.org") for number in range(30)
    ]
    frames = ring._frames
    Individual.objects.bulk_create(people)
    assert ring._frames == frames + 1
    assert Individual.objects.get(email="DORA7@example.org").given_name == "Dora 7"
    assert all(ring.keys[core_id(person.pk)] != FORGOTTEN for person in people)


def test_bulk_update_seals_and_gives_the_plain_values_back(
    toy: Any, ann: Individual, ben: Individual
) -> None:
    rows = toy.objects.bulk_create(
        [
            toy(individual=who, text="old", date=VALUES["date"], email=f"{who.given_name}@old.example")
            for who in (ann, ben)
        ]
    )
    for number, row in enumerate(rows):
        row.text, row.date, row.email = f"new {number}", None, f"new{number}@example.org"
    toy.objects.bulk_update(rows, ["text", "date", "email"])
    assert [row.text for row in rows] == ["new 0", "new 1"]
    assert list(toy.objects.order_by("pk").values_list("text", "date")) == [("new 0", None), ("new 1", None)]
    assert toy.objects.get(email="new1@example.org").individual == ben
    assert b"new" not in (raw(rows[0], "text") or b"new")


def test_the_base_manager_is_the_sealed_one(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    row.text = "Anna"
    assert toy._base_manager.bulk_update([row], ["text"]) == 1
    assert toy.objects.get().text == "Anna"


def test_a_model_form_shows_validates_and_saves(toy: Any, ann: Individual) -> None:
    form_class = forms.modelform_factory(toy, fields=["text", "email", "date", "amount", "flag", "data"])
    row = toy.objects.create(individual=ann, **VALUES)
    same = {
        "text": VALUES["text"],
        "email": "Ann@Example.org",
        "date": "1984-02-29",
        "amount": "-120.50",
        "flag": "false",
    }
    unchanged = form_class(
        {**same, "data": '{"name": "Ann", "list": [1, null, "é"], "deep": {"x": 0.5}}'}, instance=row
    )
    assert unchanged.changed_data == []
    assert 'value="1984-02-29"' in str(unchanged["date"])
    wrong = form_class({**same, "text": "x" * 51, "email": "nobody", "data": "{}"}, instance=row)
    assert set(wrong.errors) == {"text", "email"}
    right = form_class({**same, "text": "Anna", "data": "{}"}, instance=toy.objects.get())
    right.save()
    assert toy.objects.get().text == "Anna"


def test_a_serializer_has_the_right_field_types(toy: Any, ann: Individual) -> None:
    names = list(VALUES)

    class ToySerializer(serializers.ModelSerializer[Any]):
        class Meta:
            model = toy
            fields = names

    serializer = ToySerializer(toy.objects.create(individual=ann, **VALUES))
    kinds = {name: type(field).__name__ for name, field in serializer.fields.items()}
    assert kinds["text"] == "CharField"
    assert kinds["email"] == "EmailField"
    assert kinds["date"] == "DateField"
    assert kinds["amount"] == "DecimalField"
    assert serializer.data["date"] == "1984-02-29"
    assert serializer.data["amount"] == "-120.50"
    assert serializer.data["data"] == VALUES["data"]


def test_a_time_without_a_zone_is_refused(toy: Any, ann: Individual) -> None:
    with pytest.raises(ValueError, match="time zone"):
        toy.objects.create(individual=ann, moment=dt.datetime(2026, 1, 1))  # noqa: DTZ001  the mistake under test


def test_a_row_without_a_person_is_refused(toy: Any, association: Any) -> None:
    with pytest.raises(ValueError, match="individual_id must be set"):
        toy.objects.create(text="Ann")


def test_a_kept_value_has_a_key_that_dies_on_its_day(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, kept="120 EUR", paid_on=dt.date(2026, 3, 1))
    sealed = raw(row, "kept")
    assert sealed is not None
    day = dt.date(1970, 1, 1) + dt.timedelta(days=int.from_bytes(sealed[19:21], "big"))
    assert day == dt.date(2036, 12, 31)
    row.paid_on = dt.date(2027, 3, 1)
    row.save(update_fields=["paid_on"])  # what it decides about is sealed anew
    moved = raw(row, "kept")
    assert moved is not None
    assert moved[17:21] != sealed[17:21]
    assert toy.objects.get().kept == "120 EUR"


def test_a_renamed_field_stays_readable_under_its_old_name(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, text="Ann")
    field = toy._meta.get_field("text")
    renamed = type(field)(sealed_as="ams.toy.text", null=True)
    renamed.contribute_to_class(
        type("Other", (models.Model,), {"__module__": "ams", "Meta": abstract()}), "label"
    )
    assert renamed.open(raw(row, "text") or b"") == "Ann"
    assert renamed.deconstruct()[3]["sealed_as"] == "ams.toy.text"


def abstract() -> type:
    return type("Meta", (), {"abstract": True, "app_label": "ams"})


def test_deconstruct_is_stable(toy: Any) -> None:
    for field in toy._meta.concrete_fields:
        _, path, args, kwargs = field.deconstruct()
        if path.startswith("privacy.vault"):
            again = type(field)(*args, **kwargs)
            assert again.deconstruct()[1:] == (path, args, kwargs)
            assert kwargs.get("findable", False) is (field.name == "email")
