"""`migrate` as the owner of the tables, since the application's own role may change none."""

from typing import Any

from django.core.checks import CheckMessage
from django.core.management.commands.migrate import Command as Migrate

from privacy.tenancy import as_owner


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)

    def check(self, *args: Any, **kwargs: Any) -> list[CheckMessage] | None:  # type: ignore[override]
        # The walls (privacy.E011) are what this command is about to build, so they are not asked for before.
        return super().check(*args, **kwargs | {"databases": None})
