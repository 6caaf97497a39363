"""`python -m tests.no_trace.inside STEP…`: the steps of the world that need the product's own code."""

import json
import sys
import time
from itertools import accumulate
from pathlib import Path
from typing import Any
from uuid import UUID

import django

django.setup()

from ams.celery import app  # noqa: E402  as above
from ams.models import (  # noqa: E402  the set-up comes first
    Association,
    Import,
    Individual,
    PostalAddress,
    SentMail,
)
from erasure import flow  # noqa: E402  as above
from erasure.mentions import mentions_of  # noqa: E402  as above
from erasure.models import Channel, Erasure, Farewell, State  # noqa: E402  as above
from erasure.plan import plan  # noqa: E402  as above
from portability.models import Export  # noqa: E402  as above
from portability.models import State as ExportState  # noqa: E402  as above
from privacy.inventory import declarations, rows_about  # noqa: E402  as above
from privacy.ledger import Kind  # noqa: E402  as above
from privacy.ledger.models import LedgerEntry  # noqa: E402  as above
from privacy.tenancy import speaking_for  # noqa: E402  as above
from privacy.vault.queryset import sealed_fields  # noqa: E402  as above
from privacy.vault.values import Erased  # noqa: E402  as above
from tests import factories  # noqa: E402  as above
from tests.consent import asked  # noqa: E402  as above
from tests.no_trace import people  # noqa: E402  as above
from tests.no_trace.broken_tasks import careless  # noqa: E402  as above
from tests.no_trace.people_of import written  # noqa: E402  as above

PATIENCE = 900  # twenty copies with long texts, on a busy machine


def plant(file: str, names: str, port: str) -> None:
    association = factories.make_association(host_names=["127.0.0.1"], cooling_off_days=0)
    with speaking_for(association.pk):
        people.make_third_party(int(port))
        versions = [ask() for ask in (asked.letter, asked.journal, asked.statutes)]
        officer = people.make_staff()
    planted = {"association": str(association.pk), "officer": str(officer.individual_id), "people": {}}
    for name in names.split(","):
        with speaking_for(association.pk):
            person, child, values = people.make_person(association, versions)
            planted["people"][name] = {
                "uid": str(person.pk),
                "email": person.email,
                "number": person.member_number,
                "child": str(child.pk),
                "values": written(values),
            }
    with speaking_for(association.pk):
        planted["lists"] = [str(pk) for pk in Import.objects.values_list("pk", flat=True)]
        planted["refused"] = [str(job.pk) for job in Import.objects.filter(refused=1)]
    Path(file).write_text(json.dumps(planted))


def ask_to_be_erased(association: str, uid: str, reason: str, _officer: str) -> tuple[Erasure, str]:
    with speaking_for(UUID(association)):
        person = Individual.objects.get(pk=uid)
        seen = plan(person).fingerprint
        asked_for = flow.ask(person, actor=person.pk, channel=Channel.MEMBER, fingerprint=seen, reason=reason)
        return asked_for, seen


def be_erased(association: str, officer: str, *uids_and_reasons: str) -> None:
    """As the pages do it: one person asks, another approves, the worker carries it out. All bells ring together."""
    with speaking_for(UUID(association)):
        for uid, reason in zip(uids_and_reasons[::2], uids_and_reasons[1::2], strict=True):
            erasure, seen = ask_to_be_erased(association, uid, reason, officer)
            flow.approve(erasure, actor=UUID(officer), fingerprint=seen, at_once=True)


def redact(association: str, *uids: str) -> None:
    """What staff do before they approve: each text of others that the plan lists. JSON: where they were."""
    with speaking_for(UUID(association)):
        named = [each for uid in uids for each in mentions_of(Individual.objects.get(pk=uid))]
        for mention in named:
            row = mention.declaration.model._base_manager.get(pk=mention.key)
            setattr(row, mention.field, "Comes with somebody.")
            row.save()
        left = [each for uid in uids for each in mentions_of(Individual.objects.get(pk=uid))]
    found = [[mention.declaration.model._meta.label_lower, str(mention.about)] for mention in named]
    sys.stdout.write(json.dumps({"found": found, "left": len(left)}))


