"""The machine's own tools that read a PDF as a stranger would."""

import shutil
import subprocess
from pathlib import Path


def tool(name: str, *arguments: str, given: bytes = b"") -> str:
    program = shutil.which(name)
    assert program, f"{name} comes with poppler-utils"
    return subprocess.run([program, *arguments], input=given, capture_output=True, check=True).stdout.decode()


def text_of(pdf: bytes) -> str:
    return tool("pdftotext", "-layout", "-", "-", given=pdf)


def fonts_of(pdf: bytes, folder: Path) -> list[list[str]]:
    (folder / "fonts.pdf").write_bytes(pdf)
    return [line.split() for line in tool("pdffonts", str(folder / "fonts.pdf")).splitlines()[2:]]
