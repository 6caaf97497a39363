"""Addresses of the join wizard."""

from django.urls import path

from ams.signup import views

app_name = "join"

urlpatterns = [
    path("", views.start, name="start"),
    path("done/", views.done, name="done"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("<slug:slug>/", views.step, name="step"),
]
