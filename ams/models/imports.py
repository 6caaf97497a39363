"""A list of individuals on its way into the association. Outside the sealed file not a word of it is stored."""

import uuid
from typing import Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from ams.imports.encodings import NAMES
from ams.imports.headings import FIELDS
from ams.imports.read import DELIMITERS
from ams.imports.reasons import REASONS
from privacy.tenancy import OfAssociation
from privacy.vault.files import SealedFileField
from privacy.vault.rows import SealedModel

# What the database lets into a column beside a list: words of ours, and nothing that could have stood in a file.
OUR_FIELDS: Final = sorted({"", *FIELDS})
OUR_REASONS: Final = sorted(REASONS)
OUR_ENCODINGS: Final = sorted({"", *NAMES})
OUR_DELIMITERS: Final = sorted({"", *DELIMITERS})


def fields() -> list[tuple[str, object]]:
    return list(FIELDS.items())


def reasons() -> list[tuple[str, object]]:
    return list(REASONS.items())


def encodings() -> list[tuple[str, object]]:
    return list(NAMES.items())


class DateOrder(models.TextChoices):
    DAY_FIRST = "dmy", _("day first: 24/12/1984")
    MONTH_FIRST = "mdy", _("month first: 12/24/1984")


class HowToRead(models.Model):
    """What a person may correct before a list is taken over."""

    encoding = models.CharField(_("characters"), max_length=20, choices=encodings, blank=True)
    delimiter = models.CharField(_("separator"), max_length=2, blank=True)
    heading_line = models.PositiveIntegerField(
        _("line of the headings"), default=1, help_text=_("0: there are no headings.")
    )
    columns = models.JSONField(
        _("columns"), default=list, help_text=_("The field for each heading, in order.")
    )
    country = CountryField(_("country where none is named"), blank=True)
    date_order = models.CharField(_("order in dates"), max_length=3, choices=DateOrder, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_in_our_words",
                condition=models.Q(
                    columns__contained_by=OUR_FIELDS,
                    encoding__in=OUR_ENCODINGS,
                    delimiter__in=OUR_DELIMITERS,
                    date_order__in=["", *DateOrder.values],
                ),
            )
        ]


class Import(SealedModel, HowToRead):
    """The file has a key of its own: both go when its last row is in, when anybody is erased, and within a week."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Could not be read")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.UPLOADED)
    file = SealedFileField(_("file"), blank=True)
    dry_run = models.BooleanField(_("only try"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    read = models.PositiveIntegerField(_("rows read"), default=0)
    added = models.PositiveIntegerField(_("people added"), default=0)
    changed = models.PositiveIntegerField(_("people changed"), default=0)
    unchanged = models.PositiveIntegerField(_("people already there"), default=0)
    refused = models.PositiveIntegerField(_("rows refused"), default=0)
    left = models.PositiveIntegerField(_("rows left alone in part"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(_("running until"), null=True, blank=True)
    # The subject uid of whoever uploaded it: no foreign key to a person.
    started_by = models.UUIDField(_("uploaded by"), null=True, blank=True, editable=False)
    created_on = models.DateField(_("day"), default=timezone.localdate)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta(HowToRead.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"import {self.pk.hex[:8]}"

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}


class ImportRefusal(OfAssociation):
    """A row that was not taken over, or something in it that was left alone. Where and why, never what it held."""

    import_job = models.ForeignKey(
        "ams.Import", models.CASCADE, related_name="refusals", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"))
    field = models.CharField(_("field"), max_length=20, choices=fields, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=reasons)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ["line", "pk"]
        constraints = [
            models.CheckConstraint(
                name="importrefusal_in_our_words",
                condition=models.Q(field__in=OUR_FIELDS, reason__in=OUR_REASONS),
            )
        ]

    def __str__(self) -> str:
        return f"refused row {self.pk}"


class ListLayout(OfAssociation, HowToRead):
    """How a list was read in the end, for the next one of the same kind: known by what was guessed of its headings."""

    # SHA-256 of the fields that were guessed, in order: of words of ours alone.
    kind = models.CharField(_("kind of list"), max_length=64)
    used_at = models.DateTimeField(_("used"), default=timezone.now)

    class Meta(HowToRead.Meta):
        verbose_name = _("layout of a list")
        verbose_name_plural = _("layouts of lists")
        ordering = ["-used_at"]
        constraints = [
            *HowToRead.Meta.constraints,
            models.UniqueConstraint(fields=["association", "kind"], name="one_layout_per_kind"),
            models.CheckConstraint(
                name="kind_of_list_is_a_digest", condition=models.Q(kind__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return f"layout {self.pk}"
