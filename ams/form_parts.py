"""What a form's field is, for the page that shows it: kind of control, errors, and where an error leads."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.text import capfirst

from privacy.day_field import DayInput, MomentInput


def kind(widget: forms.Widget) -> str:
    match widget:
        case forms.HiddenInput() | forms.MultipleHiddenInput():
            return "hidden"
        case forms.CheckboxSelectMultiple():
            return "ticks"
        case forms.RadioSelect():
            return "answers"
        case forms.CheckboxInput():
            return "tick"
        case DayInput() | MomentInput():
            return "date"
    return "line"


def errors(form: Any) -> Iterable[dict[str, str]]:
    """Of a form or a formset, in the order of the page."""
    if isinstance(form, forms.BaseFormSet):
        yield from ({"text": str(text), "target": ""} for text in form.non_form_errors())
        for member in form.forms:
            yield from errors(member)
        return
    yield from ({"text": str(text), "target": ""} for text in form.non_field_errors())
    for field in form:
        yield from ({"text": str(text), "target": target(field)} for text in field.errors)


def target(field: BoundField) -> str:
    """The first answer where the control is a group, the part that is wrong of a date: a group takes no focus."""
    match kind(field.field.widget):
        case "answers" | "ticks":
            return f"{field.auto_id}_0"
        case "date":
            widget: Any = field.field.widget
            return str(widget.focus_id(field.auto_id, field.value()))
    return str(field.auto_id)


def labelled(cell: str, heading: str) -> str:
    """A finished `<td …>` with its heading written on it; ticks and row headings need none."""
    if not cell.startswith("<td") or not heading or heading.startswith("<"):
        return cell
    return format_html('<td data-label="{}"', capfirst(heading)) + cell.removeprefix("<td")
