"""Every address of the product; features are named as strings."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from ams import health

handler500 = "ams.closed.server_error"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="profile:show"), name="home"),
    path("healthz", health.process, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("ams.look_urls")),
    path("", include("ams.accounts.urls")),
    path("join/", include("ams.signup.urls")),
    path("profile/", include("ams.profile.urls")),
    path("members/", include("ams.members.urls")),
    path("privacy/choices/", include("consent.urls")),
    path("privacy/take/", include("portability.urls")),
    path("privacy/erase/", include("erasure.urls")),
    path("privacy/", include("ams.profile.privacy_urls")),
    path("api/", include("ams.api.urls")),
    path("console/", admin.site.urls),
    path("language/", include("django.conf.urls.i18n")),
]
