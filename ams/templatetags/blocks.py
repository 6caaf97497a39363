"""The house's blocks for templates: built in, no loading. Their partials lie in templates/blocks/."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django import template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from ams import areas, charts, colour, form_parts, marks, words
from ams.flow import lay_out
from ams.show_again import has_errors

register = template.Library()

ICON_OF_STATE = {"done": "ok", "attention": "clock", "danger": "stop", "accent": "clock", "wait": "clock"}
STATE_OF_LEVEL = {"success": "done", "warning": "attention", "error": "danger"}


@register.filter
def day(value: date | str | None) -> str:
    """`{{ d|day }}`: 24 November 2026. Nothing, and what has been erased, stay as they are."""
    return words.day(value) if isinstance(value, date) else str(value or "")


@register.filter
def moment(value: datetime | str | None) -> str:
    """`{{ t|moment }}`: 1 December 2026, 11:00 CET, on the association's clock."""
    return words.moment(value) if isinstance(value, datetime) else day(value)


@register.filter
def held(value: Any) -> str:
    """`{{ value|held }}`: a file by its name and size, a date in words, a text with its lines."""
    if hasattr(value, "content_type"):
        return f"{value.name} ({words.bytes_in_words(value.size)})"
    if isinstance(value, datetime):
        return words.moment(value)
    return words.day(value) if isinstance(value, date) else linebreaksbr(str(value))


@register.filter
def spaced(value: object) -> str:
    """`{{ n|spaced }}`: 10 482."""
    return "" if value is None else words.spaced(value)


@register.filter
def in_words(value: int) -> str:
    """`{{ n|in_words }}`: two, twelve, 64. With `|capfirst` at the head of a sentence."""
    return words.in_words(value)


@register.filter
def bytes_in_words(value: int) -> str:
    """`{{ file.size|bytes_in_words }}`: 318 kB."""
    return words.bytes_in_words(value)


@register.filter
def money(amount: Any, currency: str = "EUR") -> str:
    """`{{ invoice.total|money:invoice.currency }}`: € 60.00."""
    return words.money(amount, currency) if isinstance(amount, int | Decimal) else str(amount or "")


@register.filter
def colon(term: str) -> str:
    """`{{ term|colon }} {{ value }}`: a French colon has a space before it."""
    return _("%(term)s:") % {"term": term}


@register.filter
def lines_joined(text: str) -> str:
    """An address of several lines in one."""
    return ", ".join(line.strip().rstrip(",") for line in str(text or "").splitlines() if line.strip())


@register.simple_tag(name="time")
def time_element(value: date | str | None, precision: str = "") -> str:
    """`{% time d %}`: a `<time>` in words; `{% time t "day" %}` leaves the hour out."""
    if not isinstance(value, date):
        return str(value or "")
    text = moment(value) if isinstance(value, datetime) and precision != "day" else day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def percent(value: float) -> str:
    """A length in a picture: never with the reader's decimal comma."""
    return f"{value:g}%"


@register.filter
def plain(value: float) -> str:
    """A coordinate, for the same reason."""
    return f"{value:g}"


