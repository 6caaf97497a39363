"""What a member and staff wait for, beside the profile page: `make bench T=bench/bench_pages.py`.

PEOPLE=250 are in the association, ROUNDS=30 are measured.
"""

import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, Final

PEOPLE = int(os.environ.get("PEOPLE", "250"))
ROUNDS = int(os.environ.get("ROUNDS", "30"))
TIMES_THE_PROFILE: Final = 3.0

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
os.environ.setdefault("SECRET_KEY", "for-a-benchmark")

import django  # noqa: E402  settings first

if __name__ == "__main__":
    django.setup()

from django.core.management import call_command  # noqa: E402  as above
from django.db import connection  # noqa: E402  as above
from django.test import Client  # noqa: E402  as above
from django.test.utils import CaptureQueriesContext  # noqa: E402  as above

from ams.demo.seed import people  # noqa: E402  as above
from ams.demo.seed.anna import MEMBER_NUMBER  # noqa: E402  as above
from ams.demo.seed.plant import plant  # noqa: E402  as above
from ams.models import Account, Association, Individual  # noqa: E402  as above
from ams.roles import Role  # noqa: E402  as above
from bench.figures import tell  # noqa: E402  as above
from privacy.holdings import holdings  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above

Pages = dict[str, Callable[[], Any]]
# Around every request alike: its transaction, and for whom it speaks.
FRAME: Final = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SELECT set_config(")
# Of each page: the most statements in all, sign-in and association included.
STATEMENTS: Final = {"Privacy tab": 12, "Take my data": 12, "The person in the console": 12}


def main() -> int:
    with as_owner():
        call_command("migrate", verbosity=0)
    people.HOW_MANY = PEOPLE
    association = plant("esc")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    measure(association)
    return 0


def measure(association: Association) -> None:
    with speaking_for(association.pk):
        anna = Individual.objects.get(member_number=MEMBER_NUMBER)
        member = signed_in(association, anna.account)
        staff = signed_in(association, Account.objects.filter(role=Role.ADMINISTRATOR)[0])
    pages: Pages = {
        "Profile": lambda: member.get("/profile/"),
        "Privacy tab": lambda: member.get("/privacy/"),
        "Take my data": lambda: member.get("/privacy/take/"),
        "The person in the console": lambda: staff.get(f"/console/ams/individual/{anna.pk}/change/"),
    }
    counted = {name: statements(page) for name, page in pages.items()}  # and everything is warm
    taken = in_turns(pages)
    profile = statistics.median(taken["Profile"])
    tell("Profile", profile, "ms", most=60)
    for name, most in STATEMENTS.items():
        tell(name, statistics.median(taken[name]) / profile, "profiles", most=TIMES_THE_PROFILE)
        tell(f"{name}, statements", counted[name], "", most=most)
    with speaking_for(association.pk), CaptureQueriesContext(connection) as captured:
        holdings(anna)
    tell("What is held, statements", len(captured), "", most=4)


def signed_in(association: Association, account: Account) -> Client:
    client = Client(headers={"host": association.host_names[0]})
    client.force_login(account)
    return client


def statements(page: Callable[[], Any]) -> int:
    page()
    with CaptureQueriesContext(connection) as captured:
        answer = page()
    assert answer.status_code == 200, answer.status_code  # noqa: S101 a figure about an error is none
    return len([each for each in captured if not each["sql"].startswith(FRAME)])


def in_turns(pages: Pages) -> dict[str, list[float]]:
    """So that whatever else this machine does hits all of them."""
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for _round in range(ROUNDS):
        for name, page in pages.items():
            begun = perf_counter()
            page()
            taken[name].append((perf_counter() - begun) * 1000)
    return taken


if __name__ == "__main__":
    sys.exit(main())
