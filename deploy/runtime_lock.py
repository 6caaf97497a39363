# ruff: noqa: INP001 a script, not a package
"""Prints the part of requirements.lock that production needs: what stands above the set-up in requirements.in.

    python deploy/runtime_lock.py requirements.in requirements.lock > runtime.lock

Standard library only: it runs before anything is installed. Hashes stay with their packages.
"""

import re
import sys
from pathlib import Path

END_OF_RUNTIME = "\n# Set-up"
BLOCK = re.compile(r"^(?P<name>[a-z0-9-]+)==.*?(?=^[a-z0-9-]+==|\Z)", re.MULTILINE | re.DOTALL)
PARENT = re.compile(r"^    #(?: via)? +([a-z0-9-]+)$", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9-]+", re.MULTILINE)


def main(wanted: Path, lock: Path) -> None:
    blocks = {found["name"]: found.group() for found in BLOCK.finditer(lock.read_text())}
    parents = {name: set(PARENT.findall(block)) for name, block in blocks.items()}
    runtime = wanted.read_text().partition(END_OF_RUNTIME)[0]
    kept = closure({name.lower() for name in NAME.findall(runtime)}, parents)
    sys.stdout.write("".join(blocks[name] for name in sorted(kept)))


def closure(kept: set[str], parents: dict[str, set[str]]) -> set[str]:
    """With everything that something kept has brought along."""
    more = {name for name, brought_by in parents.items() if brought_by & kept} - kept
    return closure(kept | more, parents) if more else kept


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
