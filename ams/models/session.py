"""The session of a visitor: found by its person, unreadable without the visitor's cookie."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation

EXPIRE_DATE = _("expire date")  # Django's own field; its catalogs of sessions are not loaded


class Session(AbstractBaseSession, OfAssociation):
    """`session_key` is a digest of the cookie, `session_data` is sealed with a key made from it."""

    individual = models.ForeignKey(
        "ams.Individual",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("individual"),
    )

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = _("session")  # type: ignore[assignment]  # Django takes lazy texts
        verbose_name_plural = _("sessions")  # type: ignore[assignment]  # as above

    def __str__(self) -> str:
        return "session"

    @classmethod
    def get_session_store_class(cls):  # type: ignore[no-untyped-def]  # noqa: ANN206 the parent has no types
        from ams.sessions import SessionStore  # noqa: PLC0415 the store needs this model first

        return SessionStore
