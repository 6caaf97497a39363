"""`python -m tests.no_trace.real_input ANSWER.json LIST.csv`: a fresh association takes over a list, and one leaves."""

import csv
import json
import signal
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ams.demo.mail_page import letters
from tests.no_trace import stores
from tests.no_trace.scan import Scanner
from tests.no_trace.visits import Visitor
from tests.no_trace.waiting import wait_until
from tests.no_trace.world import World, world

SLUG: Final = "ukc"
WHO: Final = 137  # any of them
JOINING: Final = "dora.zwoelfer@example.org"
SOUGHT: Final = ("email", "address", "company_name", "phone1", "phone2", "web")
STEPS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("password", {"password": "a sentence that only Dora says"}),
    ("about", {"given_name": "Dora", "family_name": "Zwölfer", "street": "Rue Cler 9", "postcode": "75007",
               "town": "Paris", "country": "FR", "field_of_work": ""}),
    ("membership", {"type": "individual"}),
    ("statutes", {"statutes": "on"}),
    ("choices", {"letter": "yes", "journal": "no"}),
    ("check", {}),
)  # fmt: skip


def whole(own: World, file: Path) -> dict[str, Any]:
    own.inside("found", SLUG)
    own.start_product()
    answer: dict[str, Any] = {
        "import said": own.manage("import_individuals", str(file), "--association", SLUG)
    }
    own.inside("wait_until_all_are_told", SLUG)
    answer["joined at"] = join(own)
    row = rows_of(file)[WHO]
    uid = own.manage("find_individual", row["email"]).strip()
    scanner = Scanner({"she": {name: row[name] for name in SOUGHT}})
    answer["sought"], answer["blind spots"] = {name: row[name] for name in SOUGHT}, scanner.blind_spots()
    answer["in her copy"] = places(scanner, stores.folder(export(own, uid)))
    stores.back_up(own, own.notes / "kept")
    stores.copy_keys(own, own.notes / "keys-1")
    answer["erasure said"] = own.manage(
        "erase_individual", uid, "--reason", f"{row['email']} asked by telephone"
    )
    answer["people"] = json.loads(own.inside("people_of", SLUG))
    own.stop_product()
    answer["stores"] = search(own, scanner)
    answer["when she is back"] = back_again(own, scanner, row)
    return answer


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def join(own: World) -> str:
    """Through the wizard, with the link from the letter. Where it ends."""
    visitor = Visitor(own.port)
    visitor.send("/join/account/", email=JOINING)
    wait_until(lambda: letters_to_her(own))
    link = next(word for word in letters_to_her(own)[0].part("plain").split() if "/join/confirm/" in word)
    visitor.send(urlsplit(link).path)
    at = ""
    for step, fields in STEPS:
        at = visitor.send(f"/join/{step}/", **fields).url
    return at.removeprefix(visitor.origin)


def letters_to_her(own: World) -> list[Any]:
    return [letter for letter in letters(own.var / "mail") if letter["To"] == JOINING]


def export(own: World, uid: str) -> Path:
    target = own.notes / "export"
    target.mkdir()
    own.manage("export_individual", uid, "--to", str(target))
    return target


def search(own: World, scanner: Scanner) -> dict[str, list[str]]:
    searched = stores.now(own, own.notes / "live")
    found = {name: places(scanner, things) for name, things in searched.items()}
    for more in (stores.later(own), stores.before(own.notes / "kept"), stores.keyrings(own.notes)):
        found |= {name: places(scanner, things) for name, things in more.items()}
    return found


def back_again(own: World, scanner: Scanner, row: dict[str, str]) -> dict[str, list[str]]:
    """The control: her row in plain, and then she is found."""
    values = ", ".join("'" + row[name].replace("'", "''") + "'" for name in SOUGHT)
    own.sql("CREATE TABLE back_again (value text)", f"INSERT INTO back_again SELECT unnest(ARRAY[{values}])")
    (own.var / "files" / "back again").write_text(json.dumps(row))
    with (own.var / "logs" / "web.log").open("a") as log:
        log.write(json.dumps(row))
    return {name: places(scanner, things) for name, things in stores.now(own, own.notes / "again").items()}


def places(scanner: Scanner, things: Any) -> list[str]:
    return sorted({hit.place for hit in scanner.hits(things)})


def main(answer: str, file: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with world(plainly=False) as own:
        Path(answer).write_text(json.dumps(whole(own, Path(file))))


if __name__ == "__main__":
    main(*sys.argv[1:])
