"""Does the time that a page takes tell who is a member? Known and unknown addresses in turn, and who could tell."""

import gc
import random
import statistics
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from time import perf_counter
from typing import Final

from django.test import Client
from django.urls import reverse

from ams.models import Account, Association, Individual
from privacy.tenancy import speaking_for

COIN, FROM_IT = 0.5, 0.05  # so from 0.45 to 0.55
# Of 600 tries at a fair door one round in thirty strays by 0.05. Then the middle of three counts.
ROUNDS: Final = 3
PEOPLE: Final = 20
Door = Callable[[str], None]


def plant(association: Association) -> tuple[list[str], list[str]]:
    """People with a login, and people from a list, who have none yet."""
    with speaking_for(association.pk):
        members = [person(f"member{number}@example.org") for number in range(PEOPLE)]
        for member in members:
            Account.objects.create_account(member, None)
        listed = [person(f"listed{number}@example.org") for number in range(PEOPLE)]
        return [str(each.email) for each in members], [str(each.email) for each in listed]


def person(email: str) -> Individual:
    return Individual.objects.create(
        given_name="Dora", family_name="Deer", email=email, joined_on=date(2024, 1, 1)
    )


def new_password(host: str) -> Door:
    return lambda email: post(host, reverse("password_reset"), email)


def join(host: str) -> Door:
    return lambda email: post(host, reverse("join:step", args=["account"]), email)


def post(host: str, address: str, email: str) -> None:
    """As a browser that was never here."""
    answer = Client(HTTP_HOST=host).post(address, {"email": email})
    if answer.status_code != 302:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def measure(association: Association, times: int) -> Iterator[tuple[str, float]]:
    """What was tried, and the chance to tell a known address from an unknown one (AUC)."""
    members, listed = plant(association)
    host = association.host_names[0]
    for name, door, known in (
        ("new password", new_password(host), members),
        ("joining, a member", join(host), members),
        ("joining, to be claimed", join(host), listed),
    ):
        yield name, middle(partial(one_round, door, known, times))


def middle(measured: Callable[[int], float]) -> float:
    first = measured(0)
    return first if is_met(first) else statistics.median([first, *map(measured, range(1, ROUNDS))])


def one_round(door: Door, known: list[str], times: int, seed: int) -> float:
    chance = random.Random(seed)
    took: dict[bool, list[float]] = {True: [], False: []}
    for number in range(-2, times):  # the first two warm up
        for is_known in chance.sample([True, False], 2):
            email = chance.choice(known) if is_known else f"nobody{chance.randrange(10**6)}@example.org"
            spent = timed(door, email)
            if number >= 0:
                took[is_known].append(spent)
    return auc(took[True], took[False])


def timed(door: Door, email: str) -> float:
    gc.collect(0)
    begun = perf_counter()
    door(email)
    return perf_counter() - begun


def auc(some: list[float], others: list[float]) -> float:
    """How often one of `some` is the larger one of a pair; a tie counts half."""
    larger = sum((one > other) + (one == other) / 2 for one in some for other in others)
    return larger / (len(some) * len(others))


def is_met(chance: float) -> bool:
    return abs(chance - COIN) <= FROM_IT
