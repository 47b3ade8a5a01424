"""gleanery.flow.rules.patterns: text made comparable, and patterns that cannot run for ever."""

from __future__ import annotations

import time

import pytest

from gleanery.flow.rules.patterns import MAX_LOOKED_AT, folded, has_word, is_found, visible

HOSTILE = (r"(a+)+$b", r"(a*)*b", r"(a|aa)+$b", r"(\w+\s?)+$!", r"(?:a?){40}a{40}b", r"(.*)*=(.*)*!")
"""Patterns on which an engine that goes back over its steps would be busy for longer than there is a sun."""


@pytest.mark.parametrize("pattern", HOSTILE)
def test_no_pattern_keeps_an_item_waiting(pattern: str) -> None:
    began = time.thread_time()
    for text in ("a" * MAX_LOOKED_AT, "aB cD " * (MAX_LOOKED_AT // 6), "漢" * MAX_LOOKED_AT):
        is_found(pattern, text)
    assert time.thread_time() - began < 0.5


def test_a_pattern_knows_the_words_of_every_language() -> None:
    assert is_found(r"\bübung\b", "Eine ÜBUNG für alle")
    assert not is_found(r"\bbung\b", "Eine Übung")
    assert is_found(r"^\w+$", "Größe")
    assert is_found(r"\d{2}", "٣٤")
    assert is_found("(?-i)AI", "AI")
    assert not is_found("(?-i)AI", "ai")


def test_unseen_signs_wide_letters_and_direction_marks_hide_nothing() -> None:
    assert folded("Sa\u200bles \u202edeck\u202c\n ＴＷＯ") == "sales deck two"
    assert visible("cof\ufb01x\u00ad") == "coffix"
    assert folded("STRASSE") == folded("Straße")
    assert len(visible("漢" * (2 * MAX_LOOKED_AT))) == MAX_LOOKED_AT


@pytest.mark.parametrize(
    ("text", "word", "is_there"),
    [
        ("a sales deck for all", "sales deck", True),
        ("presales decks", "sales deck", False),
        ("die übungen", "übung", False),
        ("die übung.", "übung", True),
        ("c++ and c", "c++", True),
        ("機械学習の入門", "学習", True),
        ("كتاب الرياضيات", "كتاب", True),
        ("مكتاب", "كتاب", False),
        ("no", "now", False),
    ],
)
def test_a_word_stands_on_its_own_or_in_a_script_without_spaces(text: str, word: str, is_there: bool) -> None:
    assert has_word(folded(text), folded(word)) is is_there
