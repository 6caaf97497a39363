"""Addresses of a member's choices."""

from django.urls import path

from consent import views

app_name = "consent"

urlpatterns = [
    path("", views.choices, name="choices"),
    path("<slug:slug>/", views.switch, name="switch"),
    path("undo/<uuid:decision>/", views.undo, name="undo"),
    path("words/<uuid:decision>/", views.wording, name="wording"),
    path("words/<slug:slug>/<int:number>/", views.version, name="version"),
]
