"""Addresses of a member's own pages."""

from django.urls import path
from django.views.generic import RedirectView

app_name = "profile"
urlpatterns = [path("", RedirectView.as_view(pattern_name="privacy:tab"), name="show")]
