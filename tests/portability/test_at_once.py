"""What happens at the same moment: real connections, real threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from ams.models import Individual
from portability import fetch
from portability.ask import request_export
from portability.make import make
from portability.models import Export, Format
from privacy.tenancy import speaking_for
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_twenty_who_follow_a_link_at_once_one_gets_the_file(
    transactional_db: None, ann: Individual, live_server: Any
) -> None:
    with speaking_for(ann.association_id):
        export = request_export(ann, actor=ann.pk)
    make(export)
    client = Client(HTTP_HOST=live_server.url.removeprefix("http://"))
    with speaking_for(ann.association_id):
        sign_in(client, ann.account)
        token = fetch.link_to(Export.objects.get(pk=export.pk), Format.ZIP)
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}"

    def follow(_number: int) -> int:
        address = f"{live_server.url}/privacy/take/{export.pk}/zip/{token}/"
        try:
            with urlopen(Request(address, headers={"Cookie": cookie}), timeout=60) as answer:  # noqa: S310 our own server
                assert answer.read().startswith(b"PK")
                return int(answer.status)
        except HTTPError as error:
            with error:
                return error.code

    with ThreadPoolExecutor(20) as crowd:
        codes = sorted(crowd.map(follow, range(20)))
    assert codes == [200] + [410] * 19


def test_of_two_clicks_at_once_one_copy_comes(transactional_db: None, ann: Individual) -> None:
    def click(_number: int) -> Any:
        try:
            with speaking_for(ann.association_id):
                return request_export(Individual.objects.get(pk=ann.pk), actor=ann.pk).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        found = set(crowd.map(click, range(4)))
    assert len(found) == 1
