"""Rooms of the Privacy tab: what we hold, who has it, my requests. Its opening page is made of every feature."""

from django.urls import path

from privacy import views

urlpatterns = [
    path("hold/", views.hold, name="hold"),
    path("who/", views.who, name="who"),
    path("requests/", views.requests, name="requests"),
]
