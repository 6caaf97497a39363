"""The console in Chromium: axe finds nothing on any page, wide or narrow, and everything works without script."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from ams import models as m
from ams.demo.seed.statements import plant_statements
from ams.imports import job as jobs
from ams.models import Individual
from erasure import flow
from erasure.models import Channel
from erasure.plan import plan
from privacy.requests import open_request
from privacy.tenancy import speaking_for
from tests.plugin_browser import Visitor, assert_accessible, half_of, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = b"Vorname;Nachname;E-Mail\nOtto;Berg;otto@example.org\nOhne;Adresse;kein-mail\n"


@pytest.fixture
def busy(cleo: Individual, ann: Individual, ben: Individual) -> dict[str, Any]:
    """A day with everything on it."""
    with speaking_for(cleo.association_id):  # type: ignore[arg-type]  # the column's default may be None
        plant_statements(["en", "de", "fr"])
        with time_machine.travel(timezone.now() - timedelta(days=70)):
            late = open_request(ann, "rectification", actor=ann.pk, channel="member")
        open_request(ann, "access", actor=ann.pk, channel="member")
        flow.ask(ben, actor=ben.pk, channel=Channel.MEMBER, fingerprint=plan(ben).fingerprint)
        job = jobs.received(LIST, "list.csv", actor=cleo.pk)
        done = jobs.received(LIST, "list.csv", actor=cleo.pk, keep=False)
        jobs.start(done, done.columns)
        waiting = jobs.received(LIST, "list.csv", actor=cleo.pk)
        jobs.start(waiting, waiting.columns)
        address = m.PostalAddress.objects.get(individual=ann)
    from ams.imports.read import table_of  # noqa: PLC0415 beside its only use

    jobs.read_in(cleo.association_id, done, table_of(LIST))  # type: ignore[arg-type]  # as above
    return {"late": late.pk, "job": job.pk, "done": done.pk, "waiting": waiting.pk, "address": address.pk} | {
        "ann": ann.pk,
        "ben": ben.pk,
    }


def pages_of(busy: dict[str, Any]) -> dict[str, str]:
    person, see = "admin:ams_individual_change", "admin:ams_individual_see"
    return {
        "home": reverse("admin:index"),
        "requests": reverse("admin:privacy_request_changelist"),
        "request": reverse("admin:privacy_request_change", args=[busy["late"]]),
        "individuals": reverse("admin:ams_individual_changelist"),
        "individual": reverse(person, args=[busy["ann"]]),
        "erasing": reverse(person, args=[busy["ben"]]),
        "profile": reverse(see, args=[busy["ann"], "profile"]),
        "payments": reverse(see, args=[busy["ann"], "payments"]),
        "edit": reverse("admin:ams_individual_edit", args=[busy["ann"]]),
        "asked": reverse("admin:ams_individual_asked", args=[busy["ann"]]),
        "address": reverse("admin:ams_postaladdress_change", args=[busy["address"]]),
        "invoice": f"{reverse('admin:ams_invoice_add')}?individual={busy['ann']}",
        "invoices": reverse("admin:ams_invoice_changelist"),
        "upload": reverse("admin:ams_import_add"),
        "lists": reverse("admin:ams_import_changelist"),
        "headings": reverse("admin:ams_import_change", args=[busy["job"]]),
        "report": reverse("admin:ams_import_change", args=[busy["done"]]),
        "waiting": reverse("admin:ams_import_change", args=[busy["waiting"]]),
        "records": reverse("admin:records"),
        "settings": reverse("admin:settings"),
    }


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_of_the_console_is_accessible(
    visitor: Visitor, busy: dict[str, Any], cleo: Individual, half: int
) -> None:
    page = visitor.open("/console/", member=cleo)
    for name, path in half_of(pages_of(busy), half).items():
        page.goto(path)
        assert page.locator("h1").count() == 1, name
        look(page, name)


def test_a_dark_console_is_accessible_too(visitor: Visitor, busy: dict[str, Any], cleo: Individual) -> None:
    page = visitor.open("/console/", scheme="dark", member=cleo)
    assert_accessible(page)
    page.goto(reverse("admin:ams_individual_change", args=[busy["ann"]]))
    assert_accessible(page)


def test_cleo_finds_ann_while_she_types(visitor: Visitor, ann: Individual, cleo: Individual) -> None:
    page = visitor.open(reverse("admin:ams_individual_changelist"), member=cleo)
    page.type("#looked-for", "arch")
    page.locator("#found").get_by_text("Ann Archer").click()
    assert page.locator("h1").inner_text() == "Ann Archer"
    assert "arch" not in page.url


def test_cleo_finds_ann_and_answers_her_without_script(
    visitor: Visitor, busy: dict[str, Any], cleo: Individual
) -> None:
    page = visitor.open(reverse("admin:ams_individual_changelist"), member=cleo, script=False)
    page.fill("#looked-for", "archer")
    page.click("form.search button")
    page.click("text=Ann Archer")
    assert "was recorded at" in page.inner_text("main")
    page.click("text=Today")
    page.click(".today .button:has-text('Answer')")
    page.select_option("[name=reason]", "corrected")
    page.click("text=Answer and close")
    assert "The member has a letter with the reason." in page.inner_text("main")


def test_cleo_takes_over_a_list_in_the_browser(visitor: Visitor, cleo: Individual, tmp_path: Any) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(LIST)
    page = visitor.open(reverse("admin:ams_import_add"), member=cleo)
    page.set_input_files("[name=file]", str(file))
    page.click("text=Upload the list")
    assert "2 rows, UTF-8, separated by semicolon." in page.inner_text("main")
    page.click("text=Only try, write nothing")
    assert "0 of 2 rows." in page.inner_text("main")
    with speaking_for(cleo.association_id):  # type: ignore[arg-type]  # the column's default may be None
        job = m.Import.objects.get()
    jobs.run(cleo.association_id, job.pk)  # type: ignore[arg-type]  # as above
    page.get_by_text("Nothing was written.").wait_for()  # the panel asked by itself
    assert "This is not an e-mail address." in page.inner_text("main")


def test_settings_are_saved_in_the_browser(visitor: Visitor, cleo: Individual) -> None:
    page = visitor.open(reverse("admin:settings"), member=cleo)
    page.fill("[name=cooling_off_days]", "10")
    page.click("[name=_save]")
    with speaking_for(cleo.association_id):  # type: ignore[arg-type]  # as above
        assert m.Association.objects.get(pk=cleo.association_id).cooling_off_days == 10
