"""A model field whose file lies sealed on the disk."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction

from ams.models import Association, Individual
from privacy.tenancy import speaking_for
from privacy.vault import Erased, Forgotten, SealBroken, current, disk, files, reseal
from privacy.vault.files import SealedFile, delete_stored, path_of
from privacy.vault.ids import core_id
from privacy.vault.streams import nonce_of


@pytest.fixture
def row(toy: Any, ann: Individual) -> Any:
    return toy.objects.create(
        individual=ann, file=ContentFile(b"a scan of a passport", name="C:/tmp/pass port.pdf")
    )


def stored_of(row: Any) -> Path:
    return path_of(row.association_id, row.file.stored)


def test_a_file_comes_back_with_its_facts(toy: Any, row: Any) -> None:
    for file in (row.file, toy.objects.get().file):
        assert isinstance(file, SealedFile)
        assert (file.name, file.size, file.content_type) == ("pass port.pdf", 20, "application/pdf")
        with file.open() as stream:
            assert stream.read(6) == b"a scan"
            stream.seek(2)
            assert stream.read() == b"scan of a passport"
        assert file.read() == b"a scan of a passport"


def test_nothing_about_the_file_lies_in_plain(row: Any) -> None:
    folder = Path(settings.FILES_ROOT)
    assert b"passport" in row.file.read()
    for path in folder.rglob("*"):
        assert "port" not in path.name
        assert path.is_dir() or b"passport" not in path.read_bytes()
    assert stored_of(row).parent.name == row.association_id.hex
    for path in (stored_of(row), stored_of(row).parent, folder):
        assert path.stat().st_mode & 0o077 == 0


def test_nothing_on_the_disk_says_whose_a_file_is_or_how_long(toy: Any, row: Any, ann: Individual) -> None:
    other = toy.objects.create(individual=ann, file=ContentFile(b"x" * 999, name="b"))
    one, two = stored_of(row).read_bytes(), stored_of(other).read_bytes()
    assert ann.pk.bytes in row.individual_id.bytes + one
    assert ann.pk.bytes not in one
    assert len(one) == len(two)
    assert (len(row.file.read()), len(other.file.read())) == (20, 999)


def test_the_folders_of_a_file_are_durable_before_its_row(
    toy: Any, ann: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    for module in (files, disk):
        monkeypatch.setattr(module, "sync_folder", lambda path: synced.append(Path(path)))
    row = toy.objects.create(individual=ann, file=ContentFile(b"a", name="a"))
    root = Path(settings.FILES_ROOT)
    assert synced == [root.parent, root, stored_of(row).parent]


def make_old(row: Any) -> Path:
    """As the first version wrote it: the key's id in the header, no zeros, and no key in the row."""
    plain, key_id = row.file.read(), bytes.fromhex(row.file.key)
    header = b"AMSFILE1" + key_id + bytes(7)
    aad = header + files.aad_of(row.file.aad, row.file.stored)
    body = current.keyring().key_for(key_id).encrypt(nonce_of(header, 0, True), plain, aad)
    stored_of(row).write_bytes(header + body)
    row.file = replace(row.file, key="")
    row.save()
    return stored_of(row)


