"""Lists for recipients in the console: chosen, counted, confirmed, handed over; and afterwards who is to be told."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.console.names import me, member, names_of
from ams.console.rows import ReadOnlyRowAdmin
from ams.models import Disclosure, Handover
from ams.sharing.fields import FIELDS, FOR_A_LETTER, labels
from ams.sharing.hand_over import AlreadyMade, NobodyOnIt, hand_over, parts
from ams.sharing.people import Offer, offers, people_for, who_said_yes
from ams.sharing.record import no_longer, numbers_no_longer
from consent.terms import terms
from privacy.admin import ReadOnlyAdmin
from privacy.numbers import row_or_404

A_PAGE: Final = 50
SHOWN: Final = 200  # who is to be told, by name of their number


class ListForm(forms.Form):
    to = forms.ChoiceField(label=gettext_lazy("Who gets the list"), widget=forms.RadioSelect)
    fields_ = forms.MultipleChoiceField(
        label=gettext_lazy("What it holds of each person"),
        help_text=gettext_lazy("Not more than the statement says."),
        choices=FIELDS.items(),
        initial=FOR_A_LETTER,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, found: Mapping[str, Offer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        to: Any = self.fields["to"]
        to.choices = [(key, f"{offer.recipient} · {offer.words.name}") for key, offer in found.items()]
        to.initial = next(iter(found), None) if len(found) == 1 else None

    @property
    def offer(self) -> Offer:
        return self.found[self.cleaned_data["to"]]

    @property
    def wanted(self) -> list[str]:
        wanted: list[str] = self.cleaned_data["fields_"]
        return wanted


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    pages = "sharing/console"

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
            handover = hand_over(number, form.offer, form.wanted, actor=me(request))
        except AlreadyMade:
            messages.warning(
                request, _("This list was handed over already. If you need it again, make a new one.")
            )
            return redirect("admin:ams_handover_change", number)
        except NobodyOnIt:
            messages.warning(request, _("Nobody would be on this list."))
            return redirect("admin:ams_handover_add")
        name = f"{handover.purpose}-{timezone.localdate():%Y-%m-%d}.csv"
        return download(parts(handover), name)  # type: ignore[return-value]  # a response, in pieces

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
        }
        return self.page(request, "handover", values)


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyRowAdmin):
    shown = ("handover", "at")
    tab = "letters"
    list_display = ("__str__", "person", "handover", "at")
    list_select_related = ("individual", "handover")
    date_hierarchy = "at"


def check_of(form: ListForm) -> dict[str, Any]:
    """What is about to be handed over, before it is."""
    offer, wanted = form.offer, form.wanted
    yes = who_said_yes(offer.purpose, to=offer.recipient).count()
    on_it = people_for(offer.purpose, wanted, to=offer.recipient).count()
    return {
        "title": _("Hand over a list"),
        "form": form,
        "offer": offer,
        "terms": terms(offer.words),
        "fields": labels([name for name in FIELDS if name in wanted]),
        "people": on_it,
        "left_out": yes - on_it,
        "hidden": [("to", offer.key), *[("fields_", name) for name in wanted], ("number", uuid4())],
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
