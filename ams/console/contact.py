"""How a person is reached, and for whom they work."""

from django.contrib import admin

from ams import models as m
from ams.console.rows import RowAdmin


@admin.register(m.PostalAddress)
class PostalAddressAdmin(RowAdmin):
    shown = ("kind", "addressee", "street", "postcode", "town", "region", "country", "is_preferred")
    tells = True
    list_display = ("__str__", "person", "kind", "country", "is_preferred", "since")
    list_filter = ("kind", "is_preferred")


@admin.register(m.PhoneNumber)
class PhoneNumberAdmin(RowAdmin):
    shown = ("kind", "number")
    tells = True
    list_display = ("__str__", "person", "kind", "since")
    list_filter = ("kind",)


@admin.register(m.OtherEmail)
class OtherEmailAdmin(RowAdmin):
    shown = ("address",)
    tells = True
    list_display = ("__str__", "person", "since")


@admin.register(m.SocialProfile)
class SocialProfileAdmin(RowAdmin):
    shown = ("network", "handle")
    tells = True
    list_display = ("__str__", "person", "since")


@admin.register(m.Affiliation)
class AffiliationAdmin(RowAdmin):
    shown = ("kind", "organisation", "department", "position", "began_on", "ended_on")
    tells = True
    list_display = ("__str__", "person", "kind", "since")
    list_filter = ("kind",)
