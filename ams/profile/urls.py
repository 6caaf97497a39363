"""Addresses of a member's own pages."""

from django.urls import path

from ams.leaving import views as leaving
from ams.profile import history, keys, views

app_name = "profile"
urlpatterns = [
    path("", views.show, name="show"),
    path("you/", views.person, name="person"),
    path("email/", views.email, name="email"),
    path("email/<str:token>/", views.email_confirm, name="email_confirm"),
    path("email/old/<str:token>/", views.email_old, name="email_old"),
    path("correction/", views.correction, name="correction"),
    path("pause/", views.pause, name="pause"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/end/", keys.end, name="key_end"),
    path("photo/<str:size>/", views.photo, name="photo"),
    path("document/<int:pk>/", views.document, name="document"),
    path("membership/", history.membership, name="membership"),
    path("membership/end/", leaving.end, name="leave"),
    path("membership/stay/", leaving.stay, name="stay"),
    path("payments/", history.payments, name="payments"),
    path("events/", history.events, name="events"),
    path("<slug:slug>/add/", views.part, name="part_add"),
    path("<slug:slug>/<int:pk>/", views.part, name="part"),
    path("<slug:slug>/<int:pk>/remove/", views.remove, name="part_remove"),
]
