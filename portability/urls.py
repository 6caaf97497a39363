"""Addresses under /privacy/take/."""

from django.urls import path, register_converter

from portability import letter_views, views
from portability.models import Format


class FormatConverter:
    regex = "|".join(Format.values)

    def to_python(self, value: str) -> Format:
        return Format(value)

    def to_url(self, value: Format) -> str:
        return Format(value).value


register_converter(FormatConverter, "format")

app_name = "portability"
urlpatterns = [
    path("", views.take, name="take"),
    path("make/", views.make, name="make"),
    path("ask/", views.ask, name="ask"),
    path("schema/1/", views.schema, name="schema"),
    path("key/", views.key, name="key"),
    path("letter/<str:token>/", letter_views.letter, name="letter"),
    path("<uuid:export_id>/opened/", letter_views.opened, name="opened"),
    path("<uuid:export_id>/opened/<format:kind>/", letter_views.take_opened, name="take_opened"),
    path("<uuid:export_id>/", views.copy, name="copy"),
    path("<uuid:export_id>/status/", views.status, name="status"),
    path("<uuid:export_id>/stop/", views.stop, name="stop"),
    path("<uuid:export_id>/<format:kind>/", views.link, name="link"),
    path("<uuid:export_id>/<format:kind>/<str:token>/", views.download, name="download"),
]
