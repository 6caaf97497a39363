"""An operator makes an association: with its keyring, or not at all."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ams.models import Association, Individual
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories

FACTS = {
    "legal_name": "Society of Maps",
    "short_name": "Maps",
    "postal_address": "1 Harbour Street, Dublin",
    "contact_email": "office@maps.example",
    "authority": "Data Protection Commission",
    "country": "IE",
}

pytestmark = pytest.mark.django_db


def test_people_can_be_entered_at_once(capsys: Any) -> None:
    call_command("create_association", "maps", **FACTS, languages="en,de", host=["Maps.example"])
    assert "Maps is there" in capsys.readouterr().out
    association = Association.objects.get(slug="maps")
    assert association.host_names == ["maps.example"]
    with speaking_for(association.pk):
        factories.make_individual(email="dora@example.org")
        assert Individual.objects.get(email="dora@example.org").given_name == "Dora"
        assert LedgerEntry.objects.get().kind == "association.created"


@pytest.mark.parametrize(
    ("slug", "changed", "words"),
    [("no slug", {}, "slug"), ("maps", {"contact_email": "nonsense"}, "contact_email"), ("esc", {}, "slug")],
)
def test_bad_input_gets_one_line_and_makes_nothing(
    association: Association, slug: str, changed: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_association", slug, **{**FACTS, **changed})
    assert Association.objects.count() == 1
