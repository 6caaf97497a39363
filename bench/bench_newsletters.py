"""Letters a second and statements a letter: a newsletter beside write_to, one by one, and what leaving costs.

`make bench T=bench/bench_newsletters.py`; PEOPLE=2000 for more of them.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

PEOPLE = int(os.environ.get("PEOPLE", "600"))
MIXED = ("en", "de")

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")
os.environ["EMAIL_BACKEND"] = "django.core.mail.backends.dummy.EmailBackend"

import django  # noqa: E402  settings first

django.setup()

from django.core.management import call_command  # noqa: E402  as above
from django.db import connection  # noqa: E402  as above

from ams import mailing, tasks  # noqa: E402  as above
from ams.models import Association, Individual, Newsletter, NewsletterText, SentMail  # noqa: E402  as above
from ams.newsletters import letter, send, start  # noqa: E402  as above
from bench.figures import note, tell  # noqa: E402  as above
from consent.decide import give  # noqa: E402  as above
from consent.models import Channel, Purpose  # noqa: E402  as above
from consent.publish import compose  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import current  # noqa: E402  as above

WORDS = {"name": "Monthly letter", "title": "May we?", "text": "In full.", "yes": "Yes", "no": "No"}
BODY = (
    "We **met** in Dublin.\n\n- maps\n- [more maps](https://example.org)\n\n" + "And much more besides. " * 60
)


def main() -> int:
    with as_owner():
        call_command("migrate", verbosity=0)
    for task in (tasks.send_mail, tasks.send_newsletter):
        task.delay = lambda *_names: None  # no worker may help
    association = Association.objects.create(
        slug="bench", legal_name="Bench", short_name="Bench", country="DE", languages=list(MIXED),
        contact_email="office@bench.example",
    )  # fmt: skip
    people = readers(association)
    say("write_to, one by one", PEOPLE, *counted(lambda: one_by_one(association, people)))
    say("as they leave", PEOPLE, *counted(lambda: mailing.drain(association.pk)))
    issue = draft(association)
    say("copies made by the gate", PEOPLE, *counted(lambda: begin(association, issue, people[0])))
    say("newsletter, by the hundred", PEOPLE, *counted(lambda: send.run(association.pk, issue.pk)))
    say("as copies leave", PEOPLE, *counted(lambda: mailing.drain(association.pk)))
    with speaking_for(association.pk):
        left = SentMail.objects.filter(state=SentMail.State.SENT).count()
    return 0 if left == 2 * PEOPLE else 1


def readers(association: Association) -> list[Individual]:
    with speaking_for(association.pk):
        current.create_for(association.pk)
        version = compose("letter", dict.fromkeys(MIXED, WORDS), number=1, purpose=Purpose.NEWSLETTER)
        people = Individual.objects.bulk_create(
            Individual(
                given_name="Person",
                family_name=str(number),
                email=f"person{number}@bench.example",
                language=MIXED[number % len(MIXED)],
            )
            for number in range(PEOPLE)
        )
        for person in people:
            give(person, version, channel=Channel.TAB, actor=person.pk, language="en")
    return people


def draft(association: Association) -> Newsletter:
    with speaking_for(association.pk):
        issue = Newsletter.objects.create(name="Spring", purpose="letter")
        for language in MIXED:
            NewsletterText.objects.create(newsletter=issue, language=language, subject="News", body=BODY)
    return issue


def one_by_one(association: Association, people: list[Individual]) -> None:
    """In batches as large as those of a newsletter, so that the transactions are alike."""
    with speaking_for(association.pk):
        words = letter.words_of(NewsletterText(subject="News", body=BODY))
    for first in range(0, len(people), send.BATCH):
        with speaking_for(association.pk):
            for person in people[first : first + send.BATCH]:
                mailing.write_to(person, letter.TEMPLATE, {"issue": words}, purpose="letter")


def begin(association: Association, issue: Newsletter, by: Individual) -> None:
    with speaking_for(association.pk):
        start.start(issue.pk, by=by.pk, seen=letter.fingerprint(issue))


def counted(act: Callable[[], object]) -> tuple[float, int]:
    """Seconds and statements."""
    statements = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    begun = perf_counter()
    with connection.execute_wrapper(count):
        act()
    return perf_counter() - begun, statements


def say(what: str, letters: int, seconds: float, statements: int) -> None:
    tell(what, letters / seconds, "a second", least=500)
    note(f"{what}, statements a letter", f"{statements / letters:.2f}")


if __name__ == "__main__":
    sys.exit(main())
