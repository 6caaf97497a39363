"""Today's root of one keyring in its places: written to all, read from any, destroyed everywhere."""

from privacy.vault.errors import DestructionPending, KeyringError
from privacy.vault.frames import ROOT
from privacy.vault.places import Place, PlaceUnreachable, Stamp

END = ".root"


class Roots:
    def __init__(self, keyring: str, places: list[Place]) -> None:
        self.start, self.places = f"{keyring}.", places

    def name_of(self, epoch: int) -> str:
        return f"{self.start}{epoch:08d}{END}"

    def read(self, epoch: int) -> list[bytes]:
        found = [place.read(self.name_of(epoch)) for place in self.places]
        return [root for root in found if root and len(root) == ROOT]

    def stamps(self, epoch: int) -> list[Stamp | None]:
        return [place.stamp(self.name_of(epoch)) for place in self.places]

    def newest(self) -> int:
        """The highest epoch of which any place holds a root, be it the orphan of a crash."""
        return max((epoch for place in self.places for epoch in self._epochs(place)), default=0)

    def write(self, epoch: int, root: bytes) -> None:
        for place in self.places:
            place.check()
        for place in self.places:
            place.replace(self.name_of(epoch), root)
        if any(place.read(self.name_of(epoch)) != root for place in self.places):
            raise KeyringError("A root does not read back.")

    def check(self, epoch: int) -> None:
        """A place that carries its marker but no root counts as away, not as destroyed.

        We never remove today's root, so somebody has put another disk there. The old one may still hold its root.
        """
        if self.missing(epoch):
            raise PlaceUnreachable("A root place holds no root: its disk may be elsewhere.")

    def missing(self, epoch: int) -> int:
        """Raises PlaceUnreachable."""
        for place in self.places:
            place.check()
        return sum(place.read(self.name_of(epoch)) is None for place in self.places)

    def mend(self, epoch: int, root: bytes, *, admit: bool) -> None:
        """`admit`: also where there is none at all, since a person says that no old disk is anywhere."""
        for place in self.places:
            found = place.read(self.name_of(epoch))
            if found != root and (admit or found is not None):
                place.replace(self.name_of(epoch), root)

    def destroy_before(self, epoch: int) -> None:
        """Half-written files too: each holds a root of some epoch. Raises DestructionPending."""
        failed = False
        for place in self.places:
            try:
                place.destroy_leftovers(self.start)
                for old in self._epochs(place):
                    if old < epoch:
                        place.destroy(self.name_of(old))
            except (OSError, KeyringError):
                failed = True
        if failed:
            raise DestructionPending("An old root could not be destroyed yet.")

    def _epochs(self, place: Place) -> list[int]:
        names = [name for name in place.names() if name.startswith(self.start) and name.endswith(END)]
        return [int(name[len(self.start) : -len(END)]) for name in names]
