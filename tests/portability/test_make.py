"""A copy from the first click to the deletion of its files, and all that can come between."""

import io
import json
import zipfile
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from ams import models as m
from ams.celery import app
from ams.models import Individual
from portability import finish, make, render, tasks
from portability.ask import request_export
from portability.collect import collect
from portability.manifest import is_genuine
from portability.models import Channel, Export, State
from privacy.ledger.models import LedgerEntry
from privacy.printing import press
from privacy.requests.models import Request
from privacy.signing import public_key
from privacy.vault import Forgotten, current

pytestmark = pytest.mark.django_db


def again(export: Export) -> Export:
    return Export.objects.get(pk=export.pk)


def unpacked(export: Export) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(export.zip.read())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def kinds(person: Individual) -> list[str]:
    return list(
        LedgerEntry.objects.filter(subject_uid=person.pk).order_by("seq").values_list("kind", flat=True)
    )


def files_on_disk() -> list[Path]:
    return [path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()]


def test_ann_gets_a_document_and_her_data(her_copy: Export) -> None:
    assert her_copy.state == State.READY
    assert her_copy.pdf.read().startswith(b"%PDF-")
    members = unpacked(her_copy)
    assert members["report.pdf"] == her_copy.pdf.read()
    assert {
        "data.json",
        "portable.json",
        "export-1.json",
        "person.vcf",
        "events.ics",
        "README.txt",
    } <= members.keys()
    assert b"Archer Lane 9" in members["csv/ams.postaladdress.csv"]
    assert json.loads(members["data.json"])["$schema"] == "http://testserver/privacy/take/schema/1/"


def test_the_list_of_members_is_whole_and_signed(her_copy: Export) -> None:
    members = unpacked(her_copy)
    manifest = json.loads(members.pop("manifest.json"))
    assert {told["name"]: told["sha256"] for told in manifest["members"]} == {
        name: sha256(content).hexdigest() for name, content in members.items()
    }
    assert is_genuine(manifest, public_key())
    assert b64decode(manifest["signature"]["public_key"]) == public_key()


def test_names_in_the_zip_are_ours(ann: Individual) -> None:
    for name in ("../../up.pdf", "/etc/passwd", "nul\x00.txt", "CON", "\u202egpj.exe", "CON"):
        m.Document.objects.create(
            individual=ann, title=name, added_at=timezone.now(), file=ContentFile(b"%PDF-1", name)
        )
    export = request_export(ann, actor=ann.pk)
    make.make(export)
    files = sorted(name for name in unpacked(again(export)) if name.startswith("files/"))
    assert files == [f"files/ams-document-file-{number}.pdf" for number in range(1, 7)]


def test_neither_file_lies_in_plain_on_the_disk(her_copy: Export) -> None:
    content = b"".join(path.read_bytes() for path in files_on_disk())
    assert content
    assert b"%PDF" not in content
    assert b"PK\x03\x04" not in content


def test_her_request_is_answered_and_the_ledger_says_so(ann: Individual, her_copy: Export) -> None:
    request = Request.objects.get(individual=ann)
    assert (request.kind, request.state) == ("portability", "done")
    assert kinds(ann)[-4:] == ["request.opened", "export.requested", "request.closed", "export.ready"]


def test_she_is_written_to_with_a_link_and_nothing_else_of_hers(ann: Individual, her_copy: Export) -> None:
    mail = m.SentMail.objects.get(individual=ann, template="portability/mail/ready")
    assert f"http://testserver/privacy/take/{her_copy.pk}/" in mail.text
    assert f"http://testserver/privacy/take/{her_copy.pk}/" in mail.html
    assert "Lane" not in mail.text + mail.html


def test_two_clicks_make_one_copy(ann: Individual) -> None:
    assert request_export(ann, actor=ann.pk).pk == request_export(ann, actor=ann.pk).pk
    assert kinds(ann).count("export.requested") == 1


def test_a_task_that_comes_twice_does_nothing_the_second_time(her_copy: Export) -> None:
    tasks.make_copy(str(her_copy.association_id), str(her_copy.pk))
    assert again(her_copy).attempts == 1


