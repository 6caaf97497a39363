"""Answers of an unfinished wizard open with the visitor's cookie and with nothing else."""

import uuid

import pytest

from privacy.vault import SealBroken
from privacy.vault.drafts import new_key, open_draft, seal_draft

DRAFT, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
ANSWERS = b'{"given_name": "Ann"}'


def test_answers_come_back_with_the_cookie() -> None:
    key = new_key()
    for payload in (ANSWERS, b"", b"x" * 100_000, bytes(64)):
        assert open_draft(seal_draft(payload, key, DRAFT), key, DRAFT) == payload


def test_nothing_lies_in_plain_and_lengths_are_padded() -> None:
    key = new_key()
    assert b"Ann" in ANSWERS
    assert b"Ann" not in seal_draft(ANSWERS, key, DRAFT)
    assert len(seal_draft(b"a", key, DRAFT)) == len(seal_draft(b"a" * 30, key, DRAFT))


@pytest.mark.parametrize("cookie", ["A" * 43, "", "short", "é" * 43, "====", "A" * 400])
def test_another_cookie_does_not_open_them(cookie: str) -> None:
    with pytest.raises(SealBroken):
        open_draft(seal_draft(ANSWERS, new_key(), DRAFT), cookie, DRAFT)


def test_another_draft_does_not_open_with_it() -> None:
    key = new_key()
    with pytest.raises(SealBroken):
        open_draft(seal_draft(ANSWERS, key, DRAFT), key, OTHER)


@pytest.mark.parametrize("at", [0, 12, -1])
def test_a_changed_byte_is_refused(at: int) -> None:
    key = new_key()
    data = bytearray(seal_draft(ANSWERS, key, DRAFT))
    data[at] ^= 1
    for broken in (bytes(data), b"", bytes(data)[:20]):
        with pytest.raises(SealBroken):
            open_draft(broken, key, DRAFT)


def test_what_the_database_gives_back_opens() -> None:
    key = new_key()
    assert open_draft(memoryview(seal_draft(ANSWERS, key, DRAFT)), key, DRAFT) == ANSWERS  # type: ignore[arg-type]
