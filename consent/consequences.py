"""What a no changes, told before it and after it: what stops, what stays and why, what is erased and when."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consent.choices import Choice
from consent.models import Statement
from consent.removal import due_on, held_by
from privacy.vault.generations import keys_of_purpose


@dataclass(frozen=True, slots=True)
class Consequences:
    """`announced`: the no has been said. `on` is the day on which `data` goes; None where nothing rests on it alone."""

    stops: str
    stays: str
    data: str
    on: date | None
    announced: bool

    def is_under_way(self) -> bool:
        return self.on is not None and self.on <= timezone.localdate()


def consequences(choice: Choice) -> Consequences | None:
    """None where nothing would change, and where nothing is on its way."""
    if choice.is_yes():
        on = due_on(choice.statement) if rests_on(choice) else None
        return said(choice, on, announced=False)
    return said(choice, choice.goes_on, announced=True) if choice.goes_on else None


def said(choice: Choice, on: date | None, *, announced: bool) -> Consequences:
    return Consequences(
        stops=sentence(choice.wording.stops or _("We stop using your data for it at once.")),
        stays=sentence(choice.wording.stays),
        data=names_of(choice.statement) if on else "",
        on=on,
        announced=announced,
    )


def sentence(text: str) -> str:
    """Others follow it."""
    return text if not text or text[-1] in ".!?…" else f"{text}."


def rests_on(choice: Choice) -> bool:
    """Was anything ever written by this yes alone? The keyring knows without a query."""
    held = choice.standing and held_by(choice.statement)
    return bool(
        held and choice.standing and keys_of_purpose(choice.standing.individual_id, choice.statement.number)
    )


def names_of(statement: Statement) -> str:
    """As the declarations call it."""
    names = [str(each.model._meta.verbose_name) for each in held_by(statement)]
    return get_text_list(names, pgettext("list of names", "and"))
