"""Sealed streams: chunks cannot be cut, swapped, repeated or moved."""

import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import Forgotten, KeyringError, SealBroken
from privacy.vault.keyring import Keyring
from privacy.vault.streams import CHUNK, HEADER, LENGTH, TAG, SealedReader, nonce_of, padded_size, seal_stream
from tests.privacy.vault.keyrings import new_ring, person

ANN, BEN = person(1), person(2)
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 100]


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return new_ring(tmp_path / "house")


def sealed(ring: Keyring, data: bytes, key_id: bytes = ANN, aad: bytes = b"ams.x.file") -> bytes:
    target = io.BytesIO()
    assert seal_stream(io.BytesIO(data), target, ring, key_id, aad) == len(data)
    return target.getvalue()


def read(ring: Keyring, data: bytes, aad: bytes = b"ams.x.file", key_id: bytes = ANN) -> bytes:
    return io.BufferedReader(SealedReader(io.BytesIO(data), ring, key_id, aad)).read()


def some(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_a_stream_comes_back_as_it_was(ring: Keyring, size: int) -> None:
    assert read(ring, sealed(ring, some(size))) == some(size)


def test_a_source_that_gives_little_at_a_time_is_read_whole(ring: Keyring) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 1000))

    target = io.BytesIO()
    seal_stream(Slow(some(2 * CHUNK + 5)), target, ring, ANN, b"x")
    assert read(ring, target.getvalue(), b"x") == some(2 * CHUNK + 5)


@pytest.mark.parametrize("size", SIZES)
def test_a_cut_stream_is_refused_before_its_beginning_is_shown(ring: Keyring, size: int) -> None:
    data = sealed(ring, some(size))
    cuts = {HEADER + number * (CHUNK + TAG) for number in range(4)} | {0, 5, HEADER - 1, len(data) - 1}
    for cut in sorted(cut for cut in cuts if cut < len(data)):
        with pytest.raises(SealBroken):
            SealedReader(io.BytesIO(data[:cut]), ring, ANN, b"ams.x.file")


def test_chunks_swapped_repeated_left_out_or_added_are_refused(ring: Keyring) -> None:
    plain = some(3 * CHUNK - LENGTH)  # no zeros are needed: three chunks
    data = sealed(ring, plain)
    head, chunks = (
        data[:HEADER],
        [data[at : at + CHUNK + TAG] for at in range(HEADER, len(data), CHUNK + TAG)],
    )
    assert len(chunks) == 3
    assert read(ring, head + b"".join(chunks)) == plain
    for order in ((1, 0, 2), (0, 0, 2), (0, 2), (0, 1, 2, 2), (2,), (0, 1)):
        with pytest.raises(SealBroken):
            read(ring, head + b"".join(chunks[number] for number in order))
    for more in (b"x", bytes(CHUNK + TAG)):
        with pytest.raises(SealBroken):
            read(ring, data + more)


def test_nothing_in_plain_says_whose_a_stream_is(ring: Keyring) -> None:
    data = sealed(ring, b"a scan of a passport")
    assert ANN[:16] in b"needle" + ANN
    assert ANN[:16] not in data
    ring.make([BEN])
    with pytest.raises(SealBroken):
        read(ring, data, key_id=BEN)


def test_sizes_of_one_step_look_alike(ring: Keyring) -> None:
    assert len({len(sealed(ring, bytes(size))) for size in (0, 1, 300, 4000)}) == 1
    assert len(sealed(ring, bytes(100_000))) == len(sealed(ring, bytes(100_300)))


@given(st.integers(0, 300_000_000))
def test_padding_costs_an_eighth_at_the_most_and_leaves_the_length_in_one_piece(size: int) -> None:
    padded = padded_size(size)
    assert size <= padded <= max(4096, size * 1.12)
    assert padded_size(padded) == padded
    assert padded % CHUNK == 0 or padded % CHUNK >= LENGTH


def test_a_stream_of_the_first_version_is_read(ring: Keyring) -> None:
    """Its header named the key, and its length was the file's."""
    for plain in (b"", b"a scan of a passport", some(CHUNK + 5)):
        header = b"AMSFILE1" + ANN + bytes(7)
        target = io.BytesIO()
        target.write(header)
        chunks = [plain[at : at + CHUNK] for at in range(0, len(plain) or 1, CHUNK)]
        for number, chunk in enumerate(chunks):
            nonce = nonce_of(header, number, number == len(chunks) - 1)
            target.write(ring.key_for(ANN).encrypt(nonce, chunk, header + b"ams.x.file"))
        assert read(ring, target.getvalue(), key_id=b"") == plain


@pytest.mark.parametrize("at", [0, 8, HEADER - 1, HEADER, HEADER + CHUNK + TAG + 3, -1])
def test_a_changed_byte_is_refused(ring: Keyring, at: int) -> None:
    data = bytearray(sealed(ring, some(2 * CHUNK)))
    data[at] ^= 1
    with pytest.raises((SealBroken, KeyringError)):
        read(ring, bytes(data))


def test_another_columns_stream_is_refused(ring: Keyring) -> None:
    with pytest.raises(SealBroken):
        read(ring, sealed(ring, b"x"), b"ams.y.file")


def test_a_stream_of_the_forgotten_does_not_open(ring: Keyring) -> None:
    hers, his = sealed(ring, b"Ann"), sealed(ring, b"Ben", BEN)
    ring.forget([ANN])
    with pytest.raises(Forgotten):
        read(ring, hers)
    assert read(ring, his, key_id=BEN) == b"Ben"
    with pytest.raises(Forgotten):
        sealed(ring, b"Ann again")


def test_a_reader_seeks(ring: Keyring) -> None:
    reader = SealedReader(io.BytesIO(sealed(ring, some(3 * CHUNK + 100))), ring, ANN, b"ams.x.file")
    assert reader.size == 3 * CHUNK + 100
    for at in (2 * CHUNK + 7, 5, 3 * CHUNK + 90, 0):
        reader.seek(at)
        assert reader.read(20) == some(4 * CHUNK)[at : min(at + 20, reader.size)]
    assert reader.seek(-3, io.SEEK_END) == reader.size - 3
    assert reader.seek(1, io.SEEK_CUR) == reader.tell()
    reader.seek(10, io.SEEK_END)
    assert reader.read() == b""


def test_a_large_stream_is_never_in_memory(ring: Keyring, tmp_path: Path) -> None:
    class Zeros(io.RawIOBase):
        left = 50 * 1024 * 1024

        def read(self, size: int = -1) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    ring.make([ANN])
    path = tmp_path / "large"
    tracemalloc.start()
    try:
        source: Any = Zeros()
        with path.open("wb") as target:
            seal_stream(source, target, ring, ANN, b"x")
        with path.open("rb") as stored, SealedReader(stored, ring, ANN, b"x") as reader:
            while reader.read(CHUNK):
                pass
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024 * 1024
    finally:
        tracemalloc.stop()
