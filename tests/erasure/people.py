"""What the tests of erasures share: somebody whose erasure is approved, and processes and threads beside the test."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from ams.models import Document, Individual
from erasure import flow
from erasure.models import Channel, Erasure
from erasure.plan import plan
from privacy.tenancy import speaking_for

ROOT = Path(__file__).parents[2]


def asked_and_approved(association: Any, person: Individual) -> Erasure:
    with speaking_for(association.pk):
        fingerprint = plan(person).fingerprint
        erasure = flow.ask(
            person, actor=None, channel=Channel.COMMAND, fingerprint=fingerprint, reason="wrote to us"
        )
        flow.approve(erasure, actor=None, fingerprint=fingerprint, at_once=True)
        return Erasure.objects.get(pk=erasure.pk)


def give_files(association: Any, person: Individual) -> None:
    """A photo, a small one, and a document."""
    with speaking_for(association.pk):
        row = Individual.objects.get(pk=person.pk)
        row.photo = ContentFile(b"photo", name="photo.jpg")
        row.thumbnail = ContentFile(b"small", name="small.jpg")
        row.save()
        Document.objects.create(
            individual=row,
            title="Letter",
            file=ContentFile(b"letter", name="letter.txt"),
            added_at=timezone.now(),
        )


def stored_files() -> set[str]:
    return {path.name for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()}


def environment_of_a_process() -> dict[str, str]:
    """So that another process speaks to this test's database and keyring."""
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
    places = {n: ",".join(map(str, getattr(settings, n))) for n in ("KEYRING_REPLICAS", "KEYRING_ROOTS")}
    own = {"DATABASE_URL": url, "FILES_ROOT": str(settings.FILES_ROOT), "PYTHONPATH": str(ROOT)}
    return dict(os.environ) | places | own


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each in a thread with a connection of its own, all begun together. Gives their answers or exceptions."""
    start, answers = threading.Barrier(len(acts)), list[Any]([None] * len(acts))

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(30)
            answers[number] = act()
        except Exception as error:  # noqa: BLE001 the test looks at what happened
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
