"""Compression, and a dictionary that knows nobody."""

from __future__ import annotations

import re
import threading

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.records import approval, approvals
from xapi.errors import Tampered
from xapi.lrs import codec
from xapi.lrs.train import SIZE, TRAINED_WITH, corpus, train

_LEAST = 8
"""The trainer copies pieces of at least this many bytes."""


def test_the_shipped_dictionary_is_what_the_made_up_statements_give() -> None:
    """Another zstd may choose other pieces of them; the next test holds for every zstd."""
    shipped = codec.dictionary(codec.CURRENT)
    assert shipped == train() or zstandard.ZSTD_VERSION != TRAINED_WITH


def test_the_made_up_statements_are_the_same_each_time() -> None:
    assert list(corpus()) == list(corpus())


def test_every_text_in_the_dictionary_is_from_a_made_up_statement() -> None:
    """Cut into the longest pieces that occur in them, the dictionary has no letters left over."""
    shipped = codec.dictionary(codec.CURRENT)
    known = b"\n".join(corpus())
    texts = re.findall(rb"[\x20-\x7e]{24,}", shipped)
    assert sum(map(len, texts)) > SIZE * 0.9
    for text in texts:
        assert _strange(text, known) <= _LEAST * 2, text


def _strange(text: bytes, known: bytes) -> int:
    """How many bytes of a text lie in no piece that is known."""
    strange = position = 0
    while position < len(text):
        length = _known_length(text, position, known)
        strange += length < _LEAST
        position += length if length >= _LEAST else 1
    return strange


def _known_length(text: bytes, start: int, known: bytes) -> int:
    low, high = 0, len(text) - start
    while low < high:
        middle = (low + high + 1) // 2
        if text[start : start + middle] in known:
            low = middle
        else:
            high = middle - 1
    return low


def test_a_text_that_was_never_made_up_would_be_noticed() -> None:
    known = b"\n".join(corpus())
    assert _strange(b'"name":"Grace Hopper wrote the first compiler"', known) > _LEAST * 2


@given(st.binary(max_size=5000))
def test_any_bytes_come_back(raw: bytes) -> None:
    assert codec.unpack(codec.CURRENT, codec.pack(raw)) == raw


def test_our_statements_shrink_to_a_quarter() -> None:
    raw = [built.raw for built in approvals(100)]
    packed = sum(len(codec.pack(one)) for one in raw)
    assert packed < sum(map(len, raw)) / 4


def test_bytes_that_nobody_packed_are_refused() -> None:
    with pytest.raises(Tampered, match="cannot be unpacked"):
        codec.unpack(codec.CURRENT, b"nonsense")
    with pytest.raises(Tampered, match="cannot be unpacked"):
        codec.unpack(codec.CURRENT, codec.pack(approval(1).raw)[:-3])


def test_a_dictionary_that_was_never_shipped_is_named() -> None:
    with pytest.raises(Tampered, match="dictionary 99"):
        codec.unpack(99, codec.pack(b"x"))


def test_a_statement_of_impossible_size_is_not_unpacked() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(codec.MAX_STATEMENT + 1))
    with pytest.raises(Tampered, match="larger"):
        codec.unpack(codec.CURRENT, bomb)


def test_threads_pack_and_unpack_side_by_side() -> None:
    raw = [built.raw for built in approvals(300)]
    faults: list[bytes] = []

    def work() -> None:
        faults.extend(one for one in raw if codec.unpack(codec.CURRENT, codec.pack(one)) != one)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
