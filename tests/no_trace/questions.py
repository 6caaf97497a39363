"""`python -m tests.no_trace.questions ASKED.json`: what whoever has every key and copy could still ask about somebody.

Did she fail to sign in? The dump counts tries under digests of addresses. Was she a member? Whatever the database ever
wrote is searched for what her address and number would be found by, under each index key that is held.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import django

django.setup()

from django.conf import settings  # noqa: E402  the set-up comes first

from ams.accounts import throttle  # noqa: E402  as above
from ams.models import Individual  # noqa: E402  as above
from privacy.vault import blind  # noqa: E402  as above
from privacy.vault.ids import is_index  # noqa: E402  as above
from tests.no_trace.keys import COPY, all_keys, roots  # noqa: E402  as above
from tests.no_trace.scan import Scanner  # noqa: E402  as above
from tests.no_trace.views import PAGE, WAL_MAGIC, without_page_headers  # noqa: E402  as above

FOUND_BY: Final = {"email": "email", "number": "member_number"}


def tries(asked: dict[str, Any], held: list[bytes]) -> dict[str, int]:
    counted = buckets_in((Path(asked["kept"]) / "plain.sql").read_bytes())
    of_the_day = [bytes.fromhex(secret) for secret in asked["secrets"]]
    return {
        "rows": len(counted),
        "with the secret of the day": answers(counted, of_the_day, asked["failed"]),
        "keys": len(held),
        "with what is held": answers(counted, held, asked["failed"]),
    }


def buckets_in(dump: bytes) -> set[int]:
    for table, names, rows in COPY.findall(dump):
        if table == b"ams_failurecount":
            place = [name.strip() for name in names.split(b",")].index(b"bucket")
            return {int(row.split(b"\t")[place]) for row in rows.splitlines()}
    raise AssertionError("The dump has no counters.")


def answers(counted: set[int], keys: list[bytes], email: str) -> int:
    """How many of the keys say yes."""
    found = 0
    for key in keys:
        throttle.daily_secret = lambda key=key: key  # type: ignore[assignment,misc]
        found += throttle.bucket_of("mail", email) in counted
    return found


def members(asked: dict[str, Any], keys: dict[bytes, bytes]) -> dict[str, int]:
    """How many files answer for each person."""
    indexes = [key for key_id, key in keys.items() if is_index(key_id)]
    scanner = Scanner({}, dict(fronts(asked["people"], indexes)))
    found = dict.fromkeys(asked["people"], 0)
    for data in written(asked):
        places = {place for n in scanner.find(data) for _, place, _ in scanner.meaning[scanner.patterns[n]]}
        for name in {place.partition("/")[0] for place in places}:
            found[name] += 1
    return found


def fronts(people: dict[str, dict[str, str]], indexes: list[bytes]) -> Iterator[tuple[str, bytes]]:
    for name, person in people.items():
        for number, key in enumerate(indexes):
            for what, column in FOUND_BY.items():
                field: Any = Individual._meta.get_field(column)
                yield f"{name}/{what}/{number}", blind.digest(key, field.normal(person[what]))


def written(asked: dict[str, Any]) -> Iterator[bytes]:
    """The data folder with its whole history in the WAL, the base backup, both dumps."""
    kept = Path(asked["kept"])
    for path in [*Path(asked["data"]).rglob("*"), kept / "base" / "base.tar", *kept.glob("*.sql")]:
        if path.is_file():
            data = path.read_bytes()
            yield data
            if len(data) % PAGE == 0 and len(data) > 1 and data[1] == WAL_MAGIC:
                yield without_page_headers(data)


def main(file: str) -> None:
    asked = json.loads(Path(file).read_text())
    keys = all_keys(Path(asked["var"]))
    held = [*dict.fromkeys([*keys.values(), *roots(Path(asked["var"])), settings.SECRET_KEY.encode()])]
    sys.stdout.write(json.dumps({"tries": tries(asked, held), "members": members(asked, keys)}))


if __name__ == "__main__":
    main(sys.argv[1])
