"""The association's bells: each task says that there is something to do, the rows say what."""

import logging
from uuid import UUID

from celery import current_app, shared_task
from django.utils import timezone

from ams import housekeeping, mailing, sweeps
from ams.accounts import new_password
from ams.imports import inform, job
from ams.newsletters import send
from ams.profile import new_email
from ams.signup import letters
from privacy.associations import for_each_association
from privacy.containers import forget_emptied
from privacy.vault import DestructionPending, current
from privacy.vault.sweep import forget_expired

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def send_mail(association_id: str) -> None:
    mailing.drain(UUID(association_id))


@shared_task(ignore_result=True)
def sweep_mail() -> None:
    mailing.sweep()


@shared_task(ignore_result=True)
def tidy() -> None:
    housekeeping.tidy()


@shared_task(ignore_result=True)
def keep_keys() -> None:
    """What a crash left half done is finished, and keys whose last day is over are destroyed."""
    for_each_association(keep_keys_of)


def keep_keys_of(association_id: UUID) -> None:
    current.finish(association_id)
    forget_expired(association_id, timezone.now().date())


@shared_task(ignore_result=True)
def try_again() -> None:
    sweeps.try_again(current_app)


@shared_task(ignore_result=True)
def run_import(association_id: str, import_id: str) -> None:
    job.run(UUID(association_id), UUID(import_id))
    forget_lists(UUID(association_id))
    inform.inform(UUID(association_id))


@shared_task(ignore_result=True)
def sweep_imports() -> None:
    """Imports whose bell was lost or whose worker died, and people whom nobody has told yet."""
    for_each_association(sweep_imports_of)


def sweep_imports_of(association_id: UUID) -> None:
    job.turn_away_emptied(association_id)
    forget_lists(association_id)
    for import_id in job.due(association_id):
        run_import.delay(str(association_id), str(import_id))
    inform.inform(association_id)


def forget_lists(association_id: UUID) -> None:
    """A place that is away stops no other list; the sweep tries again."""
    try:
        forget_emptied(association_id)
    except DestructionPending:
        log.warning("A place of the root cannot be reached: the key of a list waits.")


@shared_task(ignore_result=True)
def send_newsletter(association_id: str, newsletter_id: str) -> None:
    send.run(UUID(association_id), UUID(newsletter_id))


@shared_task(ignore_result=True)
def sweep_newsletters() -> None:
    for_each_association(send.sweep)


@shared_task(ignore_result=True)
def sweep_new_emails() -> None:
    for_each_association(new_email.sweep)


@shared_task(ignore_result=True)
def send_new_password(association_id: str, number: str, key: str) -> None:
    new_password.answer(UUID(association_id), UUID(number), key)


@shared_task(ignore_result=True)
def send_join_letter(association_id: str, number: str, key: str) -> None:
    letters.answer(UUID(association_id), UUID(number), key)
