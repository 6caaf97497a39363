"""Makes the people of the world, with something of theirs in every model that is declared to hold any."""

import secrets
import struct
import zlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from ams import models as m
from ams.imports.job import read_anew, read_in, received, start_here
from ams.imports.layouts import table_for
from ams.imports.read import Reading
from ams.roles import Role
from ams.sessions import SessionStore
from consent.decide import give
from consent.models import Channel, Guardian, Version
from portability.ask import request_export
from privacy.inventory import declaration_of
from privacy.mail import write_to
from privacy.requests import open_request
from privacy.requests.models import Message
from privacy.tenancy import require_association
from privacy.vault.drafts import new_key, seal_draft
from privacy.vault.files import SealedFileField
from tests import factories, full_person
from tests.no_trace.needles import TAILS, Canary, canary
from webhooks import endpoints
from webhooks.event_types import SUBSCRIBABLE
from webhooks.publish import publish

PASSWORD: Final = "a sentence that nobody else says"
LONG: Final = 9_000
NARROW: Final = 30
NO_TAIL: Final = (models.EmailField, SealedFileField)
# About the person, and in records of somebody else who stays.
GUARDIAN, MENTION = "consent.guardian.name of a child", "ams.staffnote.text about a child"


def value_for(field: Any) -> tuple[Any, Canary]:
    """What is written into a field, and what to look for."""
    if isinstance(field, SealedFileField):
        return file_with(canary(), field.name)
    if isinstance(field, models.DecimalField):
        written = f"{100_000 + secrets.randbelow(800_000)}.{secrets.randbelow(90) + 10}"
        return Decimal(written), written
    if isinstance(field, models.DateField):
        return a_day(field)
    if field.model is m.PhoneNumber:
        digits = 10**12 + secrets.randbelow(9 * 10**12)
        return f"+{digits}", digits
    return text_for(field)


def a_day(field: Any) -> tuple[date, date]:
    """Long ago, so that no day of the programme's own is one of them; and nothing ends before it began."""
    first, days = {"began_on": (0, 12_500), "ended_on": (12_500, 12_500)}.get(field.name, (0, 25_000))
    day = date(1901, 1, 1) + timedelta(days=first + secrets.randbelow(days))
    moment = isinstance(field, models.DateTimeField)
    return datetime.combine(day, time(9), UTC) if moment else day, day


def text_for(field: Any) -> tuple[str, str]:
    is_short = isinstance(field, NO_TAIL) or (field.max_length or LONG) < NARROW
    wanted = canary("" if is_short else secrets.choice(TAILS))
    if isinstance(field, models.EmailField):
        return f"{wanted}@example.org", wanted
    if (field.max_length or LONG) >= LONG:  # longer than a page of the heap, and cut into pieces at any place
        return f"{wanted} \n" * (LONG // len(wanted)), wanted
    return wanted, wanted


def file_with(token: str, name: str) -> tuple["ContentFile[bytes]", str]:
    """Pictures are real ones, with a remark inside as cameras write them."""
    if name in {"photo", "thumbnail"}:
        return ContentFile(picture(token), name=f"{token}.png"), token
    return ContentFile(f"{token}\n".encode() * 5000, name=f"{token}.txt"), token


def picture(remark: str) -> bytes:
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"tEXt", b"Comment\0" + remark.encode())]
    parts += [(b"IDAT", zlib.compress(b"\0\x80\x80\x80")), (b"IEND", b"")]
    framed = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def make_person(
    association: m.Association, versions: list[Version]
) -> tuple[m.Individual, m.Individual, dict[str, Canary]]:
    """The person, a child of theirs who stays, and what was planted."""
    before = canary()
    person = factories.make_individual(email=f"{before}@example.org")
    factories.make_account(person, password=PASSWORD)
    planted: dict[str, Canary] = {"ams.individual.email before": before}
    planted |= full_person.fill(person, association.pk, value_for)
    person.refresh_from_db()
    for more in (say, decide, ask, wait_in_a_wizard, be_in_a_file, be_refused, be_tried):
        planted |= more(person, versions)
    child = factories.make_individual(given_name="Otto", born_on=day_of_a_child())
    planted |= {"ams.individual.born_on": stay_a_child(person)}
    return person, child, planted | stand_in_records_of(child, person)


def stay_a_child(person: m.Individual) -> date:
    """Whoever decides alone has no guardian after the next daily sweep. Their answers were given before."""
    person.born_on = day_of_a_child()
    person.save()
    return person.born_on


