"""The association: the customer, and the Data Controller."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

visited: ContextVar[str] = ContextVar("host", default="")


@contextmanager
def visiting(host: str) -> Iterator[None]:
    """Links in mails lead back to where the visitor is, as a cookie of theirs is valid there only."""
    token = visited.set(host)
    try:
        yield
    finally:
        visited.reset(token)


class Association(models.Model):
    """All rows of all apps name one; the visitor's host name decides which one is meant."""

    class Mark(models.TextChoices):
        COMPASS = "compass", _("Compass")
        GLOBE = "globe", _("Globe")
        PEAK = "peak", _("Peak")
        LEAF = "leaf", _("Leaf")
        CIRCLE = "circle", _("Circle")

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name in addresses"), max_length=40, unique=True)
    legal_name = models.CharField(_("legal name"), max_length=200)
    short_name = models.CharField(_("name in headings"), max_length=80)
    postal_address = models.TextField(_("postal address"), max_length=400)
    contact_email = models.EmailField(_("contact address"), help_text=_("Answers to our mails go here."))
    dpo_name = models.CharField(_("data protection officer"), max_length=120, blank=True)
    dpo_email = models.EmailField(_("address of the data protection officer"), blank=True)
    authority = models.CharField(
        _("supervisory authority"), max_length=200, help_text=_("Members may complain there at any time.")
    )
    country = CountryField(_("country"))
    languages = ArrayField(
        models.CharField(max_length=8),
        verbose_name=_("languages"),
        help_text=_("The first one is used where a member chose none."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin")
    host_names = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("host names"),
        blank=True,
        default=list,
        help_text=_("The first one stands in links that we send by mail."),
    )
    answers_other_hosts = models.BooleanField(_("answers for all other host names"), default=False)
    brand = models.CharField(
        _("brand colour"), max_length=7, default="#1f4f82", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    mark = models.CharField(_("mark"), max_length=20, choices=Mark.choices, default=Mark.CIRCLE)
    self_service_export = models.BooleanField(
        _("members take their data themselves"),
        default=True,
        help_text=_("When this is off, staff answer each request for a copy."),
    )
    cooling_off_days = models.PositiveSmallIntegerField(
        _("days to reconsider"),
        default=7,
        help_text=_("Between asking for an erasure and the erasure itself."),
    )
    names_staff = models.BooleanField(
        _("members see the names of staff"),
        default=False,
        help_text=_("Of those who opened their data. When this is off, they see the role."),
    )
    keyring_epoch = models.BigIntegerField(
        _("epoch of the keyring"),
        default=0,
        editable=False,
        help_text=_("An older keyring that was put back is noticed by this number."),
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["answers_other_hosts"],
                condition=models.Q(answers_other_hosts=True),
                name="association_one_answers_other_hosts",
            )
        ]

    def __str__(self) -> str:
        return self.short_name

    @classmethod
    def by_host(cls, host: str) -> Self | None:
        """Whose host this is; else the one that answers for all others; else nobody's."""
        wanted = models.Q(host_names__contains=[host.lower()]) | models.Q(answers_other_hosts=True)
        return cls.objects.filter(wanted).order_by("answers_other_hosts").first()

    def url(self, path: str = "/") -> str:
        """An absolute address for a mail: on a host of its own, never on one that a visitor made up."""
        hosts = self.host_names or ["localhost"]
        host = visited.get() if visited.get() in hosts else hosts[0]
        return settings.PUBLIC_ORIGIN.format(host=host) + path

    def language_for(self, wanted: str) -> str:
        return wanted if wanted in self.languages else self.languages[0]
