"""`manage.py erase_individual UID --reason TEXT`: erase one person now, as an operator."""

from argparse import ArgumentParser
from time import monotonic, sleep
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from erasure import flow
from erasure.erase import carry_out, state_of
from erasure.farewell import say_farewell
from erasure.models import Channel, Erasure, State
from erasure.plan import plan
from privacy.inventory import association_model, individual_model
from privacy.tenancy import speaking_for

PATIENCE: Final = 20.0  # seconds
UNDER_WAY: Final = {State.APPROVED, State.EXECUTING}


def awaited(association_id: UUID, pk: UUID) -> State:
    """A worker came first: it may only just have taken the row, and carries it out while we look."""
    ends = monotonic() + PATIENCE
    while (state := state_of(association_id, pk)) in UNDER_WAY and monotonic() < ends:
        sleep(0.2)
    return state


def find(text: str) -> tuple[UUID, Any]:
    try:
        uid = UUID(text)
    except ValueError:
        raise CommandError("This is not a uid.") from None
    for association_id in association_model()._base_manager.values_list("pk", flat=True):
        with speaking_for(association_id):
            individual: Any = individual_model()._base_manager.filter(pk=uid).first()
            if individual and individual.erased_at:
                raise CommandError("This person is erased already.")
            if individual:
                return association_id, individual
    raise CommandError("Nobody has this uid.")


class Command(BaseCommand):
    help = "Erase a person: the rows, files, keys and login go, third parties are told. It cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uid", help="the person's uid, as find_individual prints it")
        parser.add_argument("--reason", required=True, help="why; it is erased with the rest")

    def handle(self, *_args: Any, uid: str, reason: str, **_options: Any) -> None:
        association_id, individual = find(uid)
        erasure = self.ask_and_approve(association_id, individual, reason)
        self.stdout.write(f"Erasure {erasure.reference}: {erasure.counts['goes']} things go.")
        for line in erasure.stays:
            self.stdout.write(
                f"Stays: {line['count']} {line['label']}, until {line['until']}. {line['because']}"
            )
        for line in erasure.told:
            self.stdout.write(f"Is told: {line['organisation']}")
        state = carry_out(association_id, erasure.pk)
        if state in UNDER_WAY:  # a worker has it
            state = awaited(association_id, erasure.pk)
        if state != State.COMPLETED:
            raise CommandError(f"The erasure is not complete: {state.label}. It goes on by itself.")
        say_farewell(association_id, erasure.pk)
        self.stdout.write("Completed.")

    def ask_and_approve(self, association_id: UUID, individual: Any, reason: str) -> Erasure:
        with speaking_for(association_id):
            try:
                fingerprint = plan(individual).fingerprint
                erasure = flow.ask(
                    individual, actor=None, channel=Channel.COMMAND, fingerprint=fingerprint, reason=reason
                )
                flow.approve(erasure, actor=None, fingerprint=fingerprint, at_once=True)
            except flow.Refused as refusal:
                raise CommandError(str(refusal)) from None
            return Erasure.objects.get(pk=erasure.pk)
