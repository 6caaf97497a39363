"""The first letter: to somebody who is nobody yet, so no row can hold their address and no queue may."""

import logging
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from ams.accounts import door, throttle
from ams.imports.inform import claim_url
from ams.mailing import compose
from ams.models import Account, Association, Individual
from ams.models.association import visiting
from ams.signup.confirm import link_for
from ams.signup.draft import Draft
from privacy.emails import ascii_email
from privacy.tenancy import speaking_for

log = logging.getLogger(__name__)


def ask_for_letter(request: HttpRequest, draft: Draft) -> None:
    """The page says the same to everybody, and takes the same time: the worker looks whether we know the address."""
    from ams.tasks import send_join_letter  # noqa: PLC0415  the task calls answer() of this module

    asked = {
        "email": draft.answers["account"]["email"],
        "link": link_for(draft),
        "host": request.get_host().rsplit(":", 1)[0],
        "language": get_language() or "",
        "network": throttle.network_of(request),
    }
    door.ask(send_join_letter, asked)


def answer(association_id: UUID, number: UUID, key: str) -> None:
    """It leaves straight from here, after the commit: what waits in a queue would have to be kept somewhere."""
    with speaking_for(association_id):
        asked = door.take(number, key)
        message = letter_for(Association.objects.get(pk=association_id), **asked) if asked else None
    if message is not None:
        _send(message)


def letter_for(
    association: Association, *, email: str, link: str, host: str, language: str, network: str
) -> EmailMultiAlternatives | None:
    """A link to confirm the address; or, where it is known already, the way in. None: too many in a short time."""
    if throttle.letter_has_to_wait(email) or throttle.strangers_have_to_wait(network):
        return None
    throttle.count_letter(email)
    throttle.count_stranger(network)
    known = Individual.objects.select_related("association").filter(email=email).first()
    with visiting(host):
        way = way_in(known) if known else association.url(link)
    template = "signup/mail/known" if known else "signup/mail/confirm"
    return _message(association, email, template, way, association.language_for(language))


def way_in(known: Individual) -> str:
    """Who came from a list has no login yet, and gets one behind the link."""
    has_login = Account.objects.filter(individual=known).exists()
    return known.association.url(reverse("login")) if has_login else claim_url(known)


def _message(
    association: Association, email: str, template: str, link: str, language: str
) -> EmailMultiAlternatives:
    reader = Individual(email=email)
    subject, text, html = compose(reader, association, template, {"link": link}, language)
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=f'"{association.short_name}" <{association.contact_email}>',
        to=[ascii_email(email)],
        reply_to=[association.contact_email],
    )
    message.attach_alternative(html, "text/html")
    return message


def _send(message: EmailMultiAlternatives) -> None:
    try:
        message.send()
    except OSError:
        # No details: an SMTP error repeats the address. The page offers to send the letter again.
        log.warning("The first letter to somebody who wants to join could not be sent.")
