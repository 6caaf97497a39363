"""A person's request: what, since when, until when, and how it ended."""

import uuid
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.ledger.append import append
from privacy.ledger.kinds import Kind as Ledger
from privacy.requests.reference import new_reference
from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedLongTextField, SealedTextField
from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel


class Kind(models.TextChoices):
    ACCESS = "access", _("See what is held")  # Art. 15
    PORTABILITY = "portability", _("Take the data along")  # Art. 20
    RECTIFICATION = "rectification", _("Correct the data")  # Art. 16
    ERASURE = "erasure", _("Erase the data")  # Art. 17
    RESTRICTION = "restriction", _("Stop using the data")  # Art. 18
    OBJECTION = "objection", _("Object to a use")  # Art. 21


class State(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Taken back")


class AlreadyClosed(Exception):  # noqa: N818 it says what is the case
    """Somebody else has answered this request."""


class Request(OfAssociation):
    """One at a time of each kind: asking again while the first is open is the same request."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.ForeignKey(
        "ams.Individual", models.PROTECT, related_name="requests", verbose_name=_("individual")
    )
    kind = models.CharField(_("right"), max_length=20, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    due_at = models.DateTimeField(_("answer due"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    channel = models.CharField(_("came by"), max_length=20)
    reference = models.CharField(_("reference"), max_length=12, default=new_reference, editable=False)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "individual", "kind"],
                condition=models.Q(state=State.OPEN),
                name="request_one_open_of_a_kind",
            ),
            models.UniqueConstraint(fields=["association", "reference"], name="request_reference"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="request_kind"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="request_state"),
            models.CheckConstraint(
                condition=models.Q(state=State.OPEN) ^ models.Q(answered_at__isnull=False),
                name="request_open_or_answered",
            ),
        ]
        indexes = [models.Index(fields=["association", "state", "due_at"], name="request_due")]

    def __str__(self) -> str:
        return self.reference

    def close(self, state: State, *, actor: UUID | None = None, reason: str | None = None) -> None:
        """Done, refused or taken back. Writes to the ledger, so it comes last in the transaction.

        `reason` is a word of reasons.py. Raises AlreadyClosed.
        """
        if state == State.OPEN:
            raise ValueError("A request is closed as done, refused or taken back.")
        now = timezone.now()
        # The database decides, so that of two who answer at once only one does.
        mine = Request.objects.filter(pk=self.pk, state=State.OPEN).update(state=state, answered_at=now)
        if not mine:
            raise AlreadyClosed
        self.state, self.answered_at = state, now
        append(
            Ledger.REQUEST_CLOSED,
            subject=self.individual_id,
            actor=actor,
            payload={"request": self.pk, "right": self.kind, "outcome": str(state), "reason": reason},
        )


class Message(SealedModel):
    """What was asked, in the person's own words, or as it was told on the phone; and the scan of a letter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="+")
    request = models.ForeignKey(Request, models.PROTECT, related_name="messages", verbose_name=_("request"))
    text = SealedLongTextField(_("what was asked"), max_length=5000, null=True, blank=True)
    file = SealedFileField(_("scan or photo"), blank=True)
    file_name = SealedTextField(_("name of the file"), max_length=200, null=True, blank=True)
    written_at = models.DateTimeField(_("written down"), default=timezone.now)
    written_by = models.UUIDField(_("written down by"))

    class Meta:
        verbose_name = _("words of a request")
        verbose_name_plural = _("words of requests")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"words of a request {str(self.pk)[:8]}"
