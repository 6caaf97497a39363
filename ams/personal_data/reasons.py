"""Reasons, recipients and retentions that several declarations share."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import because

MEMBERS = _("Members who sign in")
WHILE_A_MEMBER = _("Until your membership ends or you change it")
COARSE = because(_("Too coarse to tell who somebody is; lists and statistics are made from it."))
A_DATE = because(_("A date beside an opaque number; lists are sorted and deadlines counted by it."))
A_STATE = because(_("A state beside an opaque number; the programme works by it."))
BOOKS = because(_("It names an entry in the books, not a person; the amount and the name are sealed."))
COUNTED = because(
    _(
        "Places are counted by it. Whoever had a copy of the database, and knew everything that you took part in, "
        "could tell which opaque number is yours."
    )
)
