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
        self.canaries = {name: read(person["values"]) for name, person in self.people.items()}
        self.reasons = {name: canary("é") for name in self.victims}
        for name, reason in self.reasons.items():
            self.canaries[name] |= {"erasure.erasure.reason": reason}
        self.timed("people")

    def uid(self, name: str) -> str:
        return str(self.people[name]["uid"])

    def uids(self) -> list[str]:
        return [self.uid(name) for name in self.victims]

    def live(self) -> None:
        """Copies are made, pages looked at, and what can break breaks."""
        stores.copy_keys(self.world, self.notes / "keys-1")
        self.world.start_product()
        person = self.people[self.victims[0]]
        self.visitor = visitor = Visitor(self.world.port)
        visitor.sign_in(person["email"], "not her password")
        visitor.sign_in(person["email"], PASSWORD)
        self.answer["pages"] = visitor.look_around()
        for name in self.victims:
            visitor.break_down(self.uid(name), "crash", "cast", "unique", "check", "task")
        self.world.inside("wait_for_copies", self.association)
        if self.world.plainly:
            self.leave_traces()
        self.timed("life")

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
        self.answer["opened before"] = self.world.keys("opened", self.kept, copies, *self.uids())
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
        said = self.world.manage("erase_individual", self.uid(first), "--reason", self.reasons[first])
        self.answer["command said"] = said
        stores.copy_keys(self.world, self.notes / "keys-3")
        for name in others:
            self.ask("be_erased", name)
        self.world.inside("wait_for_erasures", self.association)
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
        var, uid = self.world.var, self.uid(BYSTANDER)
        copies = sorted(self.notes.glob("keys-*"))
        self.answer["copies of keyrings"] = self.world.keys("copies", var, *copies)
        self.answer["opened after"] = self.world.keys("opened", self.kept, var, *self.uids())
        self.answer["bystander from the old dump"] = self.world.keys("opened", self.kept, var, uid)
        self.answer["bystander"] = self.held(BYSTANDER)
        self.answer["held"] = {name: self.held(name) for name in self.victims}
        self.timed("keys")

    def held(self, name: str) -> dict[str, Any]:
        """Which planted values the live database still gives for a person."""
        found = json.loads(self.world.inside("tell_what_is_held", self.association, self.uid(name)))
        text = "\n".join(found["values"])
        missing = [place for place, value in self.canaries[name].items() if not is_in(value, text)]
        return {"missing": missing, "erased": found["erased"], "values": len(found["values"])}


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
