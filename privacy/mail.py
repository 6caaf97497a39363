"""Writes to a person without knowing how mail is sent: that is the association's affair (PRIVACY_MAILER)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def write_to(
    individual: Any,
    template: str,
    context: Mapping[str, Any],
    *,
    keep: bool = True,
    address: str | None = None,
) -> None:
    """In the caller's transaction: the letter is sent if and only if the rest is done.

    `keep=False`: the letter is not kept among the mail that we sent, since it holds a link or tells of an erasure.
    `address`: another than the person's own, such as that of a parent who answers for them.
    """
    write: Any = import_string(settings.PRIVACY_MAILER)
    write(individual, template, dict(context), keep=keep, address=address)
