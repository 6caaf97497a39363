"""Memberships, committees and certificates; and what the association offers of them."""

from typing import Any

from django.contrib import admin

from ams import models as m
from ams.console.rows import RowAdmin
from privacy.console import OpaqueAdmin


@admin.register(m.MembershipType)
class MembershipTypeAdmin(OpaqueAdmin[Any]):
    list_display = ("name", "code", "yearly_fee", "currency", "is_open", "position")
    list_filter = ("is_open",)
    actions = None


@admin.register(m.Membership)
class MembershipAdmin(RowAdmin):
    shown = ("type", "state", "began_on", "ended_on", "reason_for_leaving")
    tab = "membership"
    list_display = ("__str__", "person", "type", "state", "began_on", "ended_on")
    list_filter = ("state", "type")
    list_select_related = ("individual", "type")


@admin.register(m.Committee)
class CommitteeAdmin(OpaqueAdmin[Any]):
    list_display = ("name", "task")
    actions = None


@admin.register(m.CommitteeService)
class CommitteeServiceAdmin(RowAdmin):
    shown = ("committee", "office", "began_on", "ended_on")
    tab = "membership"
    list_display = ("__str__", "person", "committee", "began_on", "ended_on")
    list_filter = ("committee",)
    list_select_related = ("individual", "committee")


@admin.register(m.Certificate)
class CertificateAdmin(RowAdmin):
    shown = ("title", "number", "result", "issued_on", "valid_until")
    tab = "membership"
    list_display = ("__str__", "person", "issued_on", "valid_until")
