"""`python -m tests.no_trace.run ANSWER.json NUMBER [plainly]`: one world from its first day to the search.

With the product's defences: people are planted, backed up, erased, searched for. Plainly, as the control: the same
people in the same product with encryption and the rules for logs switched off; they stay, and must be found everywhere.
"""

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.no_trace import encodings, stores
from tests.no_trace.needles import Canary, canary
from tests.no_trace.people_of import read
from tests.no_trace.scan import Hit, Scanner
from tests.no_trace.views import View
from tests.no_trace.visits import Visitor
from tests.no_trace.world import World, world

BYSTANDER: Final = "bystander"
STAFF: Final = "cleo@example.org"
REFUSED: Final = "ams.import.file of what was refused"
PASSWORD: Final = "a sentence that nobody else says"


class Run:
    def __init__(self, own: World, number: int) -> None:
        self.world, self.notes = own, own.notes
        self.victims = [f"victim {n}" for n in range(1, number + 1)]
        self.begun, self.last = time.monotonic(), time.monotonic()
        self.answer: dict[str, Any] = {"seconds": {}, "stores": {}, "bytes": {}, "plainly": own.plainly}

    def timed(self, name: str) -> None:
        self.answer["seconds"][name] = round(time.monotonic() - self.last, 1)
        self.last = time.monotonic()

    def whole(self) -> dict[str, Any]:
        self.plant()
        self.live()
        self.back_up()
        if not self.world.plainly:
            self.erase()
        self.search()
        self.answer["seconds"]["in all"] = round(time.monotonic() - self.begun, 1)
        return self.answer

    # The people

    def plant(self) -> None:
        file = self.notes / "planted.json"
        names = ",".join([*self.victims, BYSTANDER])
        self.world.inside("plant", str(file), names, str(self.world.port + 1))
        found = json.loads(file.read_text())
        self.association, self.officer, self.people = found["association"], found["officer"], found["people"]
        self.lists, self.refused = found["lists"], found["refused"]
        self.canaries = {name: read(person["values"]) for name, person in self.people.items()}
        self.reasons = {name: canary("é") for name in self.victims}
        for name, reason in self.reasons.items():
            self.canaries[name] |= {"erasure.erasure.reason": reason}
        self.timed("people")

    def uid(self, name: str) -> str:
        return str(self.people[name]["uid"])

    def uids(self) -> list[str]:
        return [self.uid(name) for name in self.victims]

    def children(self) -> list[str]:
        """Of the victims: they stay."""
        return [str(self.people[name]["child"]) for name in self.victims]

    def groups(self) -> list[str]:
        """Whose values in the old dump are tried, as keys.py takes them."""
        groups = {"victims": self.uids(), "children": self.children(), "lists": self.lists}
        groups[BYSTANDER] = [self.uid(BYSTANDER)]
        return [f"{name}={','.join(uids)}" for name, uids in groups.items()]

    def live(self) -> None:
        """Copies are made, pages looked at, and what can break breaks."""
        stores.copy_keys(self.world, self.notes / "keys-1")
        self.world.start_product()
        person = self.people[self.victims[0]]
        self.visitor = visitor = Visitor(self.world.port)
        failed = visitor.sign_in(person["email"], "not her password")
        self.secrets = stores.secrets_of_the_day(self.world)
        self.answer["secrets end in"] = list(self.secrets.values())
        self.answer["signed in"] = [failed, visitor.sign_in(person["email"], PASSWORD)]
        self.answer["pages"] = visitor.look_around()
        self.answer["rows to correct"] = self.download_what_was_refused()
        for name in self.victims:
            visitor.break_down(self.uid(name), "crash", "cast", "unique", "check", "task")
        self.world.inside("wait_for_copies", self.association)
        if self.world.plainly:
            self.leave_traces()
        self.timed("life")

    def download_what_was_refused(self) -> list[str]:
        """As staff do it. Whose row came."""
        staff = Visitor(self.world.port)
        staff.sign_in(STAFF, PASSWORD)
        rows = "".join(staff.get(f"/console/ams/import/{pk}/rows/").text for pk in self.refused)
        return [name for name in self.people if str(self.canaries[name][REFUSED]) in rows]

    def leave_traces(self) -> None:
        """The control: what an erasure leaves behind as well, a careless task, and each encoding everywhere."""
        for name in self.victims:
            self.ask("ask_to_be_erased", name)
        self.world.inside("be_careless", str(self.notes / "planted.json"))
        encodings.plant(self.world)

    def ask(self, step: str, name: str) -> None:
        self.world.inside(step, self.association, self.uid(name), self.reasons[name], self.officer)

    def back_up(self) -> None:
        self.kept = self.notes / "kept"
        stores.back_up(self.world, self.kept)
        stores.copy_keys(self.world, self.notes / "keys-2")
        copies = self.notes / "keys-2"
        self.answer["opened before"] = self.world.keys("opened", self.kept, copies, *self.groups())
        keys = self.world.keys("of_people", copies, *self.uids())
        victims = {name: self.canaries[name] for name in self.victims}
        self.scanner = Scanner(
            victims | encodings.wanted(self.world), {k: bytes.fromhex(v) for k, v in keys.items()}
        )
        self.answer["needles"] = len(self.scanner.patterns)
        self.answer["blind spots"] = self.scanner.blind_spots()
        self.answer["places"] = {name: sorted(values) for name, values in victims.items()}
        self.answer["keys"] = len(keys)
        self.timed("back-ups")

    # The end

    def erase(self) -> None:
        first, *others = self.victims
        redacted = self.world.inside("redact", self.association, *self.uids())
        self.answer["mentions"] = json.loads(redacted)
        said = self.world.manage("erase_individual", self.uid(first), "--reason", self.reasons[first])
        self.answer["command said"] = said
        stores.copy_keys(self.world, self.notes / "keys-3")
        (self.world.var / "tmp" / "meeting").mkdir()  # of together.py
        wanted = [word for name in others for word in (self.uid(name), self.reasons[name])]
        self.world.inside("be_erased", self.association, self.officer, *wanted)
        self.answer["overlapped"] = int(self.world.inside("wait_for_erasures", self.association))
        self.answer["old cookie leads to"] = self.visitor.get("/profile/").url.partition("?")[0]
        self.timed("erasures")

    def search(self) -> None:
        self.world.stop_product()
        self.answer["errors"] = {
            name: (self.world.var / "logs" / f"{name}.log").read_text("utf-8", "replace").count("rror")
            for name in ("web", "worker")
        }
        self.look_in(stores.now(self.world, self.notes / "live"))
        self.look_in(stores.later(self.world))
        self.look_in(stores.before(self.kept))
        self.look_in(stores.keyrings(self.notes))
        self.timed("search")
        if not self.world.plainly:
            self.try_keys()

    def look_in(self, found: dict[str, Iterator[View]]) -> None:
        for name, things in found.items():
            size = Counter[str]()
            hits = list(self.scanner.hits(counted(things, size)))
            self.answer["stores"][name] = summary(hits)
            self.answer["bytes"][name] = size["bytes"]

    def try_keys(self) -> None:
        var, copies = self.world.var, sorted(self.notes.glob("keys-*"))
        self.answer["copies of keyrings"] = self.world.keys("copies", var, *copies)
        self.answer["opened after"] = self.world.keys("opened", self.kept, var, *self.groups())
        people = {name: self.uid(name) for name in self.people}
        children = {f"child of {name}": str(self.people[name]["child"]) for name in self.people}
        told = self.world.inside("tell_what_is_held", self.association, *people.values(), *children.values())
        found = json.loads(told)
        self.answer["held"] = {name: self.held(name, found[uid]) for name, uid in people.items()}
        self.answer["children"] = {
            name: self.held(name.removeprefix("child of "), found[uid]) for name, uid in children.items()
        }
        self.answer["questions"] = self.asked()
        self.timed("keys")

    def held(self, name: str, found: dict[str, Any]) -> dict[str, Any]:
        """Which planted values of a person the live database still gives."""
        text = "\n".join(found["values"])
        there = {place: is_in(value, text) for place, value in self.canaries[name].items()}
        return {
            "found": [place for place, is_there in there.items() if is_there],
            "missing": [place for place, is_there in there.items() if not is_there],
            "erased": found["erased"],
        }

    def asked(self) -> Any:
        file = self.notes / "asked.json"
        who = {
            name: {what: person[what] for what in ("email", "number")} for name, person in self.people.items()
        }
        data = self.world.services / "postgresql"
        asked = {"kept": self.kept, "var": self.world.var, "data": data}
        file.write_text(
            json.dumps(
                {name: str(path) for name, path in asked.items()}
                | {"people": who, "secrets": self.secrets, "failed": who[self.victims[0]]["email"]}
            )
        )
        return self.world.questions(file)


def is_in(value: Canary, text: str) -> bool:
    return str(value) in text


def counted(things: Iterator[View], size: Counter[str]) -> Iterator[View]:
    for name, data in things:
        size["bytes"] += len(data)
        yield name, data


def summary(hits: list[Hit]) -> dict[str, Any]:
    """Hits by person and place, by encoding, and a few of them in full, to go and see."""
    return {
        "hits": len(hits),
        "places": sorted({f"{hit.person}/{hit.place}" for hit in hits}),
        "encodings": sorted({hit.encoding for hit in hits if hit.person == encodings.NAME}),
        "as": sorted({kind for hit in hits for kind in ("pdf", "zip:") if kind in hit.where}),
        "examples": [f"{hit.person}, {hit.place} as {hit.encoding}: {hit.where}" for hit in hits[:12]],
    }


def main(answer: str, number: str, *how: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with world(plainly="plainly" in how) as own:
        Path(answer).write_text(json.dumps(Run(own, int(number)).whole()))


if __name__ == "__main__":
    main(*sys.argv[1:])