def day_of_a_child() -> date:
    """For as long as this world stands, and no day of the programme's own."""
    return date(2101, 1, 1) + timedelta(days=secrets.randbelow(25_000))


def say(person: m.Individual, _versions: list[Version]) -> dict[str, Canary]:
    """A letter of the product, for the worker to send."""
    link = canary()
    write_to(person, "profile/mail/new_email", {"link": f"http://localhost/{link}"})
    return {"ams.sentmail.text of a letter": link}


def decide(person: m.Individual, versions: list[Version]) -> dict[str, Canary]:
    seen = canary("é")
    for version in versions:
        give(
            person,
            version,
            channel=Channel.WIZARD,
            actor=person.pk,
            language="en",
            evidence={"browser": seen},
        )
    return {"privacy.evidence.content": seen}


def ask(person: m.Individual, _versions: list[Version]) -> dict[str, Canary]:
    """In words of her own, with a scan beside them."""
    words = Message(individual=person, written_by=person.pk)
    planted = full_person.plant(words, declaration_of(Message), value_for)
    open_request(person, "rectification", actor=person.pk, channel="member", words=words)
    publish("individual.updated", subject=person.pk)
    request_export(person, actor=person.pk)
    return planted


def wait_in_a_wizard(person: m.Individual, _versions: list[Version]) -> dict[str, Canary]:
    """What lives in a browser's cookie only: a session, and an application half filled in."""
    remembered, typed, session = canary(), canary(), SessionStore()
    session["note"] = remembered
    session.create()
    m.Session.objects.filter(individual=None).update(individual=person)
    draft = m.JoinDraft(expires_at=timezone.now() + timedelta(days=7))
    draft.answers = seal_draft(typed.encode() * 3, new_key(), draft.pk)
    draft.save()
    return {"ams.session.session_data": remembered, "ams.joindraft.answers": typed}


def be_in_a_file(person: m.Individual, _versions: list[Version]) -> dict[str, Canary]:
    """A list that a member of staff uploaded and has not started yet."""
    listed = canary("é")
    rows = f"first name;last name;email\n{listed};{listed};{person.email}\n"
    received(rows.encode(), f"{listed}.csv", actor=None)
    return {"ams.import.file": listed}


def be_refused(person: m.Individual, _versions: list[Version]) -> dict[str, Canary]:
    """Of a list without headings the first row was taken for them, and the next was refused: it can be downloaded."""
    heading, refused = canary("é"), canary()
    data = f"{heading};{person.email}\n{heading};{refused} is no address\n".encode()
    job = received(data, f"{heading} {refused}.csv", actor=None)
    read_anew(job, Reading("utf-8", ";", heading_line=1))
    take(job, ["given_name", "email"])
    if job.refused != 1:
        raise AssertionError(f"It was meant to refuse a row: {job.refused}")
    return {"ams.import.file without headings": heading, "ams.import.file of what was refused": refused}


def be_tried(person: m.Individual, _versions: list[Version]) -> dict[str, Canary]:
    """A list that was only tried: it waits to be taken over."""
    tried = canary("é")
    data = f"first name;last name;email\n{tried};{tried};{person.email}\n".encode()
    job = received(data, f"{tried}.csv", actor=None, dry_run=True)
    take(job, ["given_name", "family_name", "email"])
    return {"ams.import.file of a trial": tried}


def take(job: m.Import, columns: list[str]) -> None:
    start_here(job, columns)
    read_in(require_association(), job, table_for(job, job.file.read()))
    if job.state != m.Import.State.DONE:
        raise AssertionError(f"It was meant to be read: {job.state}")


def stand_in_records_of(child: m.Individual, person: m.Individual) -> dict[str, Canary]:
    """As the guardian, and in a note by staff who wrote about somebody else."""
    name, said = canary("ß"), canary("é")
    Guardian.objects.create(individual=child, name=name, email=person.email)
    text = f"Comes with {person.email}: {said}"
    m.StaffNote.objects.create(individual=child, text=text, written_at=timezone.now())
    return {GUARDIAN: name, MENTION: said}


def make_staff() -> m.Account:
    officer = factories.make_individual(given_name="Cleo", family_name="Carter", email="cleo@example.org")
    return factories.make_account(officer, role=Role.ADMINISTRATOR, password=PASSWORD)


def make_third_party(port: int) -> None:
    """Nobody listens there: each delivery fails, is noted and logged."""
    url = f"http://127.0.0.1:{port}/notices"
    endpoints.create(name="Journal", organisation="Druckhaus", url=url, event_types=SUBSCRIBABLE)
