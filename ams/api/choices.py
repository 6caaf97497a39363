"""One's own choices, for programs: what is asked, in which words, where one stands, and another answer to it."""

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, generics, permissions, status, throttling
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ams.accounts import throttle
from ams.api.choice_serializers import (
    AnswerSerializer,
    ChoiceSerializer,
    DecisionSerializer,
    ProblemSerializer,
    answers_to,
)
from ams.languages import wishes
from ams.models import ApiToken
from consent.choices import Choice, choices_of
from consent.decide import CannotWithdraw, NothingToDecide, decline, give
from consent.history import Entry, history_of
from consent.models import Channel, Decision, Kind
from consent.objection import lift_now, object_now
from privacy.visitor import evidence_of

VERBS: Final[dict[str, Callable[..., Any]]] = {
    "yes": give,
    "no": decline,
    "object": object_now,
    "lift": lift_now,
}
IN_MY_LANGUAGE: Final = [
    OpenApiParameter(
        "Accept-Language",
        location=OpenApiParameter.HEADER,
        description="In which language the words are wanted.",
    )
]


class Conflict(exceptions.APIException):
    """409, and what there is to know about it (RFC 9457 calls them extension members)."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, detail: Any, **more: Any) -> None:
        super().__init__(detail)
        self.more = more


class AnswersThrottle(throttling.BaseThrottle):
    """Reading is free; whoever answers all the time is slowed down, as every answer is kept for good."""

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002 the library's signature
        user: Any = request.user
        if request.method in permissions.SAFE_METHODS or not user.is_authenticated:
            return True
        if throttle.answers_too_often(user.individual_id):
            return False
        throttle.count_answer(user.individual_id)
        return True

    def wait(self) -> float:
        return throttle.WINDOW.total_seconds()


class OfChoices(APIView):
    scope_to_read = ApiToken.Scope.CHOICES_READ
    scope_to_write = ApiToken.Scope.CHOICES_WRITE
    throttle_classes = (AnswersThrottle,)


class Choices(OfChoices):
    """Every statement that is for this person, in the association's order."""

    @extend_schema(parameters=IN_MY_LANGUAGE, responses=ChoiceSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(ChoiceSerializer(choices(request), many=True).data)


class OneChoice(OfChoices):
    """One statement. An answer names the version that the person has read; saying the same again changes nothing."""

    @extend_schema(parameters=IN_MY_LANGUAGE, responses={200: ChoiceSerializer, 404: ProblemSerializer})
    def get(self, request: Request, slug: str) -> Response:
        return Response(ChoiceSerializer(choice_of(request, slug)).data)

    @extend_schema(
        parameters=IN_MY_LANGUAGE,
        request=AnswerSerializer,
        responses={
            200: ChoiceSerializer,
            400: ProblemSerializer,
            404: ProblemSerializer,
            409: ProblemSerializer,
            429: ProblemSerializer,
        },
    )
    def put(self, request: Request, slug: str) -> Response:
        sent = AnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        choice = choice_of(request, slug)
        check(choice, sent.validated_data)
        answer(request, choice, sent.validated_data)
        return Response(ChoiceSerializer(choice_of(request, slug)).data)

    @extend_schema(
        parameters=IN_MY_LANGUAGE,
        request=AnswerSerializer,
        responses={
            200: ChoiceSerializer,
            400: ProblemSerializer,
            404: ProblemSerializer,
            409: ProblemSerializer,
            429: ProblemSerializer,
        },
    )
    def patch(self, request: Request, slug: str) -> Response:
        """The same: an answer is whole, or it is none."""
        return self.put(request, slug)


class History(generics.ListAPIView[Any]):
    """What this person decided, and when: all of it, the newest first."""

    serializer_class = DecisionSerializer
    scope_to_read = ApiToken.Scope.CHOICES_READ
    scope_to_write = ApiToken.Scope.CHOICES_WRITE
    queryset = Decision.objects.none()

    @extend_schema(parameters=IN_MY_LANGUAGE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:  # noqa: ARG002 the library's signature
        user: Any = self.request.user
        entries: list[Entry] = history_of(user.individual, language=language_of(self.request))
        return entries


def choices(request: Request) -> list[Choice]:
    user: Any = request.user
    return choices_of(user.individual, language=language_of(request), kinds=list(Kind))


def choice_of(request: Request, slug: str) -> Choice:
    found = next((each for each in choices(request) if each.statement.slug == slug), None)
    if found is None:
        raise Http404
    return found


def language_of(request: Request) -> str | None:
    """The dearest wish that the association can meet: its statements are in more languages than our own pages."""
    spoken = getattr(request, "association").languages  # noqa: B009 put there by our middleware
    return next((wish for wish in wishes(request._request) if wish in spoken), None)  # noqa: SLF001 documented by the library


def check(choice: Choice, sent: dict[str, Any]) -> None:
    """Before anything is written: are these the words of now, and can they be answered so?"""
    if sent["version"] != choice.version.number:
        told = _("Other words are in force. Show them, and ask once more.")
        raise Conflict(told, current=ChoiceSerializer(choice).data)
    if sent["answer"] == "no" and choice.statement.kind == Kind.AGREEMENT:
        raise Conflict(CannotWithdraw.reason, way_out=reverse("profile:leave"))
    if sent["answer"] not in answers_to(choice):
        raise exceptions.ValidationError({"answer": [_("This statement cannot be answered so.")]})
    if sent.get("language", choice.wording.language) not in languages(choice):
        raise exceptions.ValidationError({"language": [_("These words are not written in it.")]})


def languages(choice: Choice) -> set[str]:
    return set(choice.version.wordings.values_list("language", flat=True))


def answer(request: Request, choice: Choice, sent: dict[str, Any]) -> None:
    """What a program shows beside it we do not know, so nothing is said about that."""
    user: Any = request.user
    reason = {"reason": sent["reason"]} if sent.get("reason") and sent["answer"] == "object" else {}
    try:
        VERBS[sent["answer"]](
            user.individual,
            choice.version,
            channel=Channel.API,
            actor=user.individual_id,
            language=sent.get("language", choice.wording.language),
            evidence=evidence_of(request._request) | reason,  # noqa: SLF001 documented by the library
        )
    except NothingToDecide:
        raise Conflict(gettext_lazy("This is asked of nobody any more.")) from None
