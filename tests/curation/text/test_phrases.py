"""Finding many phrases in one pass."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from curation.text.phrases import Phrases
from tests.curation import slow_oracle

LETTERS = (
    "abßsSäÄİiıI\u0307\u0308\u0301 -\u2010\u2011 \u00a0\n機械学習かが\u3099"
    "\u00ad\u200dﬁｆ＋+#._1²ᄀ\u1161\u11a8가Ǆǆ🎉"
)
TEXT = st.text(alphabet=LETTERS, max_size=14)
PHRASES = st.lists(st.text(alphabet=LETTERS, min_size=1, max_size=4), min_size=1, max_size=6)


@settings(max_examples=1_000, deadline=None, database=None)
@given(PHRASES, TEXT)
def test_the_matches_equal_those_of_a_slow_oracle(phrases: list[str], text: str) -> None:
    assert set(Phrases(phrases).find(text)) == slow_oracle.find(phrases, text)


@settings(max_examples=300, deadline=None, database=None)
@given(PHRASES, st.text(max_size=30))
def test_the_same_holds_for_any_text(phrases: list[str], text: str) -> None:
    whole = [phrase for phrase in (*phrases, text[3:7]) if phrase]
    assert set(Phrases(whole).find(text)) == slow_oracle.find(whole, text)


def test_matches_come_in_the_order_of_the_text() -> None:
    assert Phrases(["b", "a"]).find("a b a") == [(0, 1, 1), (2, 3, 0), (4, 5, 1)]


def test_phrases_that_fold_alike_are_each_found() -> None:
    assert Phrases(["Straße", "STRASSE"]).find("die straße") == [(4, 10, 0), (4, 10, 1)]


def test_overlapping_phrases_are_both_found_unless_one_holds_the_other() -> None:
    found = Phrases(["data analysis", "analysis tools", "data"]).find("data analysis tools")
    assert found == [(0, 13, 0), (5, 19, 1)]


def test_a_star_lets_the_word_go_on_there() -> None:
    phrases = Phrases(["spiel*", "*spiel", "*sp*"], wildcards=True)
    assert phrases.find("spielen") == [(0, 5, 0)]
    assert phrases.find("Gewinnspiel") == [(6, 11, 1)]
    assert phrases.find("Knospe") == [(3, 5, 2)]
    assert Phrases(["spiel*"]).find("spielen") == []


def test_empty_phrases_are_never_found() -> None:
    assert Phrases([]).find("a") == []
    assert Phrases(["", " ", "\u200b", "*"], wildcards=True).find("a * b") == []


def test_lone_surrogates_do_no_harm() -> None:
    assert Phrases(["a\ud800"]).find("\ud800 a\udfff") == [(2, 4, 0)]
