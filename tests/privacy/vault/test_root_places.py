"""`manage.py admit_root_places`: a person says that no old disk with a root is anywhere."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ams.models import Association, Individual
from privacy.vault import DestructionPending, current
from privacy.vault.ids import core_id

pytestmark = pytest.mark.django_db


def test_a_replaced_root_place_waits_for_a_persons_word(
    association: Association, ann: Individual, settings: Any
) -> None:
    call_command("admit_root_places", stdout=(out := StringIO()))
    assert out.getvalue().startswith("0 root(s) are missing")
    for root in settings.KEYRING_ROOTS[1].glob("*.root"):
        root.unlink()
    with pytest.raises(DestructionPending):
        current.forget([core_id(ann.pk)])
    with pytest.raises(CommandError, match="--no-old-disk"):
        call_command("admit_root_places", stdout=StringIO())
    with pytest.raises(DestructionPending):
        current.forget([core_id(ann.pk)])
    call_command("admit_root_places", "--no-old-disk", stdout=(out := StringIO()))
    assert "Every place holds today's root." in out.getvalue()
    current.forget([core_id(ann.pk)])
