"""Addresses of the Privacy tab: what is made of every feature is composed here, and comes before the rooms."""

from django.urls import path

from ams.profile.privacy import overview, who
from privacy.urls import urlpatterns as rooms

app_name = "privacy"
urlpatterns = [path("", overview, name="tab"), path("who/", who, name="who"), *rooms]