def tell_how_many_overlapped() -> int:
    """The most whose rows were gone while their keys were not yet, by the order of the ledger."""
    step = {Kind.ERASURE_ROWS_GONE: 1, Kind.ERASURE_KEYS_DESTROYED: -1}
    kinds = LedgerEntry.objects.filter(kind__in=step).order_by("seq").values_list("kind", flat=True)
    return max(accumulate(step[Kind(kind)] for kind in kinds))


def wait_for_copies(association: str) -> None:
    wait(lambda: not Export.objects.exclude(state__in=[ExportState.READY, ExportState.FAILED]), association)
    with speaking_for(UUID(association)):
        states = set(Export.objects.values_list("state", flat=True))
    if states != {ExportState.READY}:
        raise SystemExit(f"Not every copy was made: {states}")


def wait_for_erasures(association: str) -> None:
    """Until the last letter is out and its address gone as well."""
    wait(
        lambda: not Erasure.objects.exclude(state=State.COMPLETED).exists() and not Farewell.objects.exists(),
        association,
    )
    with speaking_for(UUID(association)):
        sys.stdout.write(str(tell_how_many_overlapped()))


def wait_until_all_are_told(slug: str) -> None:
    """The command writes to those whom it took over, and beside it the worker does."""
    waiting = Individual.objects.filter(informed_at=None, source=Individual.Source.IMPORTED)
    wait(lambda: not waiting.all().exists(), str(Association.objects.get(slug=slug).pk))


def wait(happened: Any, association: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with speaking_for(UUID(association)):
            if happened():
                return
        if time.monotonic() > deadline:
            raise SystemExit("It did not happen in time.")
        time.sleep(0.2)


def be_careless(file: str) -> None:
    """For the control: a task whose arguments are values, into a queue that nobody empties."""
    values = [
        value
        for person in json.loads(Path(file).read_text())["people"].values()
        for value in person["values"].values()
    ]
    careless.apply_async([value for _kind, value in values], queue="nobody", argsrepr=repr(values))


def tell_what_is_held(association: str, *uids: str) -> None:
    """JSON: every sealed value of each person as the live database gives it, and how many do not open."""
    with speaking_for(UUID(association)):
        sys.stdout.write(json.dumps({uid: held_of(Individual.objects.get(pk=uid)) for uid in uids}))


def held_of(person: Individual) -> dict[str, Any]:
    values, erased = [], 0
    for declaration in declarations.about_people():
        for row in rows_about(declaration, [person]):
            for field in sealed_fields(declaration.model):
                value = getattr(row, field.attname)
                erased += isinstance(value, Erased)
                values += [] if value is None else [text_of(value)]
    return {"values": values, "erased": erased}


def text_of(value: Any) -> str:
    return value.read().decode("utf-8", "replace") if hasattr(value, "stored") else str(value)


def found(slug: str) -> None:
    """An association that has nobody yet and is open for members."""
    association = factories.make_association(slug, host_names=["127.0.0.1"], cooling_off_days=0)
    with speaking_for(association.pk):
        factories.membership_type()
        for ask in (asked.letter, asked.journal, asked.statutes):
            ask()


def people_of(slug: str) -> None:
    """JSON: who is readable, by e-mail, and who is found by the e-mail that she is read with."""
    association = Association.objects.get(slug=slug)
    with speaking_for(association.pk):
        rows = list(Individual.objects.filter(erased_at=None))
        emails = Individual.objects.filter(email__in=[row.email for row in rows])
        answer = {
            "read": {str(row.email): [str(row.given_name), str(row.family_name)] for row in rows},
            "number": len(rows),
            "found": emails.count(),
            "told": SentMail.objects.filter(template="imports/mail/told").count(),
            "streets": [str(street) for street in PostalAddress.objects.values_list("street", flat=True)],
        }
    sys.stdout.write(json.dumps(answer))


app.set_current()
STEPS: dict[str, Any] = {
    step.__name__: step
    for step in (
        plant,
        ask_to_be_erased,
        be_erased,
        redact,
        wait_for_copies,
        wait_for_erasures,
        be_careless,
        tell_what_is_held,
        found,
        wait_until_all_are_told,
        people_of,
    )
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])
