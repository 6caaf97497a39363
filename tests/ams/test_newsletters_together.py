"""A worker is killed, two work at once, somebody is erased or stops it meanwhile: one letter for each person."""

import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox

from ams import mailing
from ams.models import Association, Individual, Newsletter, NewsletterCopy, SentMail
from ams.newsletters import send, start
from ams.newsletters.progress import progress_of
from erasure import erase
from privacy.tenancy import speaking_for
from tests.ams.newsletters import begin, make_issue, make_readers, monthly_letter
from tests.erasure.people import ROOT, asked_and_approved, at_once, environment_of_a_process

pytestmark = pytest.mark.usefixtures("transactional_db")  # real commits: others look too
READERS = 11
POINTS = re.findall(r'\bstep\("(\w+)"\)', Path(send.__file__).read_text())


@pytest.fixture
def issue(association: Association) -> Newsletter:
    with speaking_for(association.pk):
        people = make_readers(READERS, monthly_letter())
        return begin(make_issue(), people[0])


def lease_is_over(association: Association) -> None:
    with speaking_for(association.pk):
        Newsletter.objects.update(claimed_until=None)


def each_has_one_letter(association: Association, issue: Newsletter, people: int = READERS) -> None:
    with speaking_for(association.pk):
        issue.refresh_from_db()
        assert issue.state == Newsletter.State.SENT
        letters = Counter(SentMail.objects.values_list("individual", flat=True))
        assert len(letters) == people
        assert set(letters.values()) == {1}
        assert NewsletterCopy.objects.filter(state="written", mail__isnull=False).count() == people
    mailing.drain(association.pk)
    assert len({message.to[0] for message in outbox.outbox}) == len(outbox.outbox) == people


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_worker_leaves_whole_batches_and_another_one_ends_it(
    association: Association, issue: Newsletter, point: str
) -> None:
    done = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("killed_newsletter.py"),
            str(association.pk),
            str(issue.pk),
            point,
        ],
        env=environment_of_a_process(),
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with speaking_for(association.pk):  # in the middle: some are written, some are not
        written = SentMail.objects.count()
        assert written == {"written": 4, "between": 8}[point]
        assert progress_of(issue).waiting == READERS - written
    send.run(association.pk, issue.pk)
    with speaking_for(association.pk):  # the dead one's lease still holds
        assert SentMail.objects.count() == written
    lease_is_over(association)
    send.run(association.pk, issue.pk)
    each_has_one_letter(association, issue)


def test_two_workers_write_each_letter_once(
    association: Association, issue: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both believe that it is theirs, as when the first one's lease is over and it is not dead."""
    monkeypatch.setattr(send, "BATCH", 2)
    with speaking_for(association.pk):
        theirs = send.read(issue)
    assert all(answer is None for answer in at_once(*[lambda: write_all(association, theirs)] * 2))
    each_has_one_letter(association, issue)


def write_all(association: Association, issue: Any) -> None:
    while send.write_some(association.pk, issue):
        pass


def test_two_clicks_at_once_begin_it_once(association: Association) -> None:
    with speaking_for(association.pk):
        people = make_readers(3, monthly_letter())
        issue = make_issue()

    def click() -> Newsletter:
        with speaking_for(association.pk):
            return begin(issue, people[0])

    answers = at_once(click, click)
    assert sorted(type(answer).__name__ for answer in answers) == ["Newsletter", "NotADraft"]
    with speaking_for(association.pk):
        assert NewsletterCopy.objects.count() == 3


def test_somebody_who_is_erased_meanwhile_gets_nothing_and_holds_nothing_up(
    association: Association, issue: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "BATCH", 3)
    with speaking_for(association.pk):
        person = Individual.objects.order_by("-created_at").first()
        theirs = send.read(issue)
    assert person
    erasure = asked_and_approved(association, person)
    answers = at_once(
        lambda: write_all(association, theirs), lambda: erase.carry_out(association.pk, erasure.pk)
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    lease_is_over(association)
    send.run(association.pk, issue.pk)
    outbox.outbox.clear()  # the farewell
    each_has_one_letter(association, issue, READERS - 1)
    with speaking_for(association.pk):
        assert not SentMail.objects.filter(individual=person.pk).exists()


def test_a_person_whom_somebody_holds_is_passed_over_and_not_forgotten(
    association: Association, issue: Newsletter
) -> None:
    """As an erasure does: we neither wait for it nor write to somebody who is about to be gone."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with speaking_for(association.pk):
            Individual.objects.select_for_update().order_by("created_at", "pk")[0]
            held.set()
            done.wait(20)

    def write() -> None:
        held.wait(20)
        send.run(association.pk, issue.pk)
        with speaking_for(association.pk):
            left.append(progress_of(issue).waiting)
        done.set()

    left: list[int] = []
    assert at_once(hold, write) == [None, None]
    assert left == [1]
    send.run(association.pk, issue.pk)
    each_has_one_letter(association, issue)


def test_after_a_stop_no_letter_is_written(
    association: Association, issue: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "BATCH", 1)
    with speaking_for(association.pk):
        theirs = send.read(issue)

    def stopped() -> bool:
        with speaking_for(association.pk):
            return start.stop(issue.pk, by=None)

    answers = at_once(lambda: write_all(association, theirs), stopped)
    assert answers in ([None, True], [None, False])
    mailing.drain(association.pk)
    with speaking_for(association.pk):
        progress = progress_of(issue)
    assert (progress.waiting, progress.under_way) == (0, 0)
    assert progress.left + progress.stopped == READERS
    assert len(outbox.outbox) == progress.left
