"""The terms of a text, and where they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curation.linking.terms import stem, terms_in, terms_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("networks", "network"),
        ("policies", "policy"),
        ("Netzwerken", "Netzwerk"),
        ("Straßen", "STRASSE"),
        ("könnten", "Könnte"),
        ("mesures", "mesure"),
        ("life-cycle", "life cycle"),
        ("ﬁle", "file"),
    ],
)
def test_the_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert terms_of(one) == terms_of(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("analysis", "analyst"), ("C", "C++"), ("C#", "C++"), ("news", "new")]
)
def test_different_words_are_different_terms(one: str, other: str) -> None:
    assert terms_of(one) != terms_of(other)


def test_small_words_are_no_terms_and_unspaced_scripts_give_pairs() -> None:
    assert terms_of("the art of der die das le la") == ["art"]
    assert terms_of("機械学習 Python 鉄") == ["機械", "械学", "学習", "pytho", "鉄"]


@example(text="機学\u0308か")
@settings(max_examples=200, deadline=None, database=None)
@given(st.text(alphabet="aäßSsenİǅﬁ機学か \u00ad\u0308-+.\n🙂\ud800", max_size=30))
def test_the_places_are_those_of_the_terms(text: str) -> None:
    found = list(terms_in(text))
    assert [one.text for one in found] == terms_of(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    # pairs of characters share one, which may take several places with the marks that sit on it
    assert all(one.start < other.start and one.end < other.end for one, other in pairwise(found))


def test_a_stem_keeps_four_characters_and_never_ends() -> None:
    assert [stem(word) for word in ("uses", "nes", "less", "bus", "")] == ["uses", "nes", "less", "bus", ""]
    assert len(stem("a" * 1_000_000)) == 64
