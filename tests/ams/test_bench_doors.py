"""The stopwatch at the door works: the figures that it prints are those of what is measured."""

import pytest

from ams.models import Association, LetterRequest
from bench import doors

pytestmark = pytest.mark.django_db


def test_it_asks_at_every_door_for_known_and_unknown_addresses(association: Association) -> None:
    found = dict(doors.measure(association, times=2))
    assert list(found) == ["new password", "joining, a member", "joining, to be claimed"]
    assert all(0 <= chance <= 1 for chance in found.values())
    assert LetterRequest.objects.count() >= len(found) * 2 * (2 + 2)


def test_it_would_see_a_door_that_takes_longer_for_members() -> None:
    slow, quick = [3.0, 4.0, 5.0], [1.0, 2.0, 3.0]
    assert doors.auc(slow, quick) > 0.55
    assert doors.auc(quick, slow) < 0.45
    assert doors.auc(quick, quick) == doors.COIN
    assert doors.is_met(0.5)
    assert not doors.is_met(0.56)


def test_a_round_that_strays_is_taken_twice_more() -> None:
    assert doors.middle([0.51].__getitem__) == 0.51
    assert doors.middle([0.56, 0.48, 0.52].__getitem__) == 0.52
    assert doors.middle([0.99, 0.98, 0.5].__getitem__) == 0.98
