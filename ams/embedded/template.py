"""A data folder that has the product's tables already: migrated once, kept under `var/templates`, and copied.

Whoever starts from a copy still runs `migrate`, which finds nothing to do and builds the walls anew. So a template may
lag behind what a migrate does besides migrations, and never behind the migrations themselves: its name is their hash.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from ams.embedded.leftovers import stop_left_overs

PROJECT: Final = Path(__file__).resolve().parents[2]
TEMPLATES: Final = PROJECT / "var" / "templates"
KEPT: Final = 3  # of the branches that somebody goes back and forth between
PARTS: Final = (
    "postgresql",
    "postgresql.password",
    "postgresql.initialised",
)  # the last says that all are there


def copy_into(folder: Path, *facts: object, make: Callable[[Path], None]) -> bool:
    """Puts the parts into a services' folder that has none. `facts`: what tables follow from besides the migrations.

    `make` fills a new template's folder. Should it fail, the folder stays empty, and whoever migrates meets the reason.
    """
    if (folder / PARTS[-1]).exists():
        return False
    TEMPLATES.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked():
        template = TEMPLATES / fingerprint(*facts)
        if not template.exists() and not _made(template, make):
            return False
        os.utime(template)
        _copy(template, folder)
        return True


def fingerprint(*facts: object) -> str:
    told = sha256(repr(facts).encode())
    for path in [PROJECT / "requirements.lock", *sorted(PROJECT.glob("*/migrations/*.py"))]:
        told.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return told.hexdigest()[:16]


@contextmanager
def _locked() -> Iterator[None]:
    """One makes it; the others wait, and copy."""
    with (TEMPLATES / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def _made(template: Path, make: Callable[[Path], None]) -> bool:
    print("Making the tables; later starts copy them …", file=sys.stderr, flush=True)
    new = TEMPLATES / "new"
    stop_left_overs(new / "pids")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    try:
        make(new)
    except subprocess.CalledProcessError:
        return False
    new.rename(template)
    _forget_oldest()
    return True


def _forget_oldest() -> None:
    templates = sorted((path for path in TEMPLATES.iterdir() if path.is_dir()), key=_last_used)
    for path in templates[:-KEPT]:
        shutil.rmtree(path)


def _last_used(path: Path) -> float:
    return path.stat().st_mtime


def _copy(template: Path, folder: Path) -> None:
    """`cp -a` keeps the owner, who is not us when we are root."""
    for part in PARTS:
        if (old := folder / part).is_dir():
            shutil.rmtree(old)  # half of one, whose maker was killed
        subprocess.run(["cp", "-a", template / part, folder / part], check=True)
