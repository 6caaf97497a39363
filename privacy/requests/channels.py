"""How a request came, in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.declarations import Text

HERE: Final = _("these pages")

# A request says by a word of the ledger's list (privacy/ledger/kinds.py) where it came from.
CAME_BY: Final[Mapping[str, Text]] = {
    "member": HERE,
    "profile": HERE,
    "privacy": HERE,
    "tab": HERE,
    "web": HERE,
    "wizard": _("when you joined"),
    "join": _("when you joined"),
    "staff": _("our staff"),
    "console": _("our staff"),
    "command": _("our operators"),
    "operator": _("our operators"),
    "api": _("a program of yours"),
    "mail": _("a link in a letter of ours"),
    "email": pgettext_lazy("a request came by", "e-mail"),
    "letter": pgettext_lazy("a request came by", "letter"),
    "phone": pgettext_lazy("a request came by", "phone"),
    "in_person": _("said in person"),
    "import": _("an earlier list"),
    "system": _("by itself"),
}
