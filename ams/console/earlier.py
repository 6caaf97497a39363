"""Earlier consents from a list: shown as they are understood, then entered a hundred at a time."""

import base64
import binascii
import json
from itertools import islice
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.console.earlier_rows import AT_ONCE, REASONS, Line, Reader, columns_of, days, enter, is_enough
from ams.console.entering import by_statement, label_of, versions_to_choose
from ams.console.names import me
from ams.imports.read import Row, Table, Unreadable, table_of
from ams.imports.reasons import sentence
from consent.models import Kind, Version

Block = dict[str, Any]
LARGEST: Final = 2 * 1024 * 1024
NEEDED: Final = gettext_lazy(
    "The list needs a heading for the e-mail or the member number, one for the date, and one for the source."
)
Refusals = list[list[Any]]


class ListForm(forms.Form):
    version = forms.TypedChoiceField(
        label=gettext_lazy("The words that these people said yes to"), coerce=int
    )
    file = forms.FileField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy(
            "CSV with headings: e-mail or member number, date, and source: where this consent is written down. "
            "Up to 2 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = [each for each in versions_to_choose() if each.statement.kind == Kind.CONSENT]
        self.versions = {version.pk: version for version in versions}
        fields: dict[str, Any] = self.fields
        fields["version"].choices = [("", _("Choose")), *by_statement(versions)]

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(_("The list is larger than 2 MB. Cut it in two."))
        return readable(upload.read())


class GoOnForm(ListForm):
    """The list comes back from the page that showed it: until it is entered nothing of it is stored here."""

    file = forms.CharField(widget=forms.HiddenInput)  # type: ignore[assignment]  # the same bytes, as text
    start = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    done = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    refused = forms.JSONField(
        widget=forms.HiddenInput, required=False
    )  # an empty list is no answer to Django

    def clean_file(self) -> bytes:
        try:
            return readable(base64.b64decode(self.cleaned_data["file"], validate=True))
        except binascii.Error:
            raise forms.ValidationError(str(NEEDED)) from None

    def clean_refused(self) -> Refusals:
        rows = self.cleaned_data["refused"] or []
        if not isinstance(rows, list) or not all(
            isinstance(row, list) and len(row) == len("at") for row in rows
        ):
            raise forms.ValidationError(str(NEEDED))
        return [[int(number), code] for number, code in rows if code in REASONS]


def readable(data: bytes) -> bytes:
    """Raises ValidationError."""
    try:
        table = table_of(data)
        for _row in table.rows():
            pass
    except Unreadable as refusal:
        raise forms.ValidationError(sentence(refusal)) from None
    if not is_enough(columns_of(table)):
        raise forms.ValidationError(str(NEEDED))
    return data


def page(request: HttpRequest) -> Block:
    """Upload, look, and go on until the last line; each click is a transaction of its own."""
    user: Any = request.user
    if not user.has_perm("ams.change_individual"):
        raise PermissionDenied
    title = {"title": _("Take over earlier consents")}
    if request.method != "POST":
        return title | {"form": ListForm()}
    if "start" in request.POST:
        again = GoOnForm(request.POST)
        return title | (
            next_hundred(request, again) if again.is_valid() else {"form": ListForm(request.POST, {})}
        )
    form = ListForm(request.POST, request.FILES)
    return title | (preview(request, form) if form.is_valid() else {"form": form})


def understood(request: HttpRequest, form: ListForm, rows: list[Row], table: Table) -> list[Line]:
    return Reader(chosen(form), me(request), columns_of(table)).read(rows)


def chosen(form: ListForm) -> Version:
    return form.versions[form.cleaned_data["version"]]


def preview(request: HttpRequest, form: ListForm) -> Block:
    table = table_of(form.cleaned_data["file"])
    lines = understood(request, form, list(table.rows()), table)
    good = [line for line in lines if line.said]
    return {
        "preview": True,
        "version": label_of(chosen(form)),
        "good": len(good),
        "days": days(good),
        "refused": told([[line.number, line.code] for line in lines if line.code]),
        "fields": carried(form, start=0, done=0, refused=[]),
    }


def next_hundred(request: HttpRequest, form: GoOnForm) -> Block:
    values = form.cleaned_data
    table, start = table_of(values["file"]), values["start"]
    rows = list(islice(table.rows(), start, start + AT_ONCE))
    lines = understood(request, form, rows, table)
    refused = [[line.number, line.code] for line in enter(lines, chosen(form))]
    done, refused = values["done"] + len(rows) - len(refused), values["refused"] + refused
    total = sum(1 for _row in table.rows())
    read = min(total, start + AT_ONCE)
    if read == total:
        return {"finished": True, "done": done, "refused": told(refused), "version": label_of(chosen(form))}
    return {
        "read": read,
        "total": total,
        "percent": 100 * read // total,
        "done": done,
        "fields": carried(form, start=read, done=done, refused=refused),
    }


def carried(form: ListForm, *, start: int, done: int, refused: Refusals) -> list[tuple[str, Any]]:
    """What the next click needs to know. The list itself is with whoever uploaded it, and nowhere else."""
    return [
        ("version", form.cleaned_data["version"]),
        ("file", base64.b64encode(form.cleaned_data["file"]).decode()),
        ("start", start),
        ("done", done),
        ("refused", json.dumps(refused)),
    ]


def told(refused: Refusals) -> list[tuple[int, str]]:
    return [(number, str(REASONS[code])) for number, code in refused]
