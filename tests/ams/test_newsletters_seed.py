"""The demo's newsletters: one that went to those alone who had said yes, and a draft, the same each time."""

from typing import Any

import pytest

from ams import models as m
from ams.demo.seed import people
from ams.demo.seed.plans import SLUGS
from ams.demo.seed.plant import plant
from consent import gate
from privacy.tenancy import speaking_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", SLUGS)
def test_one_went_out_and_one_is_being_written(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "HOW_MANY", 40)
    with speaking_for(plant(slug).pk):
        assert sorted(m.Newsletter.objects.values_list("state", flat=True)) == ["draft", "sent"]
        copies = m.NewsletterCopy.objects.select_related("individual", "mail")
        assert 10 < copies.count() < 40
        allowed = set(gate.who_allows("monthly-letter"))
        assert {copy.individual_id for copy in copies} <= allowed
        for copy in copies:
            mail: Any = copy.mail
            assert mail.state == "sent"
            assert mail.recipient == copy.individual.email
            assert mail.language == copy.individual.language
