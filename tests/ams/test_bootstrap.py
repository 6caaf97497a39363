"""The set-up, in a small project of its own with one package that lies beside it: no index is asked."""

import ast
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ams.embedded import bootstrap

PROJECT = Path(__file__).resolve().parents[2]
WHEEL = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
SCRIPT = Path("ams/embedded/bootstrap.py")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path)


def small_project(folder: Path) -> Path:
    """Needs `made-up` 1.0, whose wheel is in `wheels`."""
    (folder / SCRIPT).parent.mkdir(parents=True)
    shutil.copy(PROJECT / SCRIPT, folder / SCRIPT)
    lock(folder, "1.0", make_wheel(folder / "wheels", "1.0"))
    return folder


def make_wheel(folder: Path, version: str) -> str:
    """Its SHA-256."""
    folder.mkdir(exist_ok=True)
    files = {
        "made_up.py": f"version = '{version}'\n",
        f"made_up-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: made-up\nVersion: {version}\n",
        f"made_up-{version}.dist-info/WHEEL": WHEEL,
    }
    wheel = folder / f"made_up-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        record = f"made_up-{version}.dist-info/RECORD"
        for name, text in files.items():
            archive.writestr(name, text)
        lines = [f"{name},sha256={digest(text)},{len(text)}\n" for name, text in files.items()]
        archive.writestr(record, "".join([*lines, f"{record},,\n"]))
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def lock(project: Path, version: str, sha256: str) -> None:
    (project / "requirements.lock").write_text(f"made-up=={version} \\\n    --hash=sha256:{sha256}\n")


def start(project: Path) -> "subprocess.Popen[str]":
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project / "wheels"), "PIP_CONFIG_FILE": os.devnull}
    return subprocess.Popen(
        [sys.executable, "-I", str(project / SCRIPT)],
        env={"PATH": os.environ["PATH"], "HOME": str(project), **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def make_ready(project: Path) -> tuple[int, str]:
    with start(project) as running:
        said, _ = running.communicate(timeout=120)
    return running.returncode, said


def installed(project: Path) -> str:
    asked = [str(project / ".venv/bin/python"), "-c", "import made_up; print(made_up.version)"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose environment stands; making one from nothing is most of what a test here would take."""
    project = small_project(tmp_path_factory.mktemp("ready"))
    assert make_ready(project)[0] == 0
    return project


@pytest.fixture
def standing(ready: Path) -> Path:
    """As it was made, whatever the test before did to it."""
    lock(ready, "1.0", make_wheel(ready / "wheels", "1.0"))
    assert make_ready(ready)[0] == 0
    assert installed(ready) == "1.0"
    return ready


def test_a_second_run_does_nothing(project: Path) -> None:
    code, said = make_ready(project)
    assert (code, installed(project)) == (0, "1.0"), said
    stamp = (project / ".venv/lock.sha256").stat().st_mtime_ns
    assert make_ready(project) == (0, "")
    assert (project / ".venv/lock.sha256").stat().st_mtime_ns == stamp


def test_a_changed_lock_file_is_followed(standing: Path) -> None:
    lock(standing, "2.0", make_wheel(standing / "wheels", "2.0"))
    code, said = make_ready(standing)
    assert (code, installed(standing)) == (0, "2.0"), said


def test_a_package_with_another_hash_stops_everything(standing: Path) -> None:
    make_wheel(standing / "wheels", "3.0")
    lock(standing, "3.0", "0" * 64)
    code, said = make_ready(standing)
    assert code == 1
    assert "could not be installed" in said.splitlines()[-1]
    assert not (standing / ".venv/lock.sha256").exists()
    assert installed(standing) == "1.0"
    lock(standing, "3.0", make_wheel(standing / "wheels", "3.0"))
    assert make_ready(standing)[0] == 0, "the next run begins again"


def test_two_at_once_do_the_work_once(project: Path) -> None:
    with start(project) as one, start(project) as other:
        said = [one.communicate(timeout=120)[0], other.communicate(timeout=120)[0]]
    assert (one.returncode, other.returncode) == (0, 0)
    assert installed(project) == "1.0"
    assert "".join(said).count("trying pip") == 1


def test_an_environment_of_another_python_is_made_anew(standing: Path) -> None:
    (standing / ".venv/bin/python").unlink()
    (standing / ".venv/lock.sha256").unlink()
    code, said = make_ready(standing)
    assert (code, installed(standing)) == (0, "1.0"), said


def test_an_old_python_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    assert bootstrap.main([]) == 1
    assert capsys.readouterr().err.startswith("Python 3.11, 3.12 or 3.13 is needed")


def test_an_old_python_can_read_the_script() -> None:
    ast.parse((PROJECT / SCRIPT).read_text(), feature_version=(3, 7))


def test_without_apt_the_line_to_type_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "make_environment", lambda: None)
    monkeypatch.setattr(bootstrap, "has_library", lambda name: name != "pango-1.0")
    monkeypatch.setattr(bootstrap, "may_install", lambda: None)
    monkeypatch.setattr(bootstrap, "FONTS", {})
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    assert bootstrap.main([]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.rstrip().endswith("apt-get install -y --no-install-recommends libpango-1.0-0")


def test_tests_need_more_than_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "has_library", lambda _: True)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "FONTS", {})
    assert bootstrap.missing_packages(for_tests=False) == ["gettext"]
    assert bootstrap.missing_packages(for_tests=True) == ["gettext", "chromium", "poppler-utils"]


def test_names_in_other_scripts_need_fonts_that_debian_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "here.ttf").touch()
    fonts = {str(tmp_path / "here.ttf"): "fonts-noto-core", str(tmp_path / "missing.ttc"): "fonts-noto-cjk"}
    monkeypatch.setattr(bootstrap, "FONTS", fonts)
    monkeypatch.setattr(bootstrap, "has_library", lambda _: True)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: "/usr/bin/there")
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    assert bootstrap.missing_packages(for_tests=False) == ["fonts-noto-cjk"]
    monkeypatch.setattr(bootstrap.sys, "platform", "darwin")
    assert bootstrap.missing_packages(for_tests=False) == []


def test_the_lock_names_a_hash_for_everything_and_an_address_for_nothing() -> None:
    text = (PROJECT / "requirements.lock").read_text()
    pins = re.findall(r"^([a-z0-9-]+)==[^\n]*\\\n(    --hash=sha256:[0-9a-f]{64})", text, re.MULTILINE)
    names = re.findall(r"^([a-z0-9-]+)", text, re.MULTILINE)
    assert [name for name, _ in pins] == names
    assert "://" not in text
    wanted = re.findall(r"^([\w-]+)", (PROJECT / "requirements.in").read_text(), re.MULTILINE)
    assert wanted
    assert {name.lower() for name in wanted} <= set(names)
