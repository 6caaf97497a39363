"""The data folder that is made once and copied: never a stale one, never half of one, and never somebody else's."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from ams.embedded import template
from ams.embedded.launch import DATABASE, services

ROWS = "SELECT count(*) FROM django_migrations"


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(template, "TEMPLATES", tmp_path / "templates")
    return tmp_path / "templates"


@pytest.fixture
def made() -> list[Path]:
    return []


def offer(folder: Path, made: list[Path], *facts: object) -> bool:
    """With a maker that only says it was called."""

    def make(place: Path) -> None:
        made.append(place)
        (place / "postgresql").mkdir()
        (place / "postgresql/table").write_text(str(len(made)))
        for name in template.PARTS[1:]:
            (place / name).write_text("")

    folder.mkdir(exist_ok=True)
    return template.copy_into(folder, *facts, make=make)


def test_it_is_made_once_and_copied_from_then_on(templates: Path, made: list[Path], tmp_path: Path) -> None:
    assert offer(tmp_path / "one", made)
    assert offer(tmp_path / "two", made)
    assert len(made) == 1
    assert (tmp_path / "two/postgresql/table").read_text() == "1"
    assert not (templates / "new").exists()


def test_what_is_there_already_is_left_alone(templates: Path, made: list[Path], tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / template.PARTS[-1]).touch()
    assert not offer(tmp_path / "one", made)
    assert made == []


def test_half_a_copy_is_thrown_away(templates: Path, made: list[Path], tmp_path: Path) -> None:
    (tmp_path / "one/postgresql").mkdir(parents=True)
    (tmp_path / "one/postgresql/of-a-killed-start").touch()
    assert offer(tmp_path / "one", made)
    assert [path.name for path in (tmp_path / "one/postgresql").iterdir()] == ["table"]


def test_a_changed_migration_lock_or_role_makes_a_new_one(
    templates: Path, made: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    (project / "app/migrations").mkdir(parents=True)
    (project / "requirements.lock").write_text("django==5.2")
    monkeypatch.setattr(template, "PROJECT", project)
    offer(tmp_path / "one", made, "ams_app")
    (project / "app/migrations/0001_initial.py").write_text("…")
    offer(tmp_path / "two", made, "ams_app")
    (project / "requirements.lock").write_text("django==5.3")
    offer(tmp_path / "three", made, "ams_app")
    offer(tmp_path / "four", made, "another_role")
    assert len(made) == 4
    assert len([path for path in templates.iterdir() if path.is_dir()]) == template.KEPT


def test_where_migrations_do_not_run_nothing_is_kept(templates: Path, tmp_path: Path) -> None:
    def fail(_place: Path) -> None:
        subprocess.run([sys.executable, "-c", "raise SystemExit(1)"], check=True)

    (tmp_path / "one").mkdir()
    assert not template.copy_into(tmp_path / "one", make=fail)
    assert list((tmp_path / "one").iterdir()) == []
    assert [path.name for path in templates.iterdir() if path.name != "new"] == ["lock"]


def test_a_real_cluster_begins_with_the_tables_and_survives_a_power_cut_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From this project's own template, which this very run was started from."""
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name)
    with (
        services(tmp_path / "services") as found,
        closing(psycopg2.connect(found["DATABASE_URL"])) as connection,
    ):
        assert found["DATABASE_URL"].endswith(f"/{DATABASE}")
        cursor = connection.cursor()
        cursor.execute(ROWS)
        assert cursor.fetchone()[0] > 20
        cursor.execute("SELECT count(*) FROM ams_individual")
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("on",)
