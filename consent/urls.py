"""Addresses of a member's choices."""

from django.urls import path

from consent import again, confirming, guarding, naming, objecting, scan, stopping, views
from consent.receipts import views as receipts

app_name = "consent"

urlpatterns = [
    path("", views.choices, name="choices"),
    # Before any statement's own address.
    path("again/", again.again, name="again"),
    path("verify/", receipts.verify, name="verify"),
    path("<slug:slug>/", views.switch, name="switch"),
    # What is done without asking.
    path("object/<slug:slug>/", objecting.switch, name="object"),
    # Who answers for a child.
    path("guardian/name/", naming.name, name="guardian_name"),
    # Links in letters: nobody needs to sign in.
    path("confirm/again/<uuid:number>/", confirming.again, name="confirm_again"),
    path("confirm/<str:token>/", confirming.click, name="confirm"),
    path("guardian/<str:token>/", guarding.answer, name="guardian"),
    path("stop/<str:token>/", stopping.stop, name="stop"),
    path("stop/undo/<str:token>/", stopping.undo, name="stop_undo"),
    # Receipts, to keep.
    path("receipt/<uuid:decision>/", receipts.receipt, name="receipt"),
    path("receipt/<uuid:decision>/json/", receipts.receipt_json, name="receipt_json"),
    path("receipt/<uuid:decision>/pdf/", receipts.receipt_pdf, name="receipt_pdf"),
    # What staff entered: the scan behind it.
    path("scan/<uuid:decision>/", scan.scan, name="scan"),
    path("undo/<uuid:decision>/", views.undo, name="undo"),
    path("words/<uuid:decision>/", views.wording, name="wording"),
    path("words/<slug:slug>/<int:number>/", views.version, name="version"),
]
