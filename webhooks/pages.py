"""Rows as the console's blocks show them: timelines, tables, key lines. Addresses are text here, never links."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from webhooks.event_types import EventType
from webhooks.guard import AddressRefused, place_of
from webhooks.health import health_of
from webhooks.models import Attempt, Delivery, Endpoint, Key, Scheme
from webhooks.schedule import TRIES

Row = dict[str, Any]
STATE_OF_DELIVERY = {"due": "attention", "delivered": "done", "failed": "danger", "dead": "danger"}


def endpoint_rows(endpoints: Iterable[Endpoint], undelivered: Mapping[UUID, tuple[int, int]]) -> list[Row]:
    return [_endpoint_row(endpoint, *undelivered.get(endpoint.pk, (0, 0))) for endpoint in endpoints]


def _endpoint_row(endpoint: Endpoint, waiting: int, ended: int) -> Row:
    health = health_of(endpoint)
    url = reverse("admin:webhooks_endpoint_change", args=[endpoint.pk])
    last = (
        formats.date_format(endpoint.last_success_at, "DATE_FORMAT")
        if endpoint.last_success_at
        else _("never")
    )
    return {
        "head": {"text": endpoint.name, "url": url},
        "cells": [
            {"label": _("Recipient"), "text": endpoint.organisation},
            {
                "label": _("State"),
                "tag": {"state": health.state, "text": health.text, "icon": health.icon},
                "text": "",
            },
            {"label": _("Last success"), "text": last},
            {"label": _("Under way"), "text": waiting, "number": True},
            {"label": _("Not arrived"), "text": ended, "number": True},
        ],
    }


def delivery_rows(deliveries: Iterable[Delivery]) -> list[Row]:
    return [
        {
            "head": {
                "text": delivery.event.type,
                "url": reverse("admin:webhooks_delivery_change", args=[delivery.pk]),
            },
            "cells": [
                {"label": _("Sent"), "text": formats.date_format(delivery.created_at, "DATE_FORMAT")},
                {"label": _("Tries"), "text": delivery.attempts, "number": True},
                {"label": pgettext("noun", "Answer"), "tag": tag_of(delivery), "text": ""},
            ],
        }
        for delivery in deliveries
    ]


def heading_of(delivery: Delivery) -> str:
    """Erased, 17 November 2026."""
    day = formats.date_format(delivery.created_at, "DATE_FORMAT")
    return f"{EventType(delivery.event.type).label}, {day}"


def tag_of(delivery: Delivery) -> Row:
    return {"state": STATE_OF_DELIVERY[delivery.state], "text": delivery.get_state_display()}


def timeline_of(delivery: Delivery) -> list[Row]:
    """What is next, then what was, the last try first."""
    items = [_item_of(attempt) for attempt in delivery.tries.all()]
    if delivery.state == Delivery.State.DUE:
        items.insert(0, _next_try(delivery))
    return items


def _next_try(delivery: Delivery) -> Row:
    if not delivery.endpoint.is_active:
        return {"title": _("Waits until the endpoint is switched on"), "state": "current"}
    number = delivery.attempts - delivery.attempts_before + 1
    text = _("Try %(number)s of %(all)s.") % {"number": min(number, TRIES), "all": TRIES}
    return {"title": _("Next try"), "state": "current", "when": delivery.due_at, "text": text}


def _item_of(attempt: Attempt) -> Row:
    good = attempt.outcome == Attempt.Outcome.DELIVERED
    text = _("Try %(number)s") % {"number": attempt.number}
    if attempt.milliseconds is not None:
        seconds = formats.number_format(attempt.milliseconds / 1000, 1)
        text = _("%(try)s, %(seconds)s s") % {"try": text, "seconds": seconds}
    outcome = attempt.get_outcome_display()
    return {
        "title": f"{attempt.status}, {outcome}" if attempt.status else outcome,
        "state": "done" if good else "danger",
        "when": attempt.at,
        "text": f"{text}.",
    }


def what_we_sent(delivery: Delivery) -> str:
    """As text for a `pre`. The signature is of the moment of each try, so it is not among it."""
    try:
        path = place_of(delivery.endpoint.url).path
    except AddressRefused:
        path = "/"  # nothing is sent there any more
    body = json.dumps(delivery.payload, indent=2, sort_keys=True)
    return f"POST {path}\nwebhook-id: {delivery.webhook_id}\n\n{body}"


def keys_of(endpoint: Endpoint) -> list[Key]:
    """Those that sign today, the current ones first. Their secrets stay sealed."""
    live = Q(ends_at=None) | Q(ends_at__gt=Now())
    keys = Key.objects.filter(live, endpoint=endpoint).defer("secret")
    return sorted(keys, key=lambda key: (key.ends_at is not None, key.scheme != Scheme.V1A))


def told_about(endpoint: Endpoint) -> str:
    return ", ".join(str(EventType(kind).label) for kind in endpoint.event_types)
