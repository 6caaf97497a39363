"""What has been between a member and the association: memberships, payments, events. To read, not to change."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ams.leaving.views import ending_of
from ams.models import Certificate, CommitteeService, EventRegistration, Invoice, Membership, Payment
from ams.newest import newest_first
from privacy.access import member_required


@require_safe
@member_required
def membership(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    about = {"individual_id": user.individual_id}
    services = CommitteeService.objects.filter(**about).select_related("committee")
    page = {
        "memberships": newest_first(Membership.objects.filter(**about).select_related("type"), "began_on"),
        "ending": ending_of(user.individual),
        "services": newest_first(services, "began_on"),
        "certificates": newest_first(Certificate.objects.filter(**about), "issued_on"),
    }
    return render(request, "profile/membership.html", page)


@require_safe
@member_required
def payments(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    about = {"individual_id": user.individual_id}
    page = {
        "invoices": Invoice.objects.filter(**about),
        "payments": Payment.objects.filter(**about).select_related("invoice"),
    }
    return render(request, "profile/payments.html", page)


@require_safe
@member_required
def events(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    bookings = EventRegistration.objects.filter(individual_id=user.individual_id).select_related("event")
    return render(request, "profile/events.html", {"bookings": newest_first(bookings, "booked_at")})
