"""Rooms of the Privacy tab. The opening page, `privacy:tab`, is put in front by ams (ams/profile/privacy_urls.py)."""

from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("hold/", views.hold, name="hold"),
    path("who/", views.who, name="who"),
    path("requests/", views.requests, name="requests"),
    path("notice/", views.notice, name="notice"),
    path("complain/", views.complain, name="complain"),
]
