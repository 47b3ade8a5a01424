"""JSON that only one reading is possible of."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.errors import InvalidStatement
from xapi.strict_json import is_deeper, parse


def depth(value: Any) -> int:
    """How deep a value nests: the slow, certain way."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


NESTED = st.recursive(
    st.text(alphabet='{}[]"\\ab'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='{}[]"\\k'), inner),
    max_leaves=30,
)


@given(NESTED, st.integers(0, 8))
def test_depth_is_measured_level_by_level(value: Any, limit: int) -> None:
    assert is_deeper(value, limit) == (depth(value) > limit)


@given(NESTED)
def test_parsing_gives_what_was_written(value: Any) -> None:
    assert parse(msgspec.json.encode(value)) == value


@pytest.mark.parametrize(("size", "fits"), [(10, True), (11, False)])
def test_the_size_limit_is_a_limit_of_bytes(size: int, fits: bool) -> None:
    raw = b'"' + b"x" * (size - 2) + b'"'
    if fits:
        assert parse(raw, 10)
    else:
        with pytest.raises(InvalidStatement, match="size"):
            parse(raw, 10)


def test_a_word_like_nan_in_a_text_is_no_number() -> None:
    assert parse(b'{"a": "NaN", "b": "x,NaN"}') == {"a": "NaN", "b": "x,NaN"}
