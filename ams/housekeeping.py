"""What goes by itself when its time is over, in every association: the retention that members are told of."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from ams.accounts import door, throttle
from ams.imports.job import drop_file
from ams.leaving.leave import write_down_the_past
from ams.models import (
    Association,
    EventRegistration,
    Import,
    JoinDraft,
    LoginRecord,
    NewsletterCopy,
    SentMail,
    Session,
)
from ams.profile import new_email
from privacy.associations import for_each_association
from privacy.tenancy import speaking_for

SIGN_INS: Final = timedelta(days=90)
MAIL: Final = timedelta(days=365)
REGISTRATIONS: Final = timedelta(days=3 * 365)
NEEDS: Final = timedelta(days=92)
LISTS: Final = timedelta(days=7)


def tidy() -> None:
    for_each_association(tidy_association)


def tidy_association(association_id: UUID) -> None:
    association = Association.objects.get(pk=association_id)
    with speaking_for(association.pk), timezone.override(association.time_zone):
        tidy_one()
    write_down_the_past(association)


def tidy_one() -> None:
    """Of the association that speaks. Each line is a sentence of ams/personal_data/."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    JoinDraft.objects.filter(expires_at__lt=now).delete()
    LoginRecord.objects.filter(at__lt=now - SIGN_INS).delete()
    SentMail.objects.exclude(state=SentMail.State.QUEUED).filter(written_at__lt=now - MAIL).delete()
    NewsletterCopy.objects.filter(at__lt=now - MAIL).delete()
    EventRegistration.objects.filter(event__ends_at__lt=now - REGISTRATIONS).delete()
    EventRegistration.objects.filter(event__ends_at__lt=now - NEEDS).exclude(
        dietary_needs=None, access_needs=None
    ).update(dietary_needs=None, access_needs=None)
    for job in Import.objects.filter(created_at__lt=now - LISTS).exclude(file=None):
        drop_file(job)
    door.tidy()
    new_email.tidy()
    throttle.forget_old_counts()
