"""No sender that does not ask: every way out of the product is on a short list, every letter names what allows it."""

import random
import textwrap
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.mail.backends.locmem import EmailBackend

from ams import mailing
from ams.models import Association, Individual, SentMail
from ams.newsletters import send
from consent import gate
from consent.decide import withdraw
from consent.models import Channel, Version
from tests import outward
from tests.ams.newsletters import begin, make_issue, make_readers, monthly_letter

# Who has a way out in hand, and why that is no way around the gate.
DOORS: Final = {
    "ams/mailing.py": "Asks the gate for every letter with a purpose, as it is written and as it leaves.",
    "ams/signup/letters.py": "Answers whoever typed an address in order to join: to that address and about that alone.",
    "erasure/farewell.py": "Tells people that they are erased (Art. 12(3)), and forgets the address.",
    "privacy/mail.py": "Hands letters on to ams/mailing.py, which PRIVACY_MAILER names.",
    "privacy/printing/press.py": "A process of its own sets type: what goes in comes back to whoever asked.",
    "webhooks/deliver.py": "Ids and times of events; what is behind them is asked for in the API, on the record.",
    "webhooks/dial.py": "The line of the one above.",
    "webhooks/guard.py": "Looks host names of recipients up, before anything is sent there.",
    "ams/demo/children.py": "Starts the demo's processes on this machine.",
    "ams/demo/supervise.py": "Asks the demo's own pages whether they are up.",
    "ams/embedded/__main__.py": "Starts a command beside the database on this machine; so do the next ones.",
    "ams/embedded/bootstrap.py": "As above.",
    "ams/embedded/launch.py": "As above.",
    "ams/embedded/leftovers.py": "As above.",
    "ams/embedded/postgres.py": "As above.",
    "ams/embedded/processes.py": "As above.",
    "ams/embedded/template.py": "As above.",
    "ams/embedded/valkey.py": "As above.",
}
# Who makes rows that leave as letters.
WRITERS: Final = {
    "ams/mailing.py": "write_to: asks the gate for one person.",
    "ams/newsletters/letter.py": "Composes one letter; saves nothing.",
    "ams/newsletters/send.py": "Asks the gate for a whole batch.",
    "ams/demo/seed/doings.py": "Letters of the past, of people who do not exist.",
    "ams/demo/seed/newsletters.py": "As above.",
    "ams/demo/seed/plant.py": "As above.",
}
# Letters that need no yes: somebody gets an answer to what they did, or what the law has us tell them.
SERVICE: Final = {
    "accounts/mail/new_password": "They asked for a new password.",
    "accounts/mail/new_password_later": "As above; staff gave this address, and the old one is asked first.",
    "accounts/mail/new_password_old": "Somebody asks for a new password through an address that staff gave.",
    "profile/mail/new_email": "They gave a new address, and confirm it.",
    "profile/mail/old_email": "Another address was given for them: they agree, or stop it.",
    "profile/mail/email_changed": "Their address was changed: if it was not them, they must learn of it.",
    "profile/mail/unrestricted": "Art. 18(3): their pause was ended by somebody else.",
    "leaving/mail/ends": "They ended their membership, and can call it off.",
    "leaving/mail/goes_on": "They called it off.",
    "imports/mail/told": "Art. 14: they were entered by others.",
    "signup/mail/receipt": "They joined.",
    "privacy/mail/answered": "Art. 12(3): the answer to what they asked for.",
    "portability/mail/ready": "Art. 15 and 20: the copy that they asked for.",
    "erasure/mail/asked": "They asked for their erasure, and can still stop it.",
    "erasure/mail/cancelled": "Their erasure was stopped.",
    "consent/mail/confirm": "They said yes, and it counts with their click alone.",
    "consent/mail/guardian": "Art. 8: a parent answers for a child, or nobody does.",
    "consent/mail/again": "Asks about the yes itself, once: it makes no use of it.",
    "consent/mail/entered": "Tells them what staff wrote down in their name, so that they can say no.",
    "newsletters/mail/test": "Staff send a draft to themselves.",
}


def short(path: Path) -> str:
    return str(path.relative_to(outward.ROOT))


def test_every_way_out_is_on_the_list_with_its_reason() -> None:
    found = {short(path): doors for path in outward.product_code() if (doors := outward.doors(path))}
    unknown = {name: doors for name, doors in found.items() if name not in DOORS}
    assert not unknown, "These can send, and nobody has said why that is right. Write through ams/mailing.py."
    assert not set(DOORS) - set(found), "These have no way out any more: take them off the list."


def test_every_letter_asks_the_gate_or_belongs_to_the_service() -> None:
    written = [(short(path), *letter) for path in outward.product_code() for letter in outward.letters(path)]
    unknown = [letter for letter in written if letter[2] not in SERVICE]
    assert not unknown, "Name the purpose that allows it, or say in SERVICE why none is needed."
    assert not set(SERVICE) - {template for *_where, template in written}, "Nobody writes these any more."


def test_rows_that_leave_as_letters_are_made_by_those_who_ask() -> None:
    found = {short(path) for path in outward.product_code() if outward.makes_letters(path)}
    assert found == set(WRITERS)


