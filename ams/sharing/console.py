"""Lists for recipients in the console: chosen, counted, confirmed, handed over; and afterwards who is to be told."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ams.console.names import me, member, names_of
from ams.console.rows import ReadOnlyRowAdmin
from ams.models import Disclosure, Handover
from ams.sharing.fields import labels
from ams.sharing.hand_over import AlreadyMade, NobodyOnIt, fetch, hand_over, parts, waits_for
from ams.sharing.people import Offer, offers, people_for, who_said_yes
from ams.sharing.record import no_longer, numbers_no_longer
from consent.terms import terms
from privacy.admin import ReadOnlyAdmin
from privacy.numbers import row_or_404

A_PAGE: Final = 50
SHOWN: Final = 200  # who is to be told, by name of their number


class ListForm(forms.Form):
    to = forms.ChoiceField(
        label=gettext_lazy("Who gets the list"),
        help_text=gettext_lazy("It holds what the statement names, of those whose own words name it too."),
        widget=forms.RadioSelect,
    )

    def __init__(self, found: Mapping[str, Offer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        to: Any = self.fields["to"]
        to.choices = [(key, told(offer)) for key, offer in found.items()]
        to.initial = next(iter(found), None) if len(found) == 1 else None

    @property
    def offer(self) -> Offer:
        return self.found[self.cleaned_data["to"]]


def told(offer: Offer) -> str:
    return f"{offer.recipient} · {offer.words.name} · {', '.join(labels(offer.fields))}"


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    pages = "sharing/console"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.list_view))
        return [path("<uuid:pk>/list.csv", view, name="ams_handover_list"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_right(request, "add")

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 Django's signature
    ) -> HttpResponse:
        self.require(request, "view")
        page = Paginator(Handover.objects.all(), A_PAGE).get_page(request.GET.get("page"))
        names, gone = names_of(row.made_by for row in page), numbers_no_longer(page)
        lines = [
            {
                "handover": row,
                "by": names.get(row.made_by, ""),
                "gone": gone.get(row.pk, 0),
                "fields": labels(row.fields),
            }
            for row in page
        ]
        values = {"title": _("Lists handed over"), "lines": lines, "page": page, "offers": offers()}
        return self.page(request, "lists", values)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        """First who and what; then, with the number of people before one's eyes, the list itself."""
        self.require(request, "add")
        found = {offer.key: offer for offer in offers()}
        form = ListForm(found, request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            return self.page(
                request, "choose", {"title": _("Hand over a list"), "form": form, "offers": found}
            )
        if number := number_in(request):
            return self.given_out(request, form, number)
        return self.page(request, "check", check_of(form))

    def given_out(self, request: HttpRequest, form: ListForm, number: UUID) -> HttpResponse:
        try:
            hand_over(number, form.offer, actor=me(request))
        except AlreadyMade:
            messages.warning(
                request, _("This list was handed over already. If you need it again, make a new one.")
            )
            return redirect("admin:ams_handover_change", number)
        except NobodyOnIt:
            messages.warning(request, _("Nobody would be on this list."))
            return redirect("admin:ams_handover_add")
        return redirect("admin:ams_handover_change", number)

    def list_view(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The file, once: the page that leads here keeps no button (see `waits_for`)."""
        self.require(request, "add")
        handover = get_object_or_404(Handover, pk=pk)
        if not fetch(handover, actor=me(request)):
            return redirect("admin:ams_handover_change", pk)
        return download(parts(handover), f"{handover.purpose}-{timezone.localdate():%Y-%m-%d}.csv")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.require(request, "view")
        handover = row_or_404(Handover, object_id)
        gone = [(each.individual, member(each.individual)) for each in no_longer(handover)[:SHOWN]]
        values = {
            "title": handover.recipient,
            "handover": handover,
            "fields": labels(handover.fields),
            "by": names_of([handover.made_by]).get(handover.made_by, ""),
            "gone": gone,
            "number_gone": numbers_no_longer([handover]).get(handover.pk, 0),
            "comes": waits_for(handover, me(request)),
        }
        page = self.page(request, "handover", values)
        if values[
            "comes"
        ]:  # the browser goes on to the file by itself, without script, and stays on this page
            page["Refresh"] = f"1; url={reverse('admin:ams_handover_list', args=[handover.pk])}"
        return page


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyRowAdmin):
    shown = ("handover", "at")
    tab = "letters"
    list_display = ("__str__", "person", "handover", "at")
    list_select_related = ("individual", "handover")
    date_hierarchy = "at"


def check_of(form: ListForm) -> dict[str, Any]:
    """What is about to be handed over, before it is."""
    offer = form.offer
    yes = who_said_yes(offer.purpose, to=offer.recipient).count()
    covered = who_said_yes(offer.purpose, offer.fields, to=offer.recipient).count()
    on_it = people_for(offer.purpose, offer.fields, to=offer.recipient).count()
    return {
        "title": _("Hand over a list"),
        "form": form,
        "offer": offer,
        "terms": terms(offer.words),
        "fields": labels(offer.fields),
        "people": on_it,
        "left_out": covered - on_it,
        "not_covered": yes - covered,
        "hidden": [("to", offer.key), ("number", uuid4())],
    }


def number_in(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("number", ""))
    except ValueError:
        return None


def download(content: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """It begins once the transaction that records the list has ended. Nothing of it is stored."""
    answer = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
