"""What can go wrong with keys and seals: one exception for each thing that a caller tells apart."""


class KeyringError(Exception):
    """The keyring cannot do this now. It never means that somebody was erased."""


class KeyMissing(KeyringError):  # noqa: N818 the name says what happened
    """A key that should be here is not: this keyring is older than the data. An alarm, never "erased"."""


class Forgotten(KeyringError):  # noqa: N818 as above
    """The key was destroyed on purpose; it cannot be made again."""


class DestructionPending(KeyringError):  # noqa: N818 as above
    """The keys are not destroyed for good yet: a place could not be reached. Ask again later."""


class SealBroken(Exception):  # noqa: N818 as above
    """These bytes were not sealed for this place, or were changed since."""
