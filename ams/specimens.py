"""Every block in every state, with an invented member: what the style guide shows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.day_field import DayField

TODAY = date(2026, 11, 24)


class SpecimenForm(forms.Form):
    """One field of each kind; the postcode and the day have an error."""

    town = forms.CharField(initial="Uppsala")
    phone = forms.CharField(help_text=_("Only used on the day of an event."), required=False)
    postcode = forms.RegexField(
        r"^\d{3} \d{2}$", error_messages={"invalid": _("Enter five digits, like 753 11")}
    )
    country = forms.ChoiceField(choices=[("SE", _("Sweden")), ("NO", _("Norway"))])
    day = DayField()
    photo = forms.FileField(required=False, widget=forms.FileInput, help_text=_("JPEG or PNG, up to 5 MB."))
    about = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(
        label=_("Kind of membership"),
        choices=[("full", _("Individual")), ("early", _("Early career"))],
        widget=forms.RadioSelect,
    )
    shown = forms.MultipleChoiceField(
        label=_("What the directory shows"),
        choices=[("town", _("My town")), ("employer", _("My employer"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    read = forms.BooleanField(label=_("I have read the statutes"))


class TypedForm(forms.Form):
    typed = forms.CharField(label=_("To go on, type your member number: 10 482"))


def specimens() -> dict[str, Any]:
    return {
        "form": _filled(),
        "typed": TypedForm(),
        "rows": _summary(),
        "table": _table(),
        "timelines": _timelines(),
        "steps": _steps(),
        "fates": _fates(),
        "stats": _stats(),
        "weeks": [("40", 7), ("41", 9), ("42", 6), ("43", 12), ("44", 14)],
        "months": [
            ("June", 5120, 5010),
            ("July", 5180, 5030),
            ("August", 5300, 5080),
            ("November", 5840, 5140),
        ],
        "strip": _strip(),
        "flow_rows": flow_rows(),
        "terms": [
            (_("What"), _("Name, e-mail")),
            (_("Who"), _("Our own staff")),
            (_("How long"), _("Until you say no")),
        ],
        "today": TODAY,
        "now": datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
        "contents": [{"label": label, "url": f"#{name}"} for name, label in _contents()],
        "tabs": [
            {"label": _("Profile"), "url": "#lists"},
            {"label": _("Privacy"), "url": "#lists", "current": "page"},
            {"label": _("Requests"), "url": "#lists", "count": _("1 late")},
        ],
    }


def _terms() -> list[tuple[Any, Any]]:
    who = (_("Who"), _("Our own staff"))
    return [(_("What"), _("Name, e-mail")), who, (_("How long"), _("Until you say no"))]


def _contents() -> list[tuple[str, Any]]:
    return [
        ("colour", _("Colour and type")),
        ("buttons", _("Buttons")),
        ("tags", _("Tags")),
        ("fields", _("Fields")),
        ("choicecards", _("Choices")),
        ("lists", _("Lists and tables")),
        ("moments", _("Time")),
        ("notices", _("Messages")),
        ("charts", _("Charts")),
        ("fate", _("Fates")),
    ]


def _filled() -> SpecimenForm:
    given = {"town": "Uppsala", "postcode": "753 1", "country": "SE", "kind": "early"}
    born = {"day_day": "29", "day_month": "2", "day_year": ""}
    return SpecimenForm(
        {**given, **born, "shown": ["town"], "read": "on", "about": _("I look after the map collection.")}
    )


def _summary() -> list[dict[str, Any]]:
    change = {"url": "#lists", "action": _("Change")}
    return [
        {"term": _("Name"), "value": "Anna Berg", "note": _("from you, on 4 March 2019"), **change},
        {"term": _("Phone"), "value": _("not given"), "soft": True, "url": "#lists", "action": _("Add")},
        {"term": _("Monthly letter"), "tag": {"state": "done", "text": _("Yes")}, **change},
        {"term": _("Photo"), "value": _("erased"), "soft": True},
    ]


def _table() -> dict[str, Any]:
    due, things = _("Due"), _("Things")
    columns = [
        {"label": _("Request"), "url": "#lists"},
        {"label": due, "sort": "ascending", "url": "#lists"},
        {"label": things, "number": True},
    ]
    rows = [
        {
            "head": {"text": _("Erasure"), "url": "#lists"},
            "cells": [
                {"label": due, "tag": {"state": "attention", "text": _("Today")}},
                {"label": things, "text": "64", "number": True},
            ],
        },
        {
            "head": {"text": _("Access"), "url": "#lists"},
            "cells": [
                {"label": due, "text": _("8 December 2026")},
                {"label": things, "text": "1\u00a0204", "number": True},
            ],
        },
    ]
    return {"columns": columns, "rows": rows}


def _timelines() -> dict[str, Any]:
    later = TODAY + timedelta(days=7)
    return {
        "across": [
            {"title": _("Asked"), "state": "done", "when": TODAY},
            {"title": _("Approved"), "state": "done", "when": TODAY + timedelta(days=1)},
            {"title": _("Cooling off"), "state": "current", "when": later, "text": _("One click ends it.")},
            {"title": _("Gone"), "when": later},
        ],
        "down": [
            {"title": _("Next try"), "state": "current", "when": datetime(2026, 11, 24, 13, 20, tzinfo=UTC)},
            {
                "title": _("No answer in 15 seconds"),
                "state": "danger",
                "when": datetime(2026, 11, 23, 23, 21, tzinfo=UTC),
                "details": {
                    "summary": _("What we sent and got"),
                    "text": "POST /hooks/privacy  15.0 s  timed out",
                },
            },
            {"title": _("Accepted"), "state": "done", "when": datetime(2026, 11, 17, 15, 2, tzinfo=UTC)},
        ],
        "checks": [
            {"title": _("Removed from the live systems"), "state": "done"},
            {"title": _("Nordic Ledger is working on it"), "state": "current"},
            {"title": _("Last copy thrown away")},
        ],
    }


def _steps() -> list[dict[str, Any]]:
    return [
        {"label": _("About you"), "state": "done"},
        {"label": _("Membership"), "state": "done"},
        {"label": _("Your choices"), "state": "current"},
        {"label": _("Check")},
    ]


def _fates() -> dict[str, Any]:
    return {
        "goes": {
            "lead": _("50 things, from our systems and from every back-up."),
            "items": [{"title": _("Events"), "text": _("11 things; your booking for Ghent is paid back")}],
        },
        "stays": {
            "lead": _("14 things, locked away. Only the law may open them."),
            "items": [
                {"title": _("8 invoices"), "text": _("until 31 December 2034, because tax law says so")}
            ],
        },
        "told": {
            "lead": _("2 organisations must erase too, and sign that they did."),
            "items": [{"title": "Druckhaus Lindner", "text": _("usually answers in 2 days")}],
        },
    }


def _stats() -> list[dict[str, Any]]:
    return [
        {
            "label": _("Open requests"),
            "value": 40,
            "trend": _("6 fewer than last week"),
            "direction": "down",
            "good": True,
        },
        {
            "label": _("Late"),
            "value": 1,
            "trend": _("1 more than last week"),
            "direction": "up",
            "good": False,
        },
        {"label": _("Days to answer"), "value": 9, "trend": _("As in October"), "direction": "equal"},
        {"label": _("Members"), "value": 10482},
    ]


def _strip() -> list[dict[str, Any]]:
    special = {3: "none", 4: "none", 84: "attention", 86: "danger", 87: "attention"}
    begin = TODAY - timedelta(days=89)
    return [
        {"day": (begin + timedelta(days=n)).strftime("%-d.%-m."), "state": special.get(n, "done")}
        for n in range(90)
    ]


def flow_rows() -> list[dict[str, Any]]:
    """Anna Berg's 64 things."""
    staff = {"name": _("Our own staff"), "note": _("nobody outside"), "url": "#charts"}
    books = {"name": "Nordic Ledger AB", "note": _("keeps our books"), "url": "#charts"}
    print_ = {"name": "Druckhaus Lindner", "note": _("prints and posts"), "url": "#charts"}
    members = {"name": _("Members who sign in"), "note": _("because you are listed"), "url": "#charts"}
    membership, contract, yes = _("Your membership"), _("contract"), _("your yes")
    return [
        _row(_("Name and contact"), 6, membership, contract, [staff]),
        _row(_("Name and contact"), 3, _("Journal by post"), yes, [print_], yes=True),
        _row(_("Name and contact"), 3, _("Member directory"), yes, [members], yes=True),
        _row(_("Membership"), 9, membership, contract, [staff]),
        _row(_("Events"), 11, _("Events you booked"), contract, [staff]),
        _row(_("Mail we sent"), 10, _("Monthly letter"), yes, [staff], yes=True),
        _row(_("Payments"), 14, _("Invoices and accounts"), _("tax law"), [books, staff]),
        _row(_("Directory and forum"), 8, _("Member directory"), yes, [members], yes=True),
    ]


def _row(what: Any, things: int, why: Any, note: Any, who: list[Any], *, yes: bool = False) -> dict[str, Any]:
    return {
        "what": what,
        "what_url": "#charts",
        "things": things,
        "why": why,
        "why_note": note,
        "why_url": "#charts",
        "who": who,
        "yes": yes,
    }
