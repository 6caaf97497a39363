"""The base of the console's pages about people: what staff do goes to the ledger, not to Django's log."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

from django.contrib import admin
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from privacy import searching
from privacy.day_field import IN_PARTS
from privacy.declarations import SELF
from privacy.inventory import declaration_of
from privacy.ledger import Kind, append
from privacy.vault.fields import SealedMixin

M = TypeVar("M", bound=Model)
EXACT = {"exact", "iexact"}


if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin
else:

    class ModelAdmin(admin.ModelAdmin):  # takes no parameters at run time
        __class_getitem__ = classmethod(lambda cls, _model: cls)


class OpaqueAdmin(ModelAdmin[M]):
    """Django's own log keeps what a row is called, and that may be a name; the ledger keeps numbers only."""

    formfield_overrides: ClassVar[Any] = IN_PARTS
    pages = "console"  # the folder of the templates of pages of our own

    def has_right(self, request: HttpRequest, verb: str) -> bool:
        """Asked directly: pages of our own are not Django's forms, which `has_add_permission` and its kin speak of."""
        user: Any = request.user
        return bool(user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}"))

    def require(self, request: HttpRequest, verb: str) -> None:
        """Raises PermissionDenied."""
        if not self.has_right(request, verb):
            raise PermissionDenied

    def page(
        self, request: HttpRequest, name: str, values: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """A page of our own inside the console's frame."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, f"{self.pages}/{name}.html", {**frame, **values}, status=status)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and searching.PARAMETER in request.POST:
            return searching.redirected(request)
        return super().changelist_view(request, extra_context)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found: Any = super().get_changelist_instance(request)
        found.looked_for = searching.text_of(request)
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        """`search_term` came in the address, so it is a key to what was looked for."""
        return super().get_search_results(request, queryset, searching.text_of(request, search_term))

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> None:  # type: ignore[override]  # noqa: ARG002 Django's signature
        record(request, Kind.ROW_ADDED, [obj])

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> None:  # type: ignore[override]  # noqa: ARG002 Django's signature
        record(request, Kind.ROW_CHANGED, [obj])

    def log_deletions(self, request: HttpRequest, queryset: Iterable[M]) -> None:  # type: ignore[override]
        record(request, Kind.ROW_DELETED, queryset)

    def history_view(
        self,
        request: HttpRequest,  # noqa: ARG002 Django's signature, here and below
        object_id: str,  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        raise Http404  # there is no such log; the ledger has a page of its own

    def get_sortable_by(self, request: HttpRequest) -> list[Any]:
        """A click on a sealed column's heading would sort noise."""
        return [name for name in super().get_sortable_by(request) if not is_sealed(self.model, str(name))]

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self.looks_into_sealed()]

    def looks_into_sealed(self) -> list[checks.CheckMessage]:
        named = {
            "ordering": [str(name).lstrip("-") for name in self.ordering or ()],
            "list_filter": [name for name in self.list_filter if isinstance(name, str)],
            "date_hierarchy": [self.date_hierarchy] if self.date_hierarchy else [],
            "search_fields": [name for name in self.search_fields if not is_findable(self.model, name)],
        }
        return [
            checks.Error(
                f"{type(self).__name__}.{option} names {name}, which is sealed.",
                hint="Staff find people through the directory, in memory; a findable field by its exact value.",
                obj=type(self),
                id="privacy.E016",
            )
            for option, names in named.items()
            for name in names
            if is_sealed(self.model, name)
        ]


def record(request: HttpRequest, kind: Kind, rows: Iterable[Model]) -> None:
    """One entry for each row: which row of which model, about whom, by whom."""
    user: Any = request.user
    for row in rows:
        payload: dict[str, object] = {"model": row._meta.label_lower}
        if isinstance(row.pk, UUID | int):
            payload["row"] = row.pk
        append(kind, subject=subject_of(row), actor=user.individual_id, payload=payload)


def subject_of(row: Model) -> UUID | None:
    """The person, where the row itself says so."""
    subject = declaration_of(type(row)).subject
    if subject is SELF:
        return row.pk  # type: ignore[no-any-return]
    return getattr(row, f"{subject}_id", None) if isinstance(subject, str) else None


def is_sealed(model: type[Model], path: str) -> bool:
    return isinstance(end_of(model, path), SealedMixin)


def is_findable(model: type[Model], path: str) -> bool:
    field = end_of(model, path)
    return bool(getattr(field, "findable", False)) and path.rpartition(LOOKUP_SEP)[2] in EXACT


def end_of(model: type[Model], path: str) -> object:
    """The last field of `individual__email__exact`; None where the path begins with no field at all."""
    field: Any = None
    for name in path.split(LOOKUP_SEP):
        here = field.related_model if field is not None else model
        try:
            field = here._meta.get_field(name) if here is not None else field
        except FieldDoesNotExist:
            return field
    return field
