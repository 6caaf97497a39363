"""The evidence is sent after the page's own transaction has ended: each part of it is read in one of its own."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ams.models import Individual
from consent import evidence
from consent.decide import give, withdraw
from privacy.tenancy import speaking_for, speaking_now
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_lost_on_the_way(
    transactional_db: None, ann: Individual, cleo: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "A_PAGE", 2)
    with speaking_for(ann.association_id):  # type: ignore[arg-type]  # the column's default may be None
        version = asked.letter()
        for verb in (give, withdraw, give):
            verb(ann, version, **how(ann))
        client = Client()
        client.force_login(cleo.account)  # type: ignore[attr-defined]  # the one that factories make

    answer: Any = client.post(reverse("admin:ams_individual_evidence", args=[ann.pk]))
    assert speaking_now() is None
    data = b"".join(answer.streaming_content)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("decisions.csv").decode("utf-8-sig"))))
        words = archive.read("words.csv").decode("utf-8-sig")
    table = rows[rows.index([]) + 1 :]
    act, entry = table[0].index("act"), table[0].index("ledger_entry")
    assert [row[act] for row in table[1:]] == ["given", "withdrawn", "given"]
    assert all(row[entry] for row in table[1:])
    assert "Monthly letter, in full, in fr." in words
