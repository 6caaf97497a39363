"""Addresses of the member directory."""

from django.urls import path

from ams.members import mine, views

app_name = "members"
urlpatterns = [
    path("", views.listed, name="list"),
    path("mine/", mine.show, name="mine"),
    path("mine/introduction/", mine.introduction, name="introduction"),
    path("mine/<slug:field>/", mine.field, name="field"),
    path("<uuid:uid>/", views.person, name="person"),
    path("<uuid:uid>/photo/", views.photo, name="photo"),
]
