"""The first letter: to somebody who is nobody yet, so no row can hold their address and no queue may."""

import logging

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from ams.accounts import throttle
from ams.imports.inform import claim_url
from ams.mailing import compose
from ams.models import Account, Association, Individual
from ams.signup.confirm import link_for
from ams.signup.draft import Draft
from privacy.emails import ascii_email

log = logging.getLogger(__name__)


def send_letter(request: HttpRequest, draft: Draft) -> None:
    """A link to confirm the address; or, where it is known already, the way in. The page says the same to both.

    It leaves after the commit, straight from here: what waits in a queue would have to be kept somewhere.
    """
    email = draft.answers["account"]["email"]
    if throttle.is_too_often(request, email):
        return
    throttle.count_failure(request, email)
    association: Association = request.association  # type: ignore[attr-defined]
    known = Individual.objects.select_related("association").filter(email=email).first()
    if known is not None:
        message = _message(association, email, "signup/mail/known", way_in(known))
    else:
        message = _message(association, email, "signup/mail/confirm", association.url(link_for(draft)))
    transaction.on_commit(lambda: _send(message), robust=True)


def way_in(known: Individual) -> str:
    """Who came from a list has no login yet, and gets one behind the link."""
    has_login = Account.objects.filter(individual=known).exists()
    return known.association.url(reverse("login")) if has_login else claim_url(known)


def _message(association: Association, email: str, template: str, link: str) -> EmailMultiAlternatives:
    reader = Individual(email=email)
    language = association.language_for(get_language() or "")
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
