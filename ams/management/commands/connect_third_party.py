"""Introduces the demo's third party: an endpoint in each association, and the secrets for the other side."""

import json
import os
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from ams.models import Association
from privacy.tenancy import speaking_for
from webhooks import endpoints
from webhooks.event_types import SUBSCRIBABLE
from webhooks.models import Endpoint, Key, Scheme

NAME: Final = "Congress registration"
ORGANISATION: Final = "Demo Congress Services"


class Command(BaseCommand):
    help = "Connects the demo's third party. Repeating it changes nothing but its address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("origin", help="where the third party listens")
        parser.add_argument("folder", type=Path, help="where it reads its secrets")

    def handle(self, *, origin: str, folder: Path, **_: Any) -> None:
        secrets = {}
        for association in Association.objects.all():
            with speaking_for(association.pk):
                endpoint = connected(f"{origin}/notices/{association.slug}")
                secrets[association.slug] = shared_secret(endpoint)
        write_for_owner_only(folder / "secrets.json", json.dumps(secrets))


def connected(url: str) -> Endpoint:
    """Its port may have changed since the last start; what staff have changed stays."""
    endpoint = Endpoint.objects.filter(name=NAME).first()
    if endpoint is None:
        return endpoints.create(name=NAME, organisation=ORGANISATION, url=url, event_types=SUBSCRIBABLE)
    if endpoint.url != url:
        endpoints.change(
            endpoint,
            name=endpoint.name,
            organisation=endpoint.organisation,
            url=url,
            event_types=endpoint.event_types,
            signatures=endpoint.signatures,
        )
    return endpoint


def shared_secret(endpoint: Endpoint) -> str:
    """Empty when staff chose signatures without a shared secret."""
    key = Key.objects.filter(endpoint=endpoint, scheme=Scheme.V1, ends_at=None).first()
    return str(key.secret) if key else ""


def write_for_owner_only(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
