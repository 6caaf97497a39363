"""One association's keys in one small file, in two replicas, sealed under today's root.

Forgetting writes the file without the keys under a new root and destroys the old one, so that every older copy of
the file, wherever it went, stops opening.
"""

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.errors import DestructionPending, Forgotten, KeyMissing, KeyringError
from privacy.vault.frames import (
    FORGOTTEN,
    HEADER,
    KEY,
    ROOT,
    Epoch,
    Frames,
    Keys,
    Replica,
    epoch_in,
    header,
    is_of_the_erased,
)
from privacy.vault.places import Place, PlaceUnreachable, Stamp
from privacy.vault.roots import Roots

CIPHERS: Final = 4096  # each costs 2.5 kB of memory, a hundred thousand would be 250 MB
READS: Final = 5  # a turn may finish while a reader is half-way; not five times in a row


class Keyring:
    """One object for an association in a process; safe between threads and between processes."""

    def __init__(self, association_id: UUID, replicas: list[Place], roots: list[Place]) -> None:
        self.association_id = association_id
        self.name = f"{association_id.hex}.keyring"
        self.replicas, self.roots = replicas, Roots(self.name, roots)
        self.keys: Keys = {}  # id -> key, or FORGOTTEN
        self.ciphers: dict[bytes, AESGCM] = {}  # filled as used
        self._epoch: Epoch | None = None
        self._frames = self._end = 0
        self._seen: tuple[Stamp | None, ...] | None = None
        self._whole = False  # do all replicas say the same?
        self._mutex = threading.RLock()

    @property
    def epoch(self) -> int:
        return self._epoch.number if self._epoch else 0

    # Opening

    def cipher(self, key_id: bytes) -> AESGCM:
        """The cipher for an id found in a sealed value. Raises Forgotten or KeyMissing."""
        return self.ciphers.get(key_id) or self._new_cipher(key_id)

    def key_for(self, key_id: bytes) -> AESGCM:
        """The cipher to seal with; its key is made, and made durable, first if need be. Raises Forgotten."""
        if key_id not in self.keys:
            self.make([key_id])
        elif not self._whole:
            self._mend()
        return self.cipher(key_id)

    def _mend(self) -> None:
        """A key may be on one replica only, since its maker died: it must be on all before a row is sealed with it."""
        with suppress(PlaceUnreachable), self._writing():  # else the replica in reach is all there is
            pass

    def _new_cipher(self, key_id: bytes) -> AESGCM:
        if len(self.ciphers) >= CIPHERS:
            self.ciphers = {}
        # Taken before the key is looked up: if a turn comes between, the cipher lands in the dictionary thrown away.
        ciphers = self.ciphers
        key = self._key(key_id)
        if key == FORGOTTEN:
            raise Forgotten("This key was destroyed.")
        found = ciphers[key_id] = AESGCM(key)
        return found

    def _key(self, key_id: bytes) -> bytes:
        if key_id not in self.keys:
            self.refresh()  # another process may have made it since we looked
        if key_id not in self.keys:
            self.load()
        if key_id not in self.keys:
            raise KeyMissing("A sealed value names a key that this keyring has never held.")
        return self.keys[key_id]

    # Reading

    def refresh(self) -> None:
        """Take over what other processes wrote: two stat() calls when nothing changed. Each request and task asks."""
        stamp = self._stamp()
        if stamp != self._seen or not any(stamp):
            with self._mutex:
                if not self._read_tail(stamp):
                    self.load()

    def load(self) -> None:
        """Read every replica and believe the one that knows most."""
        with self._mutex:
            for _ in range(READS):
                stamp = self._stamp()
                found = [self._read(place) for place in self.replicas]
                best = max((one for one in found if one), key=lambda one: one.weight, default=None)
                if best or stamp == self._stamp():
                    break
            if best is None:
                raise KeyringError("No keyring opens under any root that can be reached.")
            self._believe(best, stamp)
            self._whole = all(one is not None and one.data == best.data for one in found)

    def _believe(self, replica: Replica, stamp: tuple[Stamp | None, ...]) -> None:
        if replica.epoch.number < self.epoch:
            raise KeyringError("The keyring on disk is older than the one in memory.")
        self._hold(replica.epoch, replica.frames, stamp)

    def _read(self, place: Place) -> Replica | None:
        """None if the replica is missing or does not open."""
        data = place.read(self.name) or b""
        number = epoch_in(data)
        for root in self.roots.read(number) if number else []:
            epoch = Epoch(self.association_id.bytes, number or 0, root)
            frames = epoch.read(data, HEADER, 0)
            if frames.number:
                return Replica(data, epoch, frames)
        return None

    def _read_tail(self, stamp: tuple[Stamp | None, ...]) -> bool:
        """Read only what was appended. False: it was not the same append on every replica."""
        if self._epoch is None or self._seen is None:
            return False
        start = header(self._epoch.number)
        if any(place.read(self.name, 0, HEADER) != start for place in self.replicas):
            return False
        tails = [place.read(self.name, self._end) for place in self.replicas]
        if not tails[0] or any(tail != tails[0] for tail in tails):
            return False
        added = self._epoch.read(tails[0], 0, self._frames)
        if not added.keys or added.end != len(tails[0]):
            return False
        self._add(added.keys, added.number, self._end + added.end, stamp)
        return True

    def _hold(self, epoch: Epoch, frames: Frames, stamp: tuple[Stamp | None, ...]) -> None:
        turned = epoch.number != self.epoch
        self._epoch, self.keys, self._seen = epoch, frames.keys, stamp
        self._frames, self._end = frames.number, frames.end
        if turned:  # somebody may have been forgotten; after the keys, so that no old key makes a new cipher
            self.ciphers = {}

    def _add(self, keys: Keys, frames: int, end: int, stamp: tuple[Stamp | None, ...]) -> None:
        self.keys.update(keys)
        self._frames, self._end, self._seen = frames, end, stamp

    def _stamp(self) -> tuple[Stamp | None, ...]:
        return tuple([place.stamp(self.name) for place in self.replicas])

    def stamps(self) -> list[Stamp | None]:
        """Of each replica, then of today's root in each place; None where one is away."""
        return [*self._stamp(), *self.roots.stamps(self.epoch)]

    # Writing

    def create(self) -> None:
        """A keyring for a new association. Refuses to replace one, or to start anew where one has been."""
        for place in [*self.replicas, *self.roots.places]:
            place.prepare()
            if any(name.startswith(self.name) for name in place.names()):
                raise KeyringError("This association has a keyring already.")
        with self._mutex:
            self._turn({})

    def make(self, key_ids: Iterable[bytes]) -> None:
        """Make the keys that are not there yet. They are on every replica when this returns.

        Raises Forgotten for somebody who is erased, whatever the caller knew: it is looked at under the lock.
        """
        wanted = [key_id for key_id in dict.fromkeys(key_ids) if key_id not in self.keys]
        if not wanted and not self._whole:
            self._mend()
        elif wanted:
            with self._writing():
                new = {key_id: secrets.token_bytes(KEY) for key_id in wanted if key_id not in self.keys}
                if any(is_of_the_erased(self.keys, key_id) for key_id in new):
                    raise Forgotten("Nothing is sealed anew for somebody who is erased.")
                if new:
                    self._append(new)

    def forget(self, key_ids: Iterable[bytes]) -> None:
        """Destroy keys. When this returns, no copy made before opens with anything that we hold.

        Raises DestructionPending when a place cannot be reached: nothing may be called done then. Repeat it.
        """
        gone = dict.fromkeys(key_ids, FORGOTTEN)
        try:
            with self._writing():
                self.roots.check(self.epoch)
                if any(self.keys.get(key_id) != FORGOTTEN for key_id in gone):
                    self._turn(self.keys | gone)
                self.roots.destroy_before(self.epoch)
        except (PlaceUnreachable, OSError) as error:
            raise DestructionPending("Keys cannot be destroyed now.") from error

    def change(self, changes: Callable[[Keys], Keys]) -> None:
        """Put keys or tombstones in place of others, under a new root. `changes` is asked under the lock."""
        with self._writing():
            if changed := changes(self.keys):
                self.roots.check(self.epoch)
                self._turn(self.keys | changed)

    def finish(self, *, admit: bool = False) -> None:
        """What a crash left half done: replicas, roots, destruction. Harmless at any time; at start and hourly.

        A place without any root is given one only when a person admits it: the disk that lay there before may be
        unplugged and hold a root. Raises PlaceUnreachable as long as nobody does.
        """
        with self._writing():
            self.load()
            if not self._whole:
                self._replace(self._known, self.keys)
            self.roots.mend(self.epoch, self._known.root, admit=admit)
            self.roots.destroy_before(self.epoch)
            self.roots.check(self.epoch)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time; it begins with replicas that agree."""
        with self._mutex:
            for place in self.replicas:
                place.check()
            with self.replicas[0].locked(f"{self.association_id.hex}.lock"):
                try:
                    self.refresh()
                    if not self._whole:  # a reader of ours may have seen it earlier and gone on
                        self._replace(self._known, self.keys)
                    yield
                except BaseException:
                    self._seen = None  # whatever happened, read everything again before the next use
                    raise

    @property
    def _known(self) -> Epoch:
        if self._epoch is None:
            raise KeyringError("The keyring was not read yet.")
        return self._epoch

    def _append(self, new: Keys) -> None:
        frame = self._known.seal(self._frames, new)
        for place in self.replicas:
            place.append(self.name, self._end, frame)
        self._add(new, self._frames + 1, self._end + len(frame), self._stamp())

    def _turn(self, keys: Keys) -> None:
        # Higher than any ever seen, so that the orphan of a crash dies with the others.
        number = 1 + max(self.epoch, self.roots.newest())
        epoch = Epoch(self.association_id.bytes, number, secrets.token_bytes(ROOT))
        self.roots.write(number, epoch.root)
        self._replace(epoch, keys)
        self.roots.destroy_before(number)

    def _replace(self, epoch: Epoch, keys: Keys) -> None:
        data = header(epoch.number) + epoch.seal(0, keys)
        for place in self.replicas:
            place.replace(self.name, data)
        self._read_back(epoch, data)
        self._hold(epoch, Frames(keys, 1, len(data)), self._stamp())
        self._whole = True

    def _read_back(self, epoch: Epoch, data: bytes) -> None:
        """What the places hold, not what we hold. A repair needs one root only: finish() mends the others."""
        if epoch.root not in self.roots.read(epoch.number) or epoch.open(0, data, HEADER) is None:
            raise KeyringError("The keyring does not open with what the root places hold.")
        if any(place.read(self.name) != data for place in self.replicas):
            raise KeyringError("A replica does not read back.")
