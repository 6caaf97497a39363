"""The ground floor as a Django app: finds every app's declarations and builds the walls after each migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        # The modules need the app registry, so they are imported when it is ready and not before.
        from privacy import checks  # noqa: PLC0415
        from privacy.database import after_migrate  # noqa: PLC0415

        autodiscover_modules("personal_data")
        checks.register_all()
        post_migrate.connect(after_migrate, sender=self)
