"""The association's bells: each task says that there is something to do, the rows say what."""

from uuid import UUID

from celery import shared_task

from ams import housekeeping, mailing


@shared_task(ignore_result=True)
def send_mail(association_id: str) -> None:
    mailing.drain(UUID(association_id))


@shared_task(ignore_result=True)
def sweep_mail() -> None:
    mailing.sweep()


@shared_task(ignore_result=True)
def tidy() -> None:
    housekeeping.tidy()