ROGUES: Final = {
    "from django.core.mail import send_mail\nsend_mail('Hello', 'Offer', None, [])": "django.core.mail",
    "from django.core import mail as post\npost.EmailMessage('Hello').send()": "django.core.mail",
    "import django.core.mail\ndjango.core.mail.mail_admins('Hello', 'Offer')": "django.core.mail",
    "import django\ndjango.core.mail.get_connection().send_messages([])": "django.core.mail",
    "import smtplib as s\ns.SMTP('localhost')": "smtplib",
    "def later():\n    import requests\n    requests.post('https://example.org')": "requests",
    "from urllib import request\nrequest.urlopen('https://example.org')": "urllib.request",
    "from http.client import HTTPSConnection": "http.client",
    "import os\nos.execvp('curl', ['curl', 'https://example.org'])": "os.exec",
    "from webhooks.dial import Line": "webhooks.dial",
    "from webhooks import dial": "webhooks.dial",
    "from importlib import import_module\nimport_module('smt' + 'plib')": "import_module",
    "mail = __import__('smtplib')": "__import__",
    "from django.utils.module_loading import import_string as find\nfind(settings.PRIVACY_MAILER)": "import_string",
}


@pytest.mark.parametrize(("code", "door"), ROGUES.items(), ids=range(len(ROGUES)))
def test_a_rogue_with_a_way_out_is_seen(tmp_path: Path, code: str, door: str) -> None:
    rogue = tmp_path / "rogue.py"
    rogue.write_text(code)
    assert door in outward.doors(rogue)


def test_an_honest_module_is_not_taken_for_one(tmp_path: Path) -> None:
    """Names alike: our own requests, and a part of urllib that only reads addresses."""
    honest = tmp_path / "honest.py"
    honest.write_text(
        "from urllib.parse import urlsplit\nfrom privacy import requests\nimport os\n"
        "from django.conf import settings\nfrom django.utils.module_loading import import_string\n"
        "requests.open_request(urlsplit(os.environ['X']))\nwrite = letter.write\n"
        "facts = import_string(settings.CONSENT_FACTS)(ann)"
    )
    assert outward.doors(honest) == set()
    assert list(outward.letters(honest)) == []
    assert not outward.makes_letters(honest)


@pytest.mark.parametrize(
    ("code", "template"),
    [
        ("write_to(ann, 'offers/mail/summer', {})", "offers/mail/summer"),
        ("mailing.write_to(ann, template='offers/mail/summer', context={})", "offers/mail/summer"),
        ("write_to(ann, 'offers/mail/summer', {}, purpose='')", "offers/mail/summer"),
        ("write_to(ann, 'offers/mail/summer', {}, **more)", "offers/mail/summer"),
        ("write_to(ann, chosen, {})", None),
        ("send = partial(write_to, keep=False)", None),
        ("from ams.mailing import write_to as innocent", None),
    ],
)
def test_a_rogue_that_writes_a_letter_is_seen(tmp_path: Path, code: str, template: str | None) -> None:
    rogue = tmp_path / "rogue.py"
    rogue.write_text(textwrap.dedent(code))
    assert [found for _line, found in outward.letters(rogue)] == [template]
    assert template not in SERVICE
    rogue.write_text("write_to(ann, 'offers/mail/summer', {}, purpose='offers')")
    assert list(outward.letters(rogue)) == []


@pytest.mark.parametrize(
    "code",
    [
        "from ams.models import SentMail\nSentMail.objects.create(individual=ann)",
        "from ams.models import SentMail\nSentMail(individual=ann).save()",
        "from ams import models as m\nm.SentMail.objects.bulk_create(rows)",
        "from ams.models.mail import SentMail as Row\nRow.objects.get_or_create(individual=ann)",
        "from ams import mailing\nmailing.written(ann, esc, 'offers/mail/summer', {}, language='en', question=None)",
    ],
)
def test_a_rogue_that_makes_rows_is_seen(tmp_path: Path, code: str) -> None:
    rogue = tmp_path / "rogue.py"
    rogue.write_text(code)
    assert outward.makes_letters(rogue)


# Each letter that leaves: what allows it, and whether the gate was open in that moment.
left: list[tuple[str, bool]] = []
still_yes: list[Individual] = []


class Watch(EmailBackend):
    """Notes whether the gate is open as a letter leaves; then somebody else takes their yes back."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            row = SentMail.objects.get(pk=message.extra_headers["Message-ID"].strip("<").partition(".")[0])
            left.append((row.purpose, not row.purpose or gate.allows(row.individual_id, row.purpose)))
            if still_yes:
                take_back(still_yes.pop())
        return len(messages)


def take_back(person: Individual) -> None:
    version = Version.objects.select_related("statement").get(statement__slug="letter")
    withdraw(person, version, channel=Channel.TAB, actor=person.pk, language="en")


@pytest.fixture
def waiting(association: Association, settings: Any) -> Association:
    """Forty people, a newsletter, and letters by their yes and without: all of it written, nothing sent."""
    settings.EMAIL_BACKEND = "tests.test_outward.Watch"
    people = make_readers(40, monthly_letter())
    issue = begin(make_issue(), people[0])
    send.run(association.pk, issue.pk)
    for person in people[:5]:
        mailing.write_to(person, "profile/mail/email_changed", {})
        mailing.write_to(person, "newsletters/mail/issue", {"issue": {"subject": "More"}}, purpose="letter")
    left.clear()
    still_yes[:] = random.Random(7).sample(people, len(people))
    return association


@pytest.mark.django_db
def test_the_gate_is_open_for_each_letter_as_it_leaves(waiting: Association) -> None:
    mailing.drain(waiting.pk)
    asked = [is_open for purpose, is_open in left if purpose]
    assert all(asked)
    assert 0 < len(asked) < 45
    assert SentMail.objects.filter(state=SentMail.State.HELD_BACK).count() == 45 - len(asked)
    assert [purpose for purpose, _open in left].count("") == 5


@pytest.mark.django_db
def test_a_sender_that_does_not_ask_again_would_be_seen(
    waiting: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without the second question: letters leave whose yes is gone."""
    monkeypatch.setattr(mailing, "is_wanted", lambda _association, _mail: True)
    mailing.drain(waiting.pk)
    assert [is_open for _purpose, is_open in left].count(False) > 0
