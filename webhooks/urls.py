"""What third parties call under /hooks/: nothing yet. Their signed receipts will arrive here."""

from django.urls import URLPattern

app_name = "webhooks"
urlpatterns: list[URLPattern] = []
