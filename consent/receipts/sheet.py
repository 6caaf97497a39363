"""A receipt for reading: the same facts for the page and for paper, in the reader's language."""

from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from consent.models import Act, Channel, Decision, Kind
from consent.receipts.build import address, past_and_this, wording_of
from consent.receipts.verify import Past, key_id
from privacy.signing import public_key

SAID: Final = {
    Act.GIVEN: gettext_lazy("You said yes to “%(name)s” on %(when)s."),
    Act.RENEWED: gettext_lazy("You said yes again to “%(name)s” on %(when)s."),
    Act.DECLINED: gettext_lazy("You said no to “%(name)s” on %(when)s."),
    Act.WITHDRAWN: gettext_lazy("You took back your yes to “%(name)s” on %(when)s."),
    Act.EXPIRED: gettext_lazy("Your yes to “%(name)s” ended by itself on %(when)s."),
    Act.PENDING: gettext_lazy(
        "You said yes to “%(name)s” on %(when)s. It counts once the link in our letter has been followed."
    ),
    Act.OBJECTED: gettext_lazy("You objected to “%(name)s” on %(when)s."),
    Act.LIFTED: gettext_lazy("Your objection to “%(name)s” ended on %(when)s."),
}
AGREED: Final = gettext_lazy("You agreed to “%(name)s” on %(when)s.")
YES_OR_NO: Final = {Act.GIVEN: "done", Act.RENEWED: "done", Act.LIFTED: "done"}


def sheet_of(decision: Decision) -> dict[str, Any]:
    """`decision`: from build.found."""
    words = wording_of(decision)
    kind = Kind(decision.version.statement.kind)
    sentence = AGREED if kind == Kind.AGREEMENT else SAID[Act(decision.act)]
    return {
        "decision": decision,
        "version": decision.version,
        "words": words,
        "kind": kind,
        "association": decision.individual.association,
        "said": sentence % {"name": words.name, "when": to_the_second(decision.at)},
        "past": [line(each, decision) for each in past_and_this(decision)],
        "key_id": key_id(public_key()),
        "check_at": address(decision.individual.association, "consent:verify"),
    }


def to_the_second(at: datetime) -> str:
    """24 November 2026, 10:51:07 CET: on one clock for the page, whichever it was recorded by (the data has that)."""
    here = timezone.localtime(at)
    return f"{formats.date_format(here, 'DATE_FORMAT')}, {here:%H:%M:%S}\u00a0{here.tzname()}"


def state(past: Past) -> dict[str, Any]:
    """Of a receipt that was checked: its words are ours, as the signature is."""
    return {
        "title": Act(past.act).label,
        "state": YES_OR_NO.get(Act(past.act), ""),
        "when": to_the_second(past.at),
        "text": _("Version %(number)s, %(where)s.")
        % {"number": past.version, "where": Channel(past.channel).label},
    }


def line(decision: Decision, this: Decision) -> dict[str, Any]:
    is_this = decision.pk == this.pk
    return {
        "title": decision.get_act_display(),
        "state": YES_OR_NO.get(Act(decision.act), ""),
        "when": to_the_second(decision.at),
        "text": _("Version %(number)s, %(where)s, in %(language)s.")
        % {
            "number": decision.version.number,
            "where": Channel(decision.channel).label,
            "language": get_language_info(decision.language)["name_translated"],
        },
        "url": "" if is_this else reverse("consent:receipt", args=[decision.pk]),
        "link": capfirst(_("its receipt")),
    }
