"""A JSON text is laid out without a change to any value."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gleanery.web.recorded.layout import laid_out

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_members_stand_on_lines_of_their_own_and_numbers_keep_their_spelling() -> None:
    assert laid_out('{"a":1.10,"b":[ ],"c":{"d":[1E5,"x, {y}"]}}') == (
        '{\n  "a": 1.10,\n  "b": [],\n  "c": {\n    "d": [\n      1E5,\n      "x, {y}"\n    ]\n  }\n}'
    )


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_only_white_space_between_values_is_changed(value: object) -> None:
    raw = json.dumps(value, ensure_ascii=False)
    assert laid_out(raw) == (json.dumps(value, ensure_ascii=False, indent=2))
