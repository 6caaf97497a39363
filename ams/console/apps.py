"""The console takes the place of Django's admin site, so that features register with `@admin.register`."""

from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    default_site = "ams.console.site.ConsoleSite"
