"""The addresses of the look: one colour, one little picture, and in debug mode the style guide."""

from django.urls import path

from ams import look

urlpatterns = [
    path("brand.css", look.brand, name="brand"),
    path("favicon.svg", look.favicon, name="favicon"),
    path("favicon.ico", look.favicon),
    path("styleguide/", look.styleguide, name="styleguide"),
]
