"""One's own data, copies of it, and requests. Somebody else's are not there."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions, generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ams.api.serializers import ExportSerializer, RequestSerializer
from ams.models import ApiToken
from portability import fetch
from portability.ask import request_export
from portability.collect import collect
from portability.data import SCHEMA_ID, as_object
from portability.models import Channel, Export, Format
from privacy.requests import open_request
from privacy.requests.models import Request as PersonsRequest

READ, EXPORT, REQUEST = ApiToken.Scope.READ, ApiToken.Scope.EXPORT, ApiToken.Scope.REQUEST


class OwnData(APIView):
    """Everything that is held, as in the `data.json` of a copy (Art. 15 and 20 GDPR)."""

    scope_to_read = scope_to_write = READ

    @extend_schema(
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="See /privacy/take/schema/1/")}
    )
    def get(self, request: Request) -> Response:
        person: Any = request.user
        return Response(as_object(collect(person.individual), SCHEMA_ID))


class Exports(generics.ListAPIView[Export]):
    """Copies of one's data. Asking while one is being made finds that one."""

    serializer_class = ExportSerializer
    scope_to_read = scope_to_write = EXPORT

    def get_queryset(self) -> Any:
        person: Any = self.request.user
        return Export.objects.filter(individual_id=person.individual_id).order_by("-created_at")

    @extend_schema(request=None, responses={202: ExportSerializer})
    def post(self, request: Request) -> Response:
        person: Any = request.user
        if not person.individual.association.self_service_export:
            raise exceptions.PermissionDenied(_("The association makes copies itself: open a request."))
        export = request_export(person.individual, actor=person.individual_id, channel=Channel.API)
        return Response(self.get_serializer(export).data, status.HTTP_202_ACCEPTED)


class OneExport(generics.RetrieveAPIView[Export]):
    serializer_class = ExportSerializer
    scope_to_read = scope_to_write = EXPORT
    queryset = Export.objects.none()

    def get_object(self) -> Export:
        return own_export(self.request, self.kwargs["pk"])


class ExportFile(APIView):
    scope_to_read = scope_to_write = EXPORT

    @extend_schema(
        operation_id="v1_exports_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, pk: UUID, kind: str) -> FileResponse:
        export = own_export(request, pk)
        if kind not in Format.values or export.is_open:
            raise Http404
        try:
            file = fetch.take_again(export.pk, Format(kind), owner=export.individual_id, channel="api")
        except fetch.Gone:
            raise Gone from None
        response = FileResponse(
            file.open(), as_attachment=True, filename=f"my-data.{kind}", content_type=file.content_type
        )
        response["Content-Length"] = str(file.size)
        return response


class Gone(exceptions.APIException):
    status_code = status.HTTP_410_GONE
    default_detail = "This copy is past its last day."


def own_export(request: Any, pk: UUID) -> Export:
    export = Export.objects.filter(pk=pk, individual_id=request.user.individual_id).first()
    if export is None:
        raise Http404
    return export


class Requests(generics.ListCreateAPIView[PersonsRequest]):
    """What one has asked for. Asking again for the same finds the first, with its date."""

    serializer_class = RequestSerializer
    scope_to_read = scope_to_write = REQUEST

    def get_queryset(self) -> Any:
        person: Any = self.request.user
        return PersonsRequest.objects.filter(individual_id=person.individual_id).order_by("-received_at")

    def perform_create(self, serializer: Any) -> None:
        person: Any = self.request.user
        kind = serializer.validated_data["kind"]
        serializer.instance = open_request(person.individual, kind, actor=person.individual_id, channel="api")


class OneRequest(generics.RetrieveAPIView[PersonsRequest]):
    serializer_class = RequestSerializer
    scope_to_read = scope_to_write = REQUEST
    queryset = PersonsRequest.objects.none()

    def get_object(self) -> PersonsRequest:
        person: Any = self.request.user
        found = PersonsRequest.objects.filter(
            pk=self.kwargs["pk"], individual_id=person.individual_id
        ).first()
        if found is None:
            raise Http404
        return found
