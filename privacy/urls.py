"""The Privacy tab: what we hold, who has it, my requests. The other pages of the tab are their features' own."""

from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.tab, name="tab"),
    path("hold/", views.hold, name="hold"),
    path("who/", views.who, name="who"),
    path("requests/", views.requests, name="requests"),
    path("notice/", views.notice, name="notice"),
    path("complain/", views.complain, name="complain"),
]
