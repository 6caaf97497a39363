"""A date is asked in three fields: day, month, year. Each has its own error, and half a date is never none."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DateField, DateTimeField, Field
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.declarations import Text

PARTS: Final = ("day", "month", "year")
LABELS: Final = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
RANGES: Final = {"day": (1, 31), "month": (1, 12), "year": (1000, 9999)}
MISSING: Final = {
    ("day",): _("Write the day too."),
    ("month",): _("Write the month too."),
    ("year",): _("Write the year too."),
    ("day", "month"): _("Write the day and the month too."),
    ("day", "year"): _("Write the day and the year too."),
    ("month", "year"): _("Write the month and the year too."),
    PARTS: _("Write the day, the month and the year."),
}
UNREAL: Final = {
    "day": _("Write the day as a number from 1 to 31."),
    "month": _("Write the month as a number from 1 to 12."),
    "year": _("Write the year with four digits, like 1984."),
}
NO_SUCH_DAY: Final = _("That month has no such day. Look at the day and the month once more.")


class DayInput(forms.MultiWidget):
    autocomplete = ""
    template_name = "privacy/widgets/day.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: digits(part, self.autocomplete) for part in PARTS}, attrs)

    def decompress(self, value: Any) -> list[str]:
        """A date, its ISO form, or what somebody wrote instead of either, as it was. Nothing of what is erased."""
        if isinstance(value, datetime):
            value = timezone.localtime(value) if timezone.is_aware(value) else value
        found = value if isinstance(value, date) else iso(value)
        if found is None:
            return [value if isinstance(value, str) else "", "", ""]
        return [str(found.day), str(found.month), f"{found.year:04}"]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Also one date under the field's own name: of a bookmark, a hidden field, a page that was open before."""
        texts = super().value_from_datadict(data, files, name)
        if all(text is None for text in texts):
            return data.get(name)
        written = [(text or "").strip() for text in texts]
        return written if any(written) else ""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and super().value_omitted_from_data(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        wrong = self.wrong_parts(value)
        for part, shown in zip(PARTS, context["widget"]["subwidgets"], strict=True):
            shown["label"] = LABELS[part]
            if part not in wrong:
                shown["attrs"].pop("aria-invalid", None)
        return context

    def wrong_parts(self, value: Any) -> tuple[str, ...]:
        """Of a date with an error: all of them where it is wrong as a whole."""
        texts = value if isinstance(value, list) else self.decompress(value)
        return (fault_in(texts)[0] if any(texts) else ()) or PARTS

    def focus_id(self, auto_id: str, value: Any) -> str:
        """Where an error leads."""
        return f"{auto_id}_{PARTS.index(self.wrong_parts(value)[0])}"


class BirthdayInput(DayInput):
    autocomplete = "bday"  # browsers fill in the parts


class DayField(forms.DateField):
    widget = DayInput
    default_error_messages = {"required": MISSING[PARTS], "invalid": NO_SUCH_DAY}

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, list):
            return date_of(value)
        if isinstance(value, str) and value and iso(value) is None:
            raise ValidationError(NO_SUCH_DAY, code="invalid")
        return super().to_python(value)


class BirthdayField(DayField):
    """Of somebody who has been born, and not before the oldest of us."""

    OLDEST: Final = 120

    widget = BirthdayInput

    def validate(self, value: Any) -> None:
        super().validate(value)
        today = timezone.localdate()
        if value and not (value <= today and today.year - value.year <= self.OLDEST):
            raise ValidationError(_("Look at the year once more."), code="year")


class MomentInput(forms.SplitDateTimeWidget):
    """A date in three fields, and the time beside it."""

    template_name = "privacy/widgets/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(self, [DayInput(), TimeInput()], attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["subwidgets"][1]["label"] = pgettext_lazy("of day", "Time")
        return context

    def focus_id(self, auto_id: str, value: Any) -> str:
        texts = value[0] if isinstance(value, list) else value
        day: Any = self.widgets[0]
        return str(day.focus_id(f"{auto_id}_0", texts))


class TimeInput(forms.TimeInput):
    """A line of text: half a time in a control of the browser's own is sent as none."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "short", "autocomplete": "off", **(attrs or {})}, format="%H:%M")


class TimeField(forms.TimeField):
    widget = TimeInput
    default_error_messages = {"invalid": _("Write the time like 14:30.")}


class MomentField(forms.SplitDateTimeField):
    widget = MomentInput
    default_error_messages = {
        "required": _("Write the date and the time."),
        "invalid_date": MISSING[PARTS],
        "invalid_time": TimeField.default_error_messages["invalid"],
    }

    def __init__(self, **kwargs: Any) -> None:
        forms.MultiValueField.__init__(self, fields=(DayField(), TimeField()), **kwargs)


# For the forms of models in the console.
IN_PARTS: Final[dict[Any, dict[str, Any]]] = {
    DateTimeField: {"form_class": MomentField, "widget": MomentInput},
    DateField: {"form_class": DayField, "widget": DayInput},
}


def form_field(field: "Field[Any, Any]", **kwargs: Any) -> Any:
    """As `formfield_callback` of a model's form."""
    kind = next((IN_PARTS[each] for each in type(field).__mro__ if each in IN_PARTS), {})
    return field.formfield(**{**kind, **kwargs})


def digits(part: str, autocomplete: str) -> forms.TextInput:
    """No control for numbers: it would turn with the mouse's wheel, and says nothing of what is no number."""
    fills = f"{autocomplete}-{part}" if autocomplete else "off"
    size = "year" if part == "year" else "part"
    return forms.TextInput({"inputmode": "numeric", "autocomplete": fills, "class": size})


def date_of(texts: Sequence[str]) -> date:
    """Raises ValidationError."""
    wrong, told = fault_in(texts)
    if wrong:
        raise ValidationError(str(told), code="invalid")
    return day_of(texts)


def fault_in(texts: Sequence[str]) -> tuple[tuple[str, ...], Text]:
    """The parts that need another look, and what is said about them: of several faults the one to mend first."""
    missing = tuple(part for part, text in zip(PARTS, texts, strict=True) if not text)
    if missing:
        return missing, MISSING[missing]
    unreal = tuple(part for part, text in zip(PARTS, texts, strict=True) if not is_real(part, text))
    if unreal:
        return unreal, UNREAL[unreal[0]]
    try:
        day_of(texts)
    except ValueError:
        return ("day", "month"), NO_SUCH_DAY
    return (), ""


def day_of(texts: Sequence[str]) -> date:
    day, month, year = map(int, texts)
    return date(year, month, day)


def is_real(part: str, text: str) -> bool:
    low, high = RANGES[part]
    return text.isdecimal() and len(text) <= len(str(high)) and low <= int(text) <= high


def iso(value: Any) -> date | None:
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None