def test_files_of_the_first_version_are_read_and_sealed_anew(
    toy: Any, row: Any, ann: Individual, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(reseal, "file_columns", lambda: [(toy, "file")])
    new = toy.objects.create(individual=ann, file=ContentFile(b"new", name="new"))
    lost = toy.objects.create(individual=ann, file=ContentFile(b"lost", name="lost"))
    old = make_old(row)
    make_old(lost).unlink()
    assert ann.pk.bytes in old.read_bytes()
    assert toy.objects.get(pk=row.pk).file.read() == b"a scan of a passport"
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(CommandError, match="1 file"):
        call_command("reseal_files", stdout=(out := StringIO()))
    assert out.getvalue() == "1 file(s) sealed anew.\n"
    again = toy.objects.get(pk=row.pk)
    assert (again.file.name, again.file.content_type) == ("pass port.pdf", "application/pdf")
    assert again.file.read() == b"a scan of a passport"
    assert ann.pk.bytes not in stored_of(again).read_bytes()
    assert not old.exists()
    assert toy.objects.get(pk=new.pk).file == new.file  # it was new already: left alone
    with pytest.raises(CommandError, match="1 file"):  # once more, as after a stop
        call_command("reseal_files", stdout=(out := StringIO()))
    assert out.getvalue() == "0 file(s) sealed anew.\n"


def test_an_open_folder_of_files_is_closed_to_others(toy: Any, ann: Individual) -> None:
    root = Path(settings.FILES_ROOT)
    root.mkdir(mode=0o755)
    toy.objects.create(individual=ann, file=ContentFile(b"a", name="a"))
    assert root.stat().st_mode & 0o777 == 0o700


def test_the_type_of_an_upload_is_kept(toy: Any, row: Any) -> None:
    row.file = SimpleUploadedFile("photo", b"\xff\xd8", content_type="image/jpeg")
    row.save()
    assert toy.objects.get().file.content_type == "image/jpeg"


def test_a_row_without_a_file_has_null(toy: Any, ann: Individual) -> None:
    row = toy.objects.create(individual=ann, file="")
    assert row.file is None
    assert toy.objects.filter(file__isnull=True).exists()


def test_saving_again_leaves_the_file_alone(row: Any) -> None:
    before = stored_of(row).stat()
    row.text = "other"
    row.save()
    assert stored_of(row).stat().st_mtime_ns == before.st_mtime_ns


def test_a_new_file_replaces_the_old_one_once_it_is_sure(
    toy: Any, row: Any, django_capture_on_commit_callbacks: Any
) -> None:
    old = stored_of(row)
    with django_capture_on_commit_callbacks(execute=True):
        row.file = ContentFile(b"new", name="new.txt")
        row.save()
        assert old.exists()
    assert not old.exists()
    assert toy.objects.get().file.read() == b"new"


def test_a_rolled_back_change_loses_no_file(toy: Any, row: Any) -> None:
    old = stored_of(row)
    with transaction.atomic():
        row.file = ContentFile(b"new", name="new.txt")
        row.save()
        transaction.set_rollback(True)
    assert old.exists()
    assert toy.objects.get().file.read() == b"a scan of a passport"


def test_a_form_uploads_keeps_and_clears(toy: Any, row: Any, django_capture_on_commit_callbacks: Any) -> None:
    form_class = forms.modelform_factory(toy, fields=["file"])
    upload = SimpleUploadedFile("new.txt", b"new", content_type="text/plain")
    form_class({}, {"file": upload}, instance=row).save()
    assert toy.objects.get().file.name == "new.txt"
    form_class({}, {}, instance=toy.objects.get()).save()
    assert toy.objects.get().file.read() == b"new"
    path = stored_of(toy.objects.get())
    with django_capture_on_commit_callbacks(execute=True):
        form_class({"file-clear": "on"}, {}, instance=toy.objects.get()).save()
    assert toy.objects.get().file is None
    assert not path.exists()


def test_two_files_exchanged_on_the_disk_do_not_open(toy: Any, row: Any, ann: Individual) -> None:
    other = toy.objects.create(individual=ann, file=ContentFile(b"another", name="b"))
    stored_of(row).write_bytes(stored_of(other).read_bytes())
    assert other.file.read() == b"another"
    with pytest.raises(SealBroken):
        row.file.open()


def test_the_file_of_the_forgotten_does_not_open(toy: Any, row: Any, ann: Individual) -> None:
    held = row.file
    current.forget([core_id(ann.pk)])
    with pytest.raises(Forgotten):
        held.open()
    assert isinstance(toy.objects.get().file, Erased)
    with pytest.raises(Forgotten), transaction.atomic():
        toy.objects.create(individual=ann, file=ContentFile(b"late", name="late"))


def test_another_association_cannot_open_it(row: Any, sister: Association) -> None:
    with speaking_for(sister.pk), pytest.raises(FileNotFoundError):
        row.file.open()


def test_a_name_that_is_no_random_name_reaches_no_file(association: Association) -> None:
    for name in ("../../etc/passwd", "", "a" * 31, "A" * 32, "/" + "a" * 31):
        with pytest.raises(ValueError, match="no name"):
            path_of(association.pk, name)


def test_deleting_what_is_gone_is_harmless(row: Any) -> None:
    for _ in range(2):
        delete_stored(row.association_id, row.file.stored)
    assert not stored_of(row).exists()


def test_files_in_bulk(toy: Any, ann: Individual) -> None:
    rows = toy.objects.bulk_create(
        [
            toy(individual=ann, file=ContentFile(f"{number}".encode(), name=f"{number}.txt"))
            for number in range(3)
        ]
    )
    assert sorted(file.read() for file in toy.objects.values_list("file", flat=True)) == [b"0", b"1", b"2"]
    rows[0].file = ContentFile(b"new", name="new.txt")
    toy.objects.bulk_update(rows, ["file"])
    assert toy.objects.get(pk=rows[0].pk).file.read() == rows[0].file.read() == b"new"


def test_a_plain_value_of_another_kind_is_refused(toy: Any, ann: Individual) -> None:
    with pytest.raises(TypeError):
        toy.objects.create(individual=ann, file="/etc/passwd")
