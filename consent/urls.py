"""Addresses of a member's choices."""

from django.urls import path

from consent import stopping, views

app_name = "consent"

urlpatterns = [
    path("", views.choices, name="choices"),
    path("<slug:slug>/", views.switch, name="switch"),
    # Links in letters: nobody needs to sign in.
    path("stop/<str:token>/", stopping.stop, name="stop"),
    path("stop/undo/<str:token>/", stopping.undo, name="stop_undo"),
    path("undo/<uuid:decision>/", views.undo, name="undo"),
    path("words/<uuid:decision>/", views.wording, name="wording"),
    path("words/<slug:slug>/<int:number>/", views.version, name="version"),
]
