"""What webhooks holds about an individual: one random id per recipient, and nothing else."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Basis, Category, Delete, Origin, Personal, because
from privacy.inventory import declare, declare_impersonal
from webhooks.models import Attempt, Delivery, Endpoint, Event, Key, Pairwise

declare(
    Pairwise,
    subject="individual",
    purpose=_("Telling those who have your data when you correct, restrict or erase it"),
    basis=Basis.LEGAL_OBLIGATION,
    category=Category.REQUESTS,
    fields={
        "endpoint": Personal(
            plain=because(_("Which organisation it is says no more than your list of recipients."))
        ),
        "uid": Personal(
            plain=because(_("A random number that only this recipient can connect with you.")), data_only=True
        ),
        "created_at": Personal(plain=because(_("The day on which a recipient first heard of you."))),
    },
    not_personal={"association"},
    retention=_("As long as we hold data about you."),
    origin=Origin.OURS,
    on_erasure=Delete(),
)
declare_impersonal(
    Endpoint,
    Key,
    Event,
    because=_("They describe organisations, their keys and what kind of thing happened, not a person."),
)
declare_impersonal(
    Delivery,
    Attempt,
    because=_(
        "A notice names a person by an id that only its recipient can resolve. The one row that connects "
        "that id with a person is deleted with the person."
    ),
)
