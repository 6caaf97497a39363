"""Says who can sign in to the demo."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ams.demo.seed.logins import logins


class Command(BaseCommand):
    help = "Lists the demo's logins: role, e-mail, password, association, address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *, json: bool, **_: Any) -> None:
        found = [login.as_dict() for login in logins()]
        if json:
            self.stdout.write(as_json(found))
            return
        for login in found:
            self.stdout.write("{role:<14} {email:<34} {password:<16} {address}".format(**login))


def as_json(found: list[dict[str, str]]) -> str:
    return json.dumps(found, indent=2)
