"""Addresses under /privacy/erase/."""

from django.urls import path

from erasure import views

app_name = "erasure"
urlpatterns = [
    path("", views.plan_view, name="plan"),
    path("stop/", views.cancel_view, name="stop"),
    path("stop/<str:token>/", views.cancel_by_link, name="cancel"),
    path("certificate/<str:token>/", views.certificate, name="certificate"),
]
