"""The demo's letter box: shows the mails that were written to a folder instead of being sent. Loopback only."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import Final

from ams.demo.little_server import LOOK_AGAIN, Answer, Asked, nothing_here, page, port_and_folder, serve

BETWEEN_MAILS: Final = re.compile(rb"^-{79}\n", re.MULTILINE)
ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
ONE: Final = re.compile(r"/(?P<file>[\w.-]+\.log)/(?P<number>\d{1,4})(?P<html>/html)?")
MOST_SHOWN: Final = 200
# The mail's own page runs no script and loads nothing; links open beside it.
SANDBOX: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class Letter:
    file: str
    number: int
    message: EmailMessage

    @property
    def path(self) -> str:
        return f"/{self.file}/{self.number}"

    @property
    def at(self) -> datetime:
        return parsedate_to_datetime(self["Date"])

    def __getitem__(self, header: str) -> str:
        return str(self.message[header] or "")

    def part(self, kind: str) -> str:
        """`plain` or `html`; empty when the mail has none."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


def letters(folder: Path) -> list[Letter]:
    """Newest first."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:MOST_SHOWN]
    found = [letter for file in files for letter in letters_in(file)]
    return sorted(found, key=lambda letter: letter.at, reverse=True)[:MOST_SHOWN]


def letters_in(file: Path) -> Iterator[Letter]:
    for number, raw in enumerate(BETWEEN_MAILS.split(file.read_bytes())):
        if raw.strip():
            message = email.message_from_bytes(raw, policy=email.policy.default)
            if isinstance(message, EmailMessage) and message["Date"]:
                yield Letter(file.name, number, message)


def respond(folder: Path, asked: Asked) -> Answer:
    if asked.path == "/":
        return listing(letters(folder))
    found = ONE.fullmatch(asked.path)
    if not found or not (file := folder / found["file"]).is_file():
        return nothing_here()
    for letter in letters_in(file):
        if letter.number == int(found["number"]):
            return as_sent(letter) if found["html"] else opened(letter)
    return nothing_here()


def listing(found: list[Letter]) -> Answer:
    rows = "".join(
        f'<tr><th scope="row"><a href="{escape(letter.path)}">{escape(letter["Subject"])}</a></th>'
        f'<td data-label="To">{escape(letter["To"])}</td>'
        f'<td data-label="Sent">{letter.at:%-d %B %Y, %H:%M:%S}</td></tr>'
        for letter in found
    )
    table = (
        '<table class="data"><caption>Newest first. Nothing of this left the machine.</caption>'
        '<thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Sent</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    nothing = '<div class="empty"><h2>No mail yet</h2><p>What the demo sends arrives here.</p></div>'
    return page("Mails of the demo", f"<h1>Mails of the demo</h1>{LOOK_AGAIN}{table if found else nothing}")


def opened(letter: Letter) -> Answer:
    facts = "".join(
        f"<div><dt>{name}</dt><dd>{escape(letter[name])}</dd></div>"
        for name in ("From", "To", "Reply-To", "Date")
        if letter[name]
    )
    html = (
        f'<p><a class="button quiet" href="{escape(letter.path)}/html" target="_blank" rel="noopener">'
        "Open it as it looks in a mail program</a></p>"
        if letter.part("html")
        else ""
    )
    main = (
        f'<p><a class="back" href="/">All mails</a></p><h1>{escape(letter["Subject"])}</h1>'
        f'<dl class="summary">{facts}</dl>{html}<pre class="plain">{with_links(letter.part("plain"))}</pre>'
    )
    return page(letter["Subject"] or "No subject", main)


def with_links(text: str) -> str:
    """Everything is text; addresses can be followed."""
    whole, at = [], 0
    for found in ADDRESS.finditer(text):
        address = escape(found.group())
        whole += [escape(text[at : found.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        at = found.end()
    return "".join([*whole, escape(text[at:])])


def as_sent(letter: Letter) -> Answer:
    """In a sandbox: whatever a mail holds, it runs nothing here and reads nothing from us."""
    blank = letter.part("html").replace("<head>", '<head><base target="_blank">', 1)
    return Answer(blank.encode(), policy=SANDBOX)


if __name__ == "__main__":
    port, mails = port_and_folder()
    serve(port, partial(respond, mails))
