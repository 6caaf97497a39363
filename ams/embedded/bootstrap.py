"""Makes a fresh machine ready: `.venv` with the locked packages, then the system's libraries.

Run by the system's own Python (`make` does it), so with the standard library only, and again before every
command: when nothing is to be done it takes a moment.
"""

from __future__ import (
    annotations,
)  # an older Python must be able to read this file, to say that it is too old

import ctypes
import ctypes.util
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = PROJECT / "requirements.lock"
STAMP = ENVIRONMENT / "lock.sha256"
OLDEST, TOO_NEW = (3, 11), (3, 14)

# What is looked for → the Debian package and the Homebrew formula that bring it.
LIBRARIES = {
    "pango-1.0": ("libpango-1.0-0", "pango"),
    "pangoft2-1.0": ("libpangoft2-1.0-0", "pango"),
    "harfbuzz-subset": ("libharfbuzz-subset0", "harfbuzz"),
    "fontconfig": ("libfontconfig1", "fontconfig"),
}
VERSIONS = {"fontconfig": 1}
PROGRAMS: dict[tuple[str, ...], tuple[str, str]] = {("msgfmt",): ("gettext", "gettext")}
PROGRAMS_OF_TESTS: dict[tuple[str, ...], tuple[str, str]] = {
    ("chromium", "chromium-browser", "google-chrome"): ("chromium", "--cask chromium"),
    ("pdftotext",): ("poppler-utils", "poppler"),
}
# Scripts of names beside Latin, Greek and Cyrillic, for documents on paper (privacy/printing/fallback.py).
FONTS = {
    "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf": "fonts-noto-core",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
}


class NotReadyError(Exception):
    """One line that says what is missing and what to do."""


def main(arguments: list[str]) -> int:
    try:
        refuse_other_pythons()
        install_system_packages(missing_for_environment())
        make_environment()
        install_system_packages(missing_packages(for_tests="--for-tests" in arguments))
        translate()
    except NotReadyError as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def refuse_other_pythons() -> None:
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        raise NotReadyError(
            f"Python 3.11, 3.12 or 3.13 is needed, this is {sys.version.split()[0]}: make PYTHON=…"
        )


# The packages


def make_environment() -> None:
    wanted = fingerprint()
    if is_current(wanted):
        return
    with (PROJECT / ".bootstrap.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # the second caller waits, and finds it done
        if is_current(wanted):
            return
        print("Installing the locked packages into .venv …", flush=True)
        STAMP.unlink() if STAMP.exists() else None  # half done is never taken for done
        make_fresh_environment()
        if not (install_with_uv() or install_with_pip()):
            raise NotReadyError(
                "The packages in requirements.lock could not be installed; the reason stands above."
            )
        STAMP.write_text(wanted)


def fingerprint() -> str:
    """The interpreter belongs to it: a system upgrade leaves a broken environment behind."""
    return hashlib.sha256(LOCK.read_bytes() + sys.version.encode() + str(PROJECT).encode()).hexdigest()


def is_current(wanted: str) -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted


def make_fresh_environment() -> None:
    if environment_is_of_this_python():
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    if not succeeds([sys.executable, "-m", "venv", str(ENVIRONMENT)]):
        raise NotReadyError("`python3 -m venv .venv` failed; the reason stands above.")


def environment_is_of_this_python() -> bool:
    """Scripts name their interpreter by its full path: a folder that was moved needs a new environment."""
    ask = "import sys; print(sys.prefix); print(sys.version)"
    try:
        shown = subprocess.run([PYTHON, "-c", ask], stdout=subprocess.PIPE, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return False
    return shown == f"{ENVIRONMENT}\n{sys.version}\n"


def install_with_uv() -> bool:
    uv = ENVIRONMENT / "bin" / "uv"
    if not uv.exists() and not install_uv():
        return False
    options = ["--quiet", "--compile-bytecode", "--python", str(PYTHON), "--require-hashes"]
    return succeeds([str(uv), "pip", "sync", *options, str(LOCK)])


def install_uv() -> bool:
    """From the lock as well, so that the installer's own hash is checked."""
    block = re.search(r"^uv==(?:.*\\\n)*.*\n", LOCK.read_text(), re.MULTILINE)
    if not block:
        return False
    only_uv = ENVIRONMENT / "uv.lock"
    only_uv.write_text(block.group())
    return succeeds([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(only_uv)])


def install_with_pip() -> bool:
    # It knows package indexes and certificates that were set for pip alone.
    print("uv did not do it; trying pip, which takes a minute …", flush=True)
    return succeeds([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)])


# The system


def missing_for_environment() -> list[str]:
    """Debian keeps a part of the standard library in a package of its own."""
    has_venv = importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")
    return [] if has_venv or PYTHON.exists() else [f"python3.{sys.version_info[1]}-venv"]


def missing_packages(*, for_tests: bool) -> list[str]:
    on_mac = sys.platform == "darwin"
    programs = dict(PROGRAMS)
    programs.update(PROGRAMS_OF_TESTS if for_tests else {})
    found = [packages[on_mac] for name, packages in LIBRARIES.items() if not has_library(name)]
    found += [packages[on_mac] for names, packages in programs.items() if not any(map(shutil.which, names))]
    # Elsewhere than on Debian a document says which characters it cannot print.
    found += [package for path, package in FONTS.items() if not on_mac and not Path(path).exists()]
    return list(dict.fromkeys(found))


def has_library(name: str) -> bool:
    if sys.platform == "darwin":
        return bool(ctypes.util.find_library(name)) or any(
            Path(folder, f"lib{name}.dylib").exists() for folder in ("/opt/homebrew/lib", "/usr/local/lib")
        )
    try:
        ctypes.CDLL(f"lib{name}.so.{VERSIONS.get(name, 0)}")
    except OSError:
        return False
    return True


def install_system_packages(packages: list[str]) -> None:
    """By apt as root, or with a sudo that asks nothing; anywhere else the line to type is named."""
    if not packages:
        return
    prefix = may_install()
    if prefix is None:
        raise NotReadyError(f"Missing on this machine. Run once:  {line_to_type(packages)}")
    print(f"Installing {', '.join(packages)} …", flush=True)
    apt = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]
    succeeds([*apt, "update"])  # an unreachable third source is no reason to stop
    if not succeeds([*apt, "install", "-y", "--no-install-recommends", *packages], quiet=True):
        raise NotReadyError(
            f"apt-get could not install them; the reason stands above. {line_to_type(packages)}"
        )


def may_install() -> list[str] | None:
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    with_sudo = shutil.which("sudo") and succeeds(["sudo", "-n", "true"], quiet=True)
    return ["sudo", "-n"] if with_sudo else None


def line_to_type(packages: list[str]) -> str:
    if sys.platform == "darwin":
        return " && ".join(f"brew install {package}" for package in packages)
    as_root = "" if os.geteuid() == 0 else "sudo "
    return f"{as_root}apt-get install -y --no-install-recommends {' '.join(packages)}"


def succeeds(argv: list[str], *, quiet: bool = False) -> bool:
    """Silent when all is well (`quiet`), with the program's own words when not."""
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd=PROJECT,
        check=False,
    )
    if done.returncode and quiet and "sudo" not in argv:
        sys.stderr.write(f"{done.stdout.decode()}{done.stderr.decode()}")
    return not done.returncode


# The translations


def translate() -> None:
    """What is compiled is not kept in the repository."""
    for source in PROJECT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        if not succeeds(["msgfmt", "--check-format", "-o", str(target), str(source)]):
            raise NotReadyError(
                f"{source.relative_to(PROJECT)} could not be compiled; the reason stands above."
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
