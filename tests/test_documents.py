"""What the documents say is so: names, targets, paths, pictures and examples are those of the code."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest
from django.core.management import call_command

from ams.models import Account, Association
from ams.roles import Role
from privacy.tenancy import speaking_for
from privacy.vault import current

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("ams", "privacy", "consent", "portability", "erasure", "webhooks")
DOCUMENTS: Final = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *ROOT.glob("docs/**/*.md"),
]
READERS: Final = {"text", "switch", "number", "words", "folders"}  # of ams/environment.py
WORDS_OF_SWITCHES: Final = {False: "no", True: "yes"}
# A machine's own folders. What a container mounts (/data, /tmp) is the same everywhere.
OF_ONE_MACHINE: Final = re.compile(r"(?<![\w./-])/(?:home|Users|root|work)/\w")
ROW: Final = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]+)`)?", re.MULTILINE)
LARGEST_PICTURE: Final = 200_000


def calls() -> Iterator[tuple[str, ast.expr | None]]:
    """What is read through ams/environment.py: the variable, and its default as it is written."""
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and reads(node.func):
                name = node.args[0]
                assert isinstance(name, ast.Constant)
                defaults = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "default")]
                yield str(name.value), next(iter(defaults), None)


def reads(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Name) and function.value.id == "env" and function.attr in READERS


def table() -> dict[str, str]:
    return dict(ROW.findall((ROOT / "README.md").read_text()))


def test_every_variable_that_is_read_stands_in_the_readme() -> None:
    used = {name for name, _ in calls()}
    assert {"DATABASE_URL", "LOG_LEVEL", "KEYRING_ROOTS"} <= used
    assert set(table()) == used


def test_the_readme_names_the_defaults_of_the_code() -> None:
    plain = {name: node.value for name, node in calls() if isinstance(node, ast.Constant)}
    assert len(plain) > 10
    del plain["SECRET_KEY"]  # with its default nobody is served
    assert {name: table()[name] for name in plain} == {
        name: WORDS_OF_SWITCHES[value] if isinstance(value, bool) else str(value)
        for name, value in plain.items()
    }


def test_the_example_lets_compose_ask_the_container_itself() -> None:
    hosts = re.search(r"^ALLOWED_HOSTS=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    asked = re.search(r"http://([\d.]+):8000/healthz", (ROOT / "docker-compose.yml").read_text())
    assert hosts
    assert asked
    assert asked[1] in hosts[1].split(",")


def test_every_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for path in DOCUMENTS
        for target in re.findall(r"`(?:\w+=\w+ )?make ([a-z-]+)", path.read_text())
    }
    assert {"check", "bench", "demo"} <= named
    assert named <= targets


def test_every_command_of_the_readme_exists() -> None:
    section = (ROOT / "README.md").read_text().partition("## Commands for operators")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| `([a-z_]+)", section, re.MULTILINE))
    there = {
        path.stem for package in PACKAGES for path in (ROOT / package).glob("management/commands/[a-z]*.py")
    }
    assert "find_individual" in named
    assert named <= there


def test_every_test_that_shows_a_promise_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "README.md").read_text())
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text()
    for link in [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'src="([^"]+)"', text)]:
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        assert not anchor or anchor in headings(target), link


def headings(path: Path) -> list[str]:
    return [
        title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    ]


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs/pictures").iterdir()}
    assert sizes
    assert all(size < LARGEST_PICTURE for size in sizes.values()), sizes


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert OF_ONE_MACHINE.search("see /{}/ann/notes".format("home"))
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],  # noqa: S607 git lies elsewhere on each machine
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert ROOT / "README.md" in files
    assert [path.name for path in files if path.is_file() and OF_ONE_MACHINE.search(readable(path))] == []


def readable(path: Path) -> str:
    return path.read_bytes().decode(errors="ignore")


# The examples


def blocks(path: Path) -> list[str]:
    found = re.findall(r"^ *```python\n(.*?)```", path.read_text(), re.DOTALL | re.MULTILINE)
    return [dedent(block) for block in found]


# As if the first block stood in ams/models/, and the second in ams/personal_data/membership.py.
ON_TOP: Final = """
import django
django.setup()
from django.core.management import call_command
from ams.personal_data.membership import *
from ams.personal_data.membership import _
from privacy.vault.fields import SealedDateField, SealedTextField
from privacy.vault.rows import SealedModel
from django.db import models
__name__ = "ams.models.loan"
"""
IN_BETWEEN: Final = "m.Loan = Loan\n"
AT_THE_END: Final = "call_command('check', fail_level='WARNING')\n"


def checked(*parts: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, as a model cannot be taken back."""
    script = "\n".join([ON_TOP, *parts, AT_THE_END])
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_example_passes_the_check_and_without_its_declaration_it_does_not() -> None:
    model, declaration = blocks(ROOT / "CONTRIBUTING.md")
    silent = checked(model, IN_BETWEEN)
    assert silent.returncode != 0
    assert "privacy.E001" in silent.stderr
    said = checked(model, IN_BETWEEN, declaration)
    assert said.returncode == 0, said.stderr
    assert len(declaration.splitlines()) <= 12


def test_the_readme_shows_the_same_declaration() -> None:
    assert blocks(ROOT / "README.md") == blocks(ROOT / "CONTRIBUTING.md")[1:]


@pytest.mark.django_db
def test_the_first_association_is_made_as_operations_says(capsys: pytest.CaptureFixture[str]) -> None:
    made, turned = blocks(ROOT / "docs/operations.md")
    exec(made, {})  # noqa: S102 the operator's paste
    association = Association.objects.get()
    before = current.keyring_of(association.pk).epoch
    exec(turned, {})  # noqa: S102 as above
    assert current.keyring_of(association.pk).epoch > before
    with speaking_for(association.pk):
        assert Account.objects.get().role == Role.ADMINISTRATOR
    call_command("find_individual", "cleo@maps.example")
    assert capsys.readouterr().out.strip()
    call_command("verify_ledger")
