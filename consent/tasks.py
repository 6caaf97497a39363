"""Celery's bells for what follows from answers: rows say what is due, and a lost bell costs a few minutes."""

from collections.abc import Callable
from uuid import UUID

from celery import shared_task

from consent import ask_again, complete, expiry, remove, resting
from privacy.inventory import association_model


@shared_task(name="consent.sweep", ignore_result=True)
def sweep() -> None:
    """Every few minutes. An association in trouble keeps no other waiting: each has bells of its own."""
    for_each(end_in_time.delay)
    for_each(tell_of_rests.delay)
    for_each(take_away.delay)
    for_each(ask.delay)


@shared_task(name="consent.sweep_daily", ignore_result=True)
def sweep_daily() -> None:
    for_each(ask_grown_ups.delay)


def for_each(ring: Callable[[str], object]) -> None:
    for association_id in association_model()._base_manager.order_by("pk").values_list("pk", flat=True):
        ring(str(association_id))


@shared_task(name="consent.end_in_time", ignore_result=True)
def end_in_time(association_id: str) -> None:
    """Yeses whose months are over, and those that nobody confirmed."""
    expiry.end_what_is_over(UUID(association_id))
    complete.expire_pending(UUID(association_id))


@shared_task(name="consent.tell_of_rests", ignore_result=True)
def tell_of_rests(association_id: str) -> None:
    """As long as there is something to tell: a turn is shorter than a task may live."""
    if resting.tell_all(UUID(association_id)):
        tell_of_rests.delay(association_id)


@shared_task(name="consent.take_away", ignore_result=True)
def take_away(association_id: str) -> None:
    remove.carry_out(UUID(association_id))


@shared_task(name="consent.ask", ignore_result=True)
def ask(association_id: str) -> None:
    ask_again.ask_all(UUID(association_id))


@shared_task(name="consent.ask_grown_ups", ignore_result=True)
def ask_grown_ups(association_id: str) -> None:
    ask_again.ask_grown_ups(UUID(association_id))
