"""How choices, answers and decisions look to programs."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consent.choices import Choice
from consent.models import Act, Channel, Kind, Purpose, Wording
from privacy.declarations import Basis

ANSWERS: Final = ("yes", "no", "object", "lift")
LONGEST: Final = 2000
WORDS: Final = (
    "language", "name", "title", "text", "what", "who", "why", "how_long", "stops", "stays", "yes", "no", "hash",
)  # fmt: skip


class WordsSerializer(serializers.ModelSerializer[Wording]):
    """In one language; `text` is CommonMark without HTML, `hash` the SHA-256 of these words."""

    class Meta:
        model = Wording
        fields = WORDS
        read_only_fields = WORDS


class ChoiceSerializer(serializers.Serializer[Any]):
    """A statement as it is asked today, and where the person stands on it."""

    slug = serializers.CharField(source="statement.slug")
    kind = serializers.ChoiceField(Kind.choices, source="statement.kind")
    purpose = serializers.ChoiceField(Purpose.choices, source="version.purpose")
    basis = serializers.ChoiceField(Basis.choices, source="version.basis")
    recipients = serializers.ListField(child=serializers.CharField(), source="version.recipients")
    version = serializers.IntegerField(source="version.number")
    version_hash = serializers.CharField(source="version.hash")
    in_force_from = serializers.DateTimeField(source="version.effective_at")
    words = WordsSerializer(source="wording")
    standing = serializers.ChoiceField(Act.choices, source="standing.act", allow_null=True)
    answered_version = serializers.IntegerField(source="standing.version.number", allow_null=True)
    decision = serializers.UUIDField(source="standing.decision_id", allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(source="standing.until", allow_null=True)
    allowed = serializers.SerializerMethodField()
    pending = serializers.BooleanField(source="is_pending")
    must_ask_again = serializers.BooleanField()
    removal_on = serializers.DateField(source="goes_on", allow_null=True)
    answers = serializers.SerializerMethodField()

    @extend_schema_field(serializers.BooleanField(allow_null=True))
    def get_allowed(self, choice: Choice) -> bool | None:
        """Is the use allowed now? Null for what is neither a consent nor an interest of the association."""
        if choice.statement.kind == Kind.CONSENT:
            return choice.is_yes()
        return not choice.is_objected() if choice.version.can_be_objected_to() else None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(ANSWERS)))
    def get_answers(self, choice: Choice) -> list[str]:
        """What may be answered."""
        return answers_to(choice)


def answers_to(choice: Choice) -> list[str]:
    statement = choice.statement
    if statement.kind == Kind.NOTICE:
        return ["object", "lift"] if choice.version.can_be_objected_to() else []
    return ["yes", "no"] if statement.kind == Kind.CONSENT else ["yes"]


class AnswerSerializer(serializers.Serializer[Any]):
    """`version`: the number of the one that the person has read. `language`: in which they read it."""

    answer = serializers.ChoiceField(
        ANSWERS, error_messages={"invalid_choice": _("This is none of the listed words.")}
    )
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    language = serializers.CharField(max_length=12, required=False)
    reason = serializers.CharField(
        max_length=LONGEST,
        required=False,
        allow_blank=True,
        help_text="With an objection, if the person likes to say why.",
    )


class DecisionSerializer(serializers.Serializer[Any]):
    """One answer, as it is kept. `language`: in which the words were read; `text_hash`: the SHA-256 of those."""

    id = serializers.UUIDField(source="decision.pk")
    slug = serializers.CharField(source="decision.statement.slug")
    kind = serializers.ChoiceField(Kind.choices, source="decision.statement.kind")
    name = serializers.CharField()
    answer = serializers.ChoiceField(Act.choices, source="decision.act")
    at = serializers.DateTimeField(source="decision.at")
    zone = serializers.CharField(source="decision.zone")
    version = serializers.IntegerField(source="decision.version.number")
    version_hash = serializers.CharField(source="decision.version.hash")
    language = serializers.CharField(source="decision.language")
    text_hash = serializers.CharField(source="decision.text_hash")
    channel = serializers.ChoiceField(Channel.choices, source="decision.channel")


class FieldProblemSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `current`: the choice as it is asked now; `way_out`: where an agreement is ended."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]  # the name of the standard
    current = ChoiceSerializer(required=False)
    way_out = serializers.CharField(required=False)
