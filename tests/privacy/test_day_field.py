"""A date is three fields: each says what it lacks, and half a date is never taken for none."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.test import Client, RequestFactory
from django.utils import timezone

from ams import form_parts
from ams.models import Affiliation, Individual
from ams.urls import urlpatterns
from privacy.day_field import BirthdayField, DayField, MomentField
from tests.journeys.test_profile import person_form

HALVES = [
    (("24", "11", ""), "Write the year too.", "_2"),
    (("", "11", "1984"), "Write the day too.", "_0"),
    (("24", "", ""), "Write the month and the year too.", "_1"),
    (("24", "13", "1984"), "Write the month as a number from 1 to 12.", "_1"),
    (("24", "11", "84"), "Write the year with four digits, like 1984.", "_2"),
    (("1st", "11", "1984"), "Write the day as a number from 1 to 31.", "_0"),
    (("31", "2", "1984"), "That month has no such day. Look at the day and the month once more.", "_0"),
]

OURS = {"ams", "consent", "portability", "erasure", "webhooks", "privacy"}


class Birthday(forms.Form):
    on = BirthdayField(required=False)
    at = MomentField(required=False)


def parts(name: str, day: str, month: str, year: str) -> dict[str, str]:
    return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}


def test_a_whole_date_is_taken_and_none_is_none() -> None:
    def taken(**posted: str) -> Any:
        form = Birthday(posted)
        assert form.is_valid(), form.errors
        return form.cleaned_data["on"]

    assert taken(**parts("on", " 6", "05", "1984 ")) == date(1984, 5, 6)
    assert taken(**parts("on", "", "", "")) is None
    assert taken(on="1984-05-06") == date(1984, 5, 6)  # a bookmark, or a page that was open before


def test_a_birthday_to_come_or_of_long_ago_is_none() -> None:
    year = timezone.localdate().year
    for wrong in (year + 1, year - 121):
        assert Birthday(parts("on", "1", "1", str(wrong))).errors["on"] == ["Look at the year once more."]


def test_a_date_that_two_countries_read_otherwise_is_not_guessed() -> None:
    assert Birthday({"on": "05/06/1984"}).errors["on"]


def test_a_moment_has_a_date_in_parts_and_a_time() -> None:
    form = Birthday({**parts("at_0", "6", "5", "2026"), "at_1": "14:30"})
    assert form.is_valid(), form.errors
    assert timezone.localtime(form.cleaned_data["at"]).strftime("%Y-%m-%d %H:%M") == "2026-05-06 14:30"
    assert Birthday({**parts("at_0", "6", "5", ""), "at_1": "14:30"}).errors["at"] == ["Write the year too."]
    assert Birthday({**parts("at_0", "6", "5", "2026"), "at_1": "14"}).errors["at"]
    assert not Birthday({**parts("at_0", "", "", ""), "at_1": ""}).errors


@pytest.mark.parametrize(("written", "told", "part"), HALVES)
def test_half_a_date_is_said_beside_its_part(written: tuple[str, str, str], told: str, part: str) -> None:
    form = Birthday(parts("on", *written))
    assert list(form_parts.errors(form)) == [{"text": told, "target": f"id_on{part}"}]
    assert all(f'value="{text}"' in str(form["on"]) for text in written if text)  # nothing written is lost


@pytest.mark.django_db
def test_half_a_birthday_deletes_nothing_and_only_the_wrong_part_is_marked(
    client: Client, ann: Individual
) -> None:
    client.force_login(ann.account)
    posted = {key: value for key, value in person_form().items() if key != "born_on"}
    page = client.post("/profile/you/", posted | parts("born_on", "24", "11", "")).content.decode()
    assert '<a href="#id_born_on_2">Write the year too.' in page
    marked = [tag for tag in page.split("<input") if 'aria-invalid="true"' in tag.split(">", 1)[0]]
    assert len(marked) == 1
    assert 'name="born_on_year"' in marked[0]
    assert 'autocomplete="bday-year"' in marked[0]
    ann.refresh_from_db()
    assert ann.born_on == date(1984, 5, 6)


@pytest.mark.django_db
def test_half_a_date_of_ann_s_work_is_not_saved(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    work = {"kind": "employer", "organisation": "Map Room"}
    half = client.post("/profile/work/add/", work | parts("began_on", "", "3", "2020"))
    assert "Write the day too." in half.content.decode()
    assert not Affiliation.objects.exists()
    client.post("/profile/work/add/", work | parts("began_on", "1", "3", "2020"))
    assert Affiliation.objects.get().began_on == date(2020, 3, 1)


@pytest.mark.django_db
def test_no_form_of_ours_asks_for_a_date_in_one_field(cleo: Individual) -> None:
    """Forms that are written out, and those that the console makes of a model."""
    assert urlpatterns  # all pages are loaded, and so are their forms
    request = RequestFactory().get("/console/")
    request.user = cleo.account
    request.association = cleo.association  # type: ignore[attr-defined]  # the middleware's
    made = [
        page.get_form(request) for page in admin.site._registry.values() if page.has_add_permission(request)
    ]
    asked = [field for form in [*all_forms(forms.BaseForm), *made] for field in fields_of(form)]
    assert any(isinstance(field, DayField) for field in asked)
    assert any(isinstance(field, MomentField) for field in asked)
    whole = (forms.DateField, forms.DateTimeField, forms.SplitDateTimeField)
    dates = [field for field in asked if isinstance(field, whole)]
    assert [field for field in dates if not isinstance(field, DayField | MomentField)] == []


def all_forms(kind: type[Any]) -> list[type[Any]]:
    found = [each for sub in kind.__subclasses__() for each in (sub, *all_forms(sub))]
    return [each for each in found if each.__module__.split(".")[0] in OURS or each.__subclasses__()]


def fields_of(form: type[Any]) -> list[forms.Field]:
    return list(getattr(form, "base_fields", {}).values())
