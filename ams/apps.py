"""The association as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AmsConfig(AppConfig):
    name = "ams"
    verbose_name = _("Association")
