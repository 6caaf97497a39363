"""Who is told, what happened, what is still to be delivered, and every try. The delivery's row is the queue."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.tenancy import OfAssociation
from privacy.vault.fields import SealedTextField
from privacy.vault.rows import SealedModel
from webhooks.event_types import EventType


class Scheme(models.TextChoices):
    """The signatures of Standard Webhooks."""

    V1A = "v1a", _("ed25519: the recipient needs our public key only")
    V1 = "v1", _("HMAC-SHA256: with a shared secret")


def both_schemes() -> list[str]:
    return [Scheme.V1A.value, Scheme.V1.value]


class Endpoint(OfAssociation):
    """Where one recipient wants to be told. What the lane notes here is changed by `update()` only."""

    class State(models.TextChoices):
        ACTIVE = "active", _("On")
        DISABLED = "disabled", _("Switched off")

    class Why(models.TextChoices):
        STAFF = "staff", _("Switched off by staff.")
        GONE = "gone", _("The recipient answered 410: nobody is there any more.")
        SILENT = "silent", _("No delivery succeeded in 120 hours.")

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    organisation = models.CharField(_("organisation"), max_length=200)
    url = models.CharField(_("address"), max_length=500)
    event_types = ArrayField(
        models.CharField(max_length=40, choices=EventType.choices), verbose_name=_("is told about")
    )
    signatures = ArrayField(
        models.CharField(max_length=3, choices=Scheme.choices),
        verbose_name=_("signed with"),
        default=both_schemes,
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    disabled_because = models.CharField(_("because"), max_length=10, choices=Why.choices, blank=True)
    disabled_at = models.DateTimeField(_("switched off"), null=True)
    version = models.PositiveIntegerField(
        _("version"), default=1, help_text=_("A running lane sees a change by it.")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    last_success_at = models.DateTimeField(_("last success"), null=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    failures = models.PositiveIntegerField(_("tries without any answer"), default=0)
    lane_until = models.DateTimeField(_("a worker is on it until"), null=True)
    resting_until = models.DateTimeField(_("resting until"), null=True)

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="endpoint_disabled_says_why",
                condition=Q(state="active", disabled_because="", disabled_at=None)
                | (Q(state="disabled", disabled_at__isnull=False) & ~Q(disabled_because="")),
            ),
            models.CheckConstraint(name="endpoint_is_signed_for", condition=Q(signatures__len__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class Key(SealedModel):
    """One signing key of one endpoint. While a key is being changed, the old one signs beside the new one."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="keys")
    scheme = models.CharField(_("scheme"), max_length=3, choices=Scheme.choices)
    secret = SealedTextField(_("secret"), max_length=120, null=True)
    public = models.CharField(_("public key"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-created_at", "scheme"]
        constraints = [
            models.UniqueConstraint(
                name="one_current_key", fields=["endpoint", "scheme"], condition=Q(ends_at__isnull=True)
            ),
            models.CheckConstraint(name="key_of_v1a_is_public", condition=~Q(scheme="v1a", public="")),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} key {self.pk}"


class Event(OfAssociation):
    """Something happened. About whom is said in the deliveries only, to each recipient under another id."""

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(pgettext_lazy("webhook", "event"), max_length=40, choices=EventType.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("webhook", "event")
        verbose_name_plural = pgettext_lazy("webhook", "events")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.type


def new_webhook_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


class Delivery(OfAssociation):
    """One event for one endpoint. `due` rows are the queue; `lease_until` says that a worker is trying right now."""

    class State(models.TextChoices):
        DUE = "due", _("Under way")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Refused for good")
        DEAD = "dead", _("Given up")

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(
        Endpoint, models.PROTECT, related_name="deliveries", verbose_name=_("endpoint")
    )
    event = models.ForeignKey(
        Event, models.PROTECT, related_name="deliveries", verbose_name=pgettext_lazy("webhook", "event")
    )
    webhook_id = models.CharField(_("webhook-id"), max_length=64, default=new_webhook_id, unique=True)
    payload = models.JSONField(_("notice"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    attempts_before = models.PositiveSmallIntegerField(_("tries before it was sent anew"), default=0)
    lost = models.PositiveSmallIntegerField(_("tries that never ended"), default=0)
    due_at = models.DateTimeField(_("next try"), db_default=Now())
    lease_until = models.DateTimeField(_("being tried until"), null=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_delivery_per_event", fields=["event", "endpoint"]),
            # With a full stop in it one signed message could pass for another.
            models.CheckConstraint(
                name="webhook_id_without_full_stop", condition=Q(webhook_id__regex=r"^msg_[0-9A-Za-z]+$")
            ),
            models.CheckConstraint(
                name="delivery_ended_or_due",
                condition=Q(state="due", ended_at=None) | (~Q(state="due") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(F("endpoint"), F("due_at"), name="delivery_queue", condition=Q(state="due")),
            models.Index(fields=["endpoint", "-created_at"], name="delivery_by_endpoint"),
        ]

    def __str__(self) -> str:
        return self.webhook_id


class Attempt(OfAssociation):
    """One try and how it ended. What the other side wrote back is not kept: it is not ours."""

    append_only: ClassVar = True

    class Outcome(models.TextChoices):
        DELIVERED = "delivered", _("Accepted")
        ANSWERED = "answered", _("Answered with an error")
        REDIRECTED = "redirected", _("Sent us elsewhere; we do not follow")
        GONE = "gone", _("Gone for good")
        TIMED_OUT = "timed_out", _("No answer in 15 seconds")
        UNREACHABLE = "unreachable", _("Could not be reached")
        UNTRUSTED = "untrusted", _("The certificate is not the host's")
        REFUSED = "refused", _("The address is not public; we did not dial it")
        LOST = "lost", _("The worker stopped in the middle")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField(_("try"))
    at = models.DateTimeField(_("when"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), null=True)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="one_try_per_number", fields=["delivery", "number"])]
        indexes = [models.Index(fields=["at"], name="attempt_by_day")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.status or ''}".strip()


class Pairwise(OfAssociation):
    """The id under which one recipient knows one person, and nobody else does. It goes with the person."""

    endpoint = models.ForeignKey(
        Endpoint, models.PROTECT, related_name="pairwise", verbose_name=_("recipient")
    )
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="+")
    uid = models.UUIDField(_("your id there"), default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("known there since"), default=timezone.now)

    class Meta:
        verbose_name = _("id at a recipient")
        verbose_name_plural = _("ids at recipients")
        constraints = [
            models.UniqueConstraint(name="one_id_per_recipient", fields=["endpoint", "individual"]),
            models.UniqueConstraint(name="pairwise_id_is_nobody_elses", fields=["endpoint", "uid"]),
        ]

    def __str__(self) -> str:
        return f"pairwise {self.pk}"
