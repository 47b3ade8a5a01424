"""Folding text, and the way back to the original offsets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.text.folding import fold, visible
from tests.curation import slow_oracle


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("GROẞ", "gross"),
        ("İstanbul", "i\u0307stanbul"),
        ("u\u0308ber", "über"),
        ("Ｐｙｔｈｏｎ", "python"),
        ("ﬁne", "fine"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\u00a0 \n b", "a b"),
        ("machine-learning - it", "machine learning - it"),
        ("-a-", "-a-"),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text).text == folded


@settings(max_examples=600, deadline=None, database=None)
@given(st.text(alphabet="aßİ ẞ\u0308\u00ad\n-ä機\u1161가ﬁ\u00a0", max_size=20) | st.text(max_size=20))
def test_every_stretch_leads_back_as_the_slow_oracle_says(text: str) -> None:
    places = slow_oracle.folded(text.encode("utf-8", "replace").decode())
    folded = fold(text.encode("utf-8", "replace").decode())
    assert folded.text == "".join(one for one, _, _ in places)
    for start in range(len(places)):
        for end in range(start + 1, len(places) + 1):
            found = folded.original(start, end)
            assert found[0] >= places[start][1]
            assert found[1] <= places[end - 1][2]
            assert found[0] < found[1]


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(max_size=30))
def test_what_is_visible_leads_back_into_the_text(text: str) -> None:
    seen = visible(text)
    for place in range(len(seen.text)):
        start, end = seen.original(place, place + 1)
        assert 0 <= start < end <= len(text)


def test_visible_text_keeps_case_and_drops_what_is_not_seen() -> None:
    seen = visible("A\u200bB\u00adC Straße １２")
    assert seen.text == "ABC Straße 12"
    assert seen.original(0, 3) == (0, 5)