@register.filter
def strip_width(strip: Sequence[charts.Day]) -> int:
    """How wide a strip of days is, without the gap after the last."""
    return max(0, len(strip) * charts.DAY - 3)


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "ok" %}`: always with a word beside it, so it says nothing to a screen reader."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.filter
def icon_of(state: str) -> str:
    """The icon that goes with a state where the page names none."""
    return ICON_OF_STATE.get(state, "info")


@register.filter
def state_of(level_tag: str) -> str:
    """The banner's state for a message's level."""
    return STATE_OF_LEVEL.get(level_tag, "")


@register.simple_tag
def mark(association: Any) -> SafeString:
    """`{% mark association %}`: its drawing, to stand beside its name."""
    shapes = marks.drawing(getattr(association, "mark", ""))
    return format_html('<svg viewBox="0 0 40 40" aria-hidden="true">{}</svg>', mark_safe(shapes))  # noqa: S308  our own drawings


@register.filter
def ink_of(brand: str) -> str:
    """`{{ association.brand|ink_of }}`: its colour for mail and print, dark enough to read."""
    return colour.ink_of(str(brand))


@register.simple_tag
def tabs(path: str, which: str = "member") -> list[dict[str, Any]]:
    """`{% tabs request.path as areas %}`, or with "console"."""
    return areas.tabs(path, which)


@register.simple_tag
def languages_of(association: Any) -> list[dict[str, str]]:
    """The languages that the association speaks and we have texts for, each under its own name."""
    ours = {code for code, _name in settings.LANGUAGES}
    codes = [code for code in getattr(association, "languages", None) or ours if code in ours]
    return [
        {"code": code, "name": get_language_info(code)["name_local"].capitalize()} for code in sorted(codes)
    ]


@register.simple_tag(takes_context=True)
def brand_query(context: Context) -> str:
    """Names the colour in the style sheet's address, so that a browser keeps it until it changes."""
    request = context.get("request")
    return str(getattr(getattr(request, "association", None), "brand", "")).lstrip("#")


@register.inclusion_tag("blocks/field.html")
def form_field(
    field: BoundField, size: str = "", label: str = "", hint: str = "", *, optional: bool | None = None
) -> dict[str, Any]:
    """`{% form_field form.email size="medium" %}`: label, hint, error and control, by its kind."""
    kind = form_parts.kind(field.field.widget)
    return {
        "field": field,
        "kind": kind,
        "control": field.as_widget(attrs={"class": size}) if size and kind == "line" else field,
        "label": label or field.label,
        "hint": hint or field.help_text,
        "error_id": f"{field.auto_id}_error",
        "hint_id": f"{field.auto_id}_helptext",
        "described": " ".join(
            [f"{field.auto_id}_helptext"] * bool(hint or field.help_text)
            + [f"{field.auto_id}_error"] * bool(field.errors)
        ),
        "optional": not (field.field.required or field.field.disabled) if optional is None else optional,
    }


@register.inclusion_tag("blocks/error_summary.html", takes_context=True)
def error_summary(context: Context, *forms_: Any, focus: bool = True) -> dict[str, Any]:
    """`{% error_summary form %}`: what needs another look, and where. Takes focus without script."""
    found = [error for form in forms_ if form is not None for error in form_parts.errors(form)]
    if found and (request := context.get("request")):
        has_errors(request)
    title = ngettext("%(count)s answer needs another look", "%(count)s answers need another look", len(found))
    return {
        "errors": found,
        "focus": focus,
        "title": title % {"count": words.in_words(len(found)).capitalize()},
    }


@register.inclusion_tag("blocks/error_summary.html", takes_context=True)
def admin_error_summary(context: Context, adminform: Any, inlines: Iterable[Any] = ()) -> dict[str, Any]:
    """The same on a form of the console, with its inline rows."""
    return error_summary(context, adminform.form, *(inline.formset for inline in inlines))


@register.simple_tag
def labelled_cells(cells: Sequence[str], headers: Sequence[Mapping[str, Any]]) -> SafeString:
    """A console row; each cell repeats its heading, because on a phone it stands alone."""
    shown = [str(header["text"]) for header in headers]
    return mark_safe("".join(form_parts.labelled(*pair) for pair in zip_longest(cells, shown, fillvalue="")))  # noqa: S308  Django made the cells


@register.simple_tag
def error_prefix(*forms_: Any) -> str:
    """`{% error_prefix form %}` at the head of a title: a screen reader reads the title first."""
    return (
        _("Error: ")
        if any(form is not None and form.is_bound and not form.is_valid() for form in forms_)
        else ""
    )


@register.simple_block_tag(takes_context=True)
def wrap(context: Context, content: str, block: str, **values: Any) -> SafeString:
    """`{% wrap "panel" state="wait" title=… %}…{% endwrap %}`: a partial that shows `content`."""
    engine = context.template.engine  # type: ignore[union-attr]  # a context that renders has its template
    with context.push(content=content, **values):
        return engine.get_template(f"blocks/{block}.html").render(context)


@register.inclusion_tag("blocks/chart_bar.html")
def chart_bar(
    title: str, rows: Sequence[tuple[str, int]], *, note: str = "", heads: str = ""
) -> dict[str, Any]:
    """`{% chart_bar title rows heads="Week|Requests" %}`; rows are (label, number)."""
    return {"title": title, "note": note, "bars": charts.bars(rows), "heads": (heads or "|").split("|")}


@register.inclusion_tag("blocks/chart_line.html")
def chart_line(
    title: str, rows: Sequence[tuple[Any, ...]], *, note: str = "", heads: str = ""
) -> dict[str, Any]:
    """`{% chart_line title rows heads="Month|2026|2025" %}`; rows are (label, number[, number before])."""
    columns = list(zip(*(row[1:] for row in rows), strict=True))
    low, high = charts.scale(value for column in columns for value in column)
    return {
        "title": title,
        "note": note,
        "rows": rows,
        "heads": (heads or "||").split("|")[: len(columns) + 1],
        "low": low,
        "middle": (low + high) // 2,
        "high": high,
        "curve": charts.line(columns[0], low, high) if columns else None,
        "before": charts.line(columns[1], low, high) if len(columns) > 1 else None,
        "first": rows[0] if rows else None,
        "last": rows[-1] if rows else None,
    }


@register.inclusion_tag("blocks/days.html")
def days(title: str, rows: Iterable[Mapping[str, Any]], summary: str) -> dict[str, Any]:
    """`{% days title rows summary %}`; rows are {day, state}, oldest first; the summary is for ears."""
    return {"title": title, "days": charts.days(rows), "summary": summary}


@register.inclusion_tag("blocks/flow.html")
def flow(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`{% flow rows %}`: see ams/flow.py for a row."""
    return {"flow": lay_out(rows)}
