"""Addresses of the API, and its description."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from ams.api import choices, views

app_name = "api"
description = SpectacularAPIView.as_view(permission_classes=[AllowAny], authentication_classes=[])
urlpatterns = [
    path(
        "schema/",
        SpectacularAPIView.as_view(permission_classes=[AllowAny], authentication_classes=[]),
        name="schema",
    ),
    path("v1/me/", views.OwnData.as_view(), name="me"),
    path("v1/me/choices/", choices.Choices.as_view(), name="choices"),
    path("v1/me/choices/history/", choices.History.as_view(), name="choices-history"),
    path("v1/me/choices/<slug:slug>/", choices.OneChoice.as_view(), name="choice"),
    path("v1/exports/", views.Exports.as_view(), name="exports"),
    path("v1/exports/<uuid:pk>/", views.OneExport.as_view(), name="export"),
    path("v1/exports/<uuid:pk>/<str:kind>/", views.ExportFile.as_view(), name="export-file"),
    path("v1/requests/", views.Requests.as_view(), name="requests"),
    path("v1/requests/<uuid:pk>/", views.OneRequest.as_view(), name="request"),
]
