"""`python -m tests.no_trace.keys STEP…`: tries keys on the sealed values of an old dump.

Every answer is JSON on the standard output.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import django

django.setup()

from cryptography.exceptions import InvalidTag  # noqa: E402  the set-up comes first
from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402  as above
from django.apps import apps  # noqa: E402  as above

from privacy.vault import blind, seals, streams  # noqa: E402  as above
from privacy.vault.fields import SealedMixin  # noqa: E402  as above
from privacy.vault.files import SealedFileField, aad_of  # noqa: E402  as above
from privacy.vault.frames import FORGOTTEN, HEADER, Epoch, epoch_in  # noqa: E402  as above
from privacy.vault.ids import day_of, is_index, uid_of  # noqa: E402  as above
from privacy.vault.queryset import sealed_fields  # noqa: E402  as above

NOBODYS: Final = bytes(20)
COPY: Final = re.compile(
    rb"COPY public\.(\w+) \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Box:
    """One sealed value or the first chunk of one sealed file, with the names under which it may open."""

    key_id: bytes
    nonce: bytes
    body: bytes
    names: tuple[bytes, ...]

    def opens(self, key: bytes) -> bool:
        return any(self.opens_as(key, name) for name in self.names)

    def opens_as(self, key: bytes, name: bytes) -> bool:
        try:
            AESGCM(key).decrypt(self.nonce, self.body, name)
        except InvalidTag:
            return False
        return True


def boxes(kept: Path, owners: Mapping[str, str]) -> list[Box]:
    return [*in_dump((kept / "plain.sql").read_bytes()), *in_files(kept / "files", owners)]


def in_dump(text: bytes) -> Iterator[Box]:
    columns = {
        (model._meta.db_table, field.column): field
        for model in apps.get_models()
        for field in sealed_fields(model)
    }
    for table, names, rows in COPY.findall(text):
        sealed = [
            columns.get((table.decode(), name.strip().decode().strip('"'))) for name in names.split(b",")
        ]
        for row in rows.splitlines():
            for field, value in zip(sealed, row.split(b"\t"), strict=True):
                if field and value != rb"\N":
                    yield box(field, bytes.fromhex(value.removeprefix(rb"\\x").decode()))


def box(field: "SealedMixin[Any, Any]", raw: bytes) -> Box:
    raw = raw[blind.FRONT :] if field.findable else raw
    size = seals.head_size(raw)
    start = size + seals.NONCE
    return Box(seals.key_id_of(raw), raw[size:start], raw[start:], (raw[:size] + field.aad,))


def in_files(folder: Path, owners: Mapping[str, str]) -> Iterator[Box]:
    """Which column a file belongs to is written in no file, so each is tried."""
    for path in files_in(folder):
        yield box_of_file(path, bytes.fromhex(owners[path.name]))


def files_in(folder: Path) -> list[Path]:
    """The sealed ones: the control plants others beside them."""
    there = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in there if path.read_bytes().startswith(streams.MAGIC))


def box_of_file(path: Path, key_id: bytes) -> Box:
    labels = [f.label for m in apps.get_models() for f in sealed_fields(m) if isinstance(f, SealedFileField)]
    data = path.read_bytes()
    header, body = data[: streams.HEADER], data[streams.HEADER :]
    size = streams.CHUNK + streams.TAG
    names = tuple(header + key_id + aad_of(label, path.name) for label in labels)
    return Box(key_id, streams.nonce_of(header, 0, len(body) <= size), body[:size], names)


def owners_of(kept: Path, keys: dict[bytes, bytes]) -> dict[str, str]:
    """Under which key each file opened when it was kept: no file says whose it is, so it is written down beside."""
    told = kept / "owners.json"
    if not told.exists():
        found = {path.name: owner(path, keys).hex() for path in files_in(kept / "files")}
        told.write_text(json.dumps(found))
    owners: dict[str, str] = json.loads(told.read_text())
    return owners


def owner(path: Path, keys: dict[bytes, bytes]) -> bytes:
    """Nobody's, if it opens under none: of a list, say, that had ended before."""
    found = (key_id for key_id, key in keys.items() if box_of_file(path, key_id).opens(key))
    return next(found, NOBODYS)


def keys_of(replica: Path, roots: Iterable[bytes]) -> dict[bytes, bytes]:
    """Empty when the file opens under none of the roots."""
    data, association = replica.read_bytes(), UUID(replica.name.partition(".")[0]).bytes
    for root in roots:
        if found := Epoch(association, epoch_in(data) or 0, root).read(data, HEADER, 0).keys:
            return found
    return {}


def replicas(folder: Path) -> list[Path]:
    return sorted(folder.glob("keyring-*/*.keyring"))


def roots(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("root-*/*.root"))]


def all_keys(folder: Path) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for replica in replicas(folder):
        found |= keys_of(replica, roots(folder))
    return {key_id: key for key_id, key in found.items() if key != FORGOTTEN}


def opened(kept: str, keys: str, *groups: str) -> None:
    """How many values of each group (NAME=UID,UID…) open, each with every key there is."""
    found = all_keys(Path(keys))
    everything = [*dict.fromkeys([*found.values(), *roots(Path(keys))])]
    there = boxes(Path(kept), owners_of(Path(kept), found))
    answer = {}
    for name, _, uids in (group.partition("=") for group in groups):
        mine = [each for each in there if str(uid_of(each.key_id)) in uids.split(",")]
        answer[name] = {"keys": len(everything)} | count_opened(mine, everything)
    sys.stdout.write(json.dumps(answer))


def count_opened(mine: list[Box], keys: list[bytes]) -> dict[str, int]:
    """What has a date counts by itself."""
    answer = {}
    for kind in ("kept", "core"):
        chosen = [each for each in mine if (day_of(each.key_id) is not None) == (kind == "kept")]
        answer[kind] = len(chosen)
        answer[f"{kind} opened"] = sum(any(each.opens(key) for key in keys) for each in chosen)
    return answer


def copies(var: str, *folders: str) -> None:
    """How many old copies there are, how many open with the root of their time, how many with one of today's."""
    today = roots(Path(var))
    answer = {"copies": 0, "with their root": 0, "with today's root": 0}
    for folder in map(Path, folders):
        for replica in replicas(folder):
            answer["copies"] += 1
            answer["with their root"] += bool(keys_of(replica, roots(folder)))
            answer["with today's root"] += bool(keys_of(replica, today))
    sys.stdout.write(json.dumps(answer))


def of_people(folder: str, *uids: str) -> None:
    """The keys themselves, to be searched for: only those that are to be destroyed."""
    doomed = {
        key_id.hex(): key.hex()
        for key_id, key in all_keys(Path(folder)).items()
        if not is_index(key_id) and day_of(key_id) is None and str(uid_of(key_id)) in uids
    }
    sys.stdout.write(json.dumps(doomed))


STEPS: Final = {step.__name__: step for step in (opened, copies, of_people)}

if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])
