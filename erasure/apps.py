"""The app's name and its declarations."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ErasureConfig(AppConfig):
    name = "erasure"
    verbose_name = _("Erasure")

    def ready(self) -> None:
        from erasure.walls import after_migrate  # noqa: PLC0415 it reads models, which are ready now and not before

        post_migrate.connect(after_migrate, sender=self)
