"""`export_individual`, as an operator uses it."""

import io
import shutil
import stat
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ams.models import Association, Individual
from portability.models import Channel, Export
from privacy.vault import current

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("export_individual", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_it_writes_both_files_for_the_operator_alone(
    ann: Individual, ben: Individual, tmp_path: Path
) -> None:
    out = run(ann.pk, "--to", tmp_path)
    pdf, packed = (tmp_path / f"{ann.pk}.{name}" for name in ("pdf", "zip"))
    assert out.split() == [str(pdf), str(packed)]
    assert pdf.read_bytes().startswith(b"%PDF-")
    with zipfile.ZipFile(packed) as archive:
        data = archive.read("data.json").decode()
    assert "Archer" in data
    assert "Baker" not in data
    assert stat.S_IMODE(pdf.stat().st_mode) == stat.S_IMODE(packed.stat().st_mode) == 0o600


def test_ann_can_see_that_it_was_done(ann: Individual, tmp_path: Path) -> None:
    run(ann.pk, "--to", tmp_path, "--association", "esc")
    assert Export.objects.get(individual=ann).channel == Channel.COMMAND


def test_mistakes_are_one_clear_line(ann: Individual, sister: Association, tmp_path: Path) -> None:
    stranger = uuid4()
    for arguments, says in (
        ((stranger, "--to", tmp_path), f"nobody with the number {stranger}"),
        (("Ann", "--to", tmp_path), "not the number of a person"),
        ((ann.pk, "--to", tmp_path / "nowhere"), "is not a folder"),
        ((ann.pk, "--to", tmp_path, "--association", "xyz"), "no association xyz"),
        ((ann.pk, "--to", tmp_path, "--association", "vdk"), "nobody with the number"),
    ):
        with pytest.raises(CommandError) as mistake:
            run(*arguments)
        assert says in str(mistake.value)
        assert "\n" not in str(mistake.value)
    assert not Export.objects.exists()


def test_a_folder_that_cannot_be_written_is_said_before_any_work(
    ann: Individual, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere, so the answer of the system stands in for the folder's mode.
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(CommandError, match="Nothing can be written"):
        run(ann.pk, "--to", tmp_path)
    assert not Export.objects.exists()


def test_a_vault_that_does_not_open_is_said(ann: Individual, tmp_path: Path) -> None:
    for folder in settings.KEYRING_REPLICAS:
        shutil.rmtree(folder)
    current.forget_rings()
    with pytest.raises(CommandError, match="vault does not open"):
        run(ann.pk, "--to", tmp_path)
