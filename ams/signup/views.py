"""The join wizard. A page is shown when all before it are answered; the answers alone say where somebody is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from ams.accounts import devices
from ams.authentication import let_in, may_sign_in
from ams.mailing import write_to
from ams.models import Account
from ams.signup import confirm as confirmation
from ams.signup import draft as drafts
from ams.signup import pages, receipt, steps
from ams.signup.draft import Draft, Lost
from ams.signup.join import AlreadyMember, Circumstances, join
from ams.signup.letters import ask_for_letter
from privacy.access import member_required
from privacy.visitor import evidence_of


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Wherever the visitor was; at the beginning for somebody new."""
    if request.user.is_authenticated:
        return redirect("profile:show")
    try:
        draft = drafts.find(request)
    except Lost:
        return redirect("join:step", "account")
    return redirect("join:step", steps.first_open(draft).slug)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, slug: str) -> HttpResponse:
    """A tab that stayed open while another one joined is led home, whatever it sends: nothing is done with it.

    Everybody else is protected below; here, signing in would have made that tab's token stale.
    """
    if request.user.is_authenticated:
        return redirect("join:done" if slug == "check" and request.method == "POST" else "profile:show")
    return _step(request, slug)


@csrf_protect
def _step(request: HttpRequest, slug: str) -> HttpResponse:
    wanted = steps.find(slug)
    if wanted is None:
        raise Http404
    try:
        draft = drafts.find(request, to_change=request.method == "POST")
    except Lost:
        if slug != "account":
            return redirect(f"{reverse('join:step', args=['account'])}?gone={int(drafts.was_here(request))}")
        draft = drafts.begin()
    if draft.joined:
        return _welcome(request, Account.objects.select_related("individual").get(individual_id=draft.joined))
    if not steps.is_open(wanted, draft):
        return redirect("join:step", steps.first_open(draft).slug)
    return _answer(request, wanted, draft) if request.method == "POST" else _ask(request, wanted, draft)


def _ask(request: HttpRequest, wanted: steps.Step, draft: Draft, form: Any = None) -> HttpResponse:
    if wanted.slug == "letter" and draft.is_confirmed:
        return _on(request, draft)
    if wanted.slug == "letter" and request.headers.get("HX-Request"):
        return HttpResponse(status=204)  # the page asks now and then whether the link has been followed
    context = pages.page(wanted, draft, form or wanted.form(draft, None))
    return render(request, f"signup/{wanted.slug}.html", context | words_in(request))


def words_in(request: HttpRequest) -> dict[str, str]:
    """What the address asks the page to say; a word of ours each, and nothing else."""
    return {"gone": request.GET.get("gone", ""), "said": request.GET.get("said", "")}


def _answer(request: HttpRequest, wanted: steps.Step, draft: Draft) -> HttpResponse:
    form = wanted.form(draft, request.POST)
    if not form.is_valid():
        return _ask(request, wanted, draft, form)
    if wanted.slug == "check":
        return _finish(request, draft)
    wanted.keep(draft, form)
    said = _write(request, draft) if wanted.slug in {"account", "letter"} and not draft.is_confirmed else ""
    draft.keep()
    response = _on(request, draft, said if wanted.slug == "letter" or said == "enough" else "")
    drafts.hand_over(response, draft)
    return response


def _write(request: HttpRequest, draft: Draft) -> str:
    """What the page of the letter says about it afterwards."""
    if not draft.count_letter():
        return "enough"
    ask_for_letter(request, draft)
    return "sent"


def _on(request: HttpRequest, draft: Draft, said: str = "") -> HttpResponse:
    target = reverse("join:step", args=[steps.first_open(draft).slug]) + (f"?said={said}" if said else "")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)


def _finish(request: HttpRequest, draft: Draft) -> HttpResponse:
    try:
        account = join(draft, Circumstances(get_language() or "en", evidence_of(request)))
    except AlreadyMember:
        return render(
            request, "signup/already.html", {"email": draft.answers["account"]["email"]}, status=409
        )
    draft.become(account.individual_id)
    write_to(account.individual, "signup/mail/receipt", receipt.letter(account.individual))
    return _welcome(request, account)


def _welcome(request: HttpRequest, account: Account) -> HttpResponse:
    """Also for a second click on the last button: its page must not be told that it is nobody's."""
    response = redirect("join:done")
    if may_sign_in(account):
        let_in(request, account)
        devices.remember(request, response, account.email)
    drafts.take_back(response)
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The letter's link. It asks for one press of a button, since mail programs follow links by themselves.

    Needs no token of ours against forgery: whoever sends this has the letter.
    """
    row = confirmation.confirm(token) if request.method == "POST" else confirmation.draft_of(token)
    if row is None:
        return render(request, "signup/stale.html", status=410)
    if request.method != "POST":
        return render(request, "signup/confirm.html")
    try:
        if drafts.find(request).row.pk == row.pk:
            return redirect("join:start")
    except Lost:
        pass
    return render(request, "signup/confirmed.html")


@require_safe
@member_required
def done(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    return render(request, "signup/done.html", receipt.page(user.individual))
