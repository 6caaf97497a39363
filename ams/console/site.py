"""The staff's site: Django's admin, dressed as the house, with our own pages inside."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ConsoleSite(AdminSite):
    site_header = _("Console")
    site_title = _("Console")
    index_title = _("Today")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_staff)
