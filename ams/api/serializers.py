"""How requests and copies look to programs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portability.models import Export, Format
from privacy.requests.models import Kind, Request

# Erasure is confirmed by reading the plan, which a program cannot do for a person.
ASKED_HERE = [choice for choice in Kind.choices if choice[0] != Kind.ERASURE]


class RequestSerializer(serializers.ModelSerializer[Request]):
    kind = serializers.ChoiceField(
        choices=ASKED_HERE, error_messages={"invalid_choice": _("This is none of the listed words.")}
    )

    class Meta:
        model = Request
        fields = ("id", "kind", "state", "received_at", "due_at", "answered_at", "reference")
        read_only_fields = ("id", "state", "received_at", "due_at", "answered_at", "reference")


class ExportSerializer(serializers.ModelSerializer[Export]):
    files = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = ("id", "state", "percent", "created_at", "ready_at", "expires_at", "reference", "files")
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=serializers.URLField()))
    def get_files(self, export: Export) -> dict[str, str]:
        """Where the files are fetched, once they are ready."""
        if not export.is_ready:
            return {}
        request: Any = self.context["request"]
        return {
            kind.value: request.build_absolute_uri(reverse("api:export-file", args=[export.pk, kind.value]))
            for kind in Format
        }
