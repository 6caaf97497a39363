"""Addresses of the Privacy tab: the opening page is made of every feature, so it is composed here."""

from django.urls import path

from ams.profile.privacy import overview
from privacy.urls import urlpatterns as rooms

app_name = "privacy"
urlpatterns = [path("", overview, name="tab"), *rooms]