def test_another_worker_leaves_it_alone_while_it_is_being_made(ann: Individual) -> None:
    export = request_export(ann, actor=ann.pk)
    assert make.claim(export.association_id, export.pk) is not None
    assert make.claim(export.association_id, export.pk) is None
    assert tasks.waiting(export.association_id) == []
    Export.objects.filter(pk=export.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert tasks.waiting(export.association_id) == [export.pk]
    taken = make.claim(export.association_id, export.pk)
    assert taken is not None
    assert taken.attempts == 2


def test_a_worker_that_lost_its_lease_changes_nothing(ann: Individual) -> None:
    export = request_export(ann, actor=ann.pk)
    late = make.claim(export.association_id, export.pk)
    Export.objects.filter(pk=export.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    make.claim(export.association_id, export.pk)
    with pytest.raises(make.Stopped):
        make.advance(late, State.WRITING, 40)


def test_a_stopped_copy_leaves_no_file(ann: Individual, django_capture_on_commit_callbacks: Any) -> None:
    export = request_export(ann, actor=ann.pk)
    claimed = make.claim(export.association_id, export.pk)
    before = files_on_disk()
    assert finish.cancel(again(export), actor=ann.pk)
    with pytest.raises(make.Stopped):
        make.make_claimed(claimed)
    assert again(export).state == State.CANCELLED
    assert files_on_disk() == before
    assert Request.objects.get(individual=ann).state == "cancelled"


def test_a_copy_stopped_while_it_is_sealed_leaves_no_file(
    ann: Individual, django_capture_on_commit_callbacks: Any
) -> None:
    export = request_export(ann, actor=ann.pk)
    claimed = make.claim(export.association_id, export.pk)
    package = collect(ann)
    document = make.sealed(claimed, "pdf", ContentFile(b"%PDF-", "report.pdf"))
    archive = make.sealed(claimed, "zip", ContentFile(render.as_json(package), "data.zip"))
    assert len(files_on_disk()) == 2
    finish.cancel(again(export), actor=ann.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert not finish.finish(claimed, document, archive)
    assert files_on_disk() == []


def test_what_fails_is_tried_three_times_and_then_says_so(
    ann: Individual, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_facts: object) -> bytes:
        raise press.ReportFailed(f"about {ann.given_name}")

    monkeypatch.setattr(press, "print_pdf", broken)
    export = request_export(ann, actor=ann.pk)
    for state in (State.QUEUED, State.QUEUED, State.FAILED):
        with pytest.raises(press.ReportFailed):
            make.make(again(export))
        assert again(export).state == state
    assert again(export).failure == "ReportFailed"
    assert ann.given_name not in caplog.text
    assert Request.objects.get(individual=ann).state == "open"  # the clock runs on


def test_what_kills_each_worker_is_not_tried_for_ever(ann: Individual) -> None:
    export = request_export(ann, actor=ann.pk)
    for _ in range(make.ATTEMPTS):
        assert make.claim(export.association_id, export.pk)
        Export.objects.filter(pk=export.pk).update(leased_until=None)
    assert make.claim(export.association_id, export.pk) is None
    assert again(export).state == State.FAILED


def test_after_seven_days_the_files_are_gone(
    ann: Individual, her_copy: Export, django_capture_on_commit_callbacks: Any
) -> None:
    assert len(files_on_disk()) == 2
    tasks.sweep()
    assert again(her_copy).state == State.READY
    Export.objects.filter(pk=her_copy.pk).update(expires_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    gone = again(her_copy)
    assert (gone.state, gone.pdf, gone.zip) == (State.EXPIRED, None, None)
    assert files_on_disk() == []
    assert kinds(ann)[-1] == "export.deleted"


def test_the_sweep_is_on_the_beat_and_both_tasks_are_in_their_queue() -> None:
    assert tasks.sweep.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
    for task in (tasks.make_copy, tasks.sweep):
        assert app.amqp.router.route({}, task.name)["queue"].name == "exports"


def test_an_erased_person_gets_no_copy(ann: Individual) -> None:
    export = request_export(ann, actor=ann.pk)
    Individual.objects.filter(pk=ann.pk).update(erased_at=timezone.now())
    make.make(export)
    assert again(export).state != State.READY


def test_a_copy_that_is_being_made_while_its_person_is_erased_cannot_be_sealed(ann: Individual) -> None:
    asked = request_export(ann, actor=ann.pk)
    export = make.claim(asked.association_id, asked.pk)
    current.forget(current.ids_of(ann.pk))
    with pytest.raises(Forgotten):
        make.sealed(export, "pdf", ContentFile(b"%PDF-", "report.pdf"))
    assert not [path for path in files_on_disk() if path.stat().st_size > 0]


def test_copies_of_a_copy_do_not_grow(her_copy: Export, ann: Individual) -> None:
    section: Any = collect(ann).section("portability.export")
    assert section.records[0].value("state").data == "ready"
    assert not list(collect(ann).files())


def test_the_command_makes_no_bell_and_no_mail(ann: Individual) -> None:
    export = request_export(ann, actor=None, channel=Channel.COMMAND, tells=False)
    assert tasks.waiting(export.association_id) == []
    make.make(export)
    assert not m.SentMail.objects.filter(individual=ann).exists()
    assert Request.objects.get(individual=ann).kind == "access"
