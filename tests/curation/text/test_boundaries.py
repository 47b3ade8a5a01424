"""Words and where they end."""

from __future__ import annotations

import pytest

from curation.text.boundaries import addresses, blank_addresses, count_words, without_addresses


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two, three!", 3),
        ("don't well-known C++", 3),
        ("Übung macht den Meister", 4),
        ("see https://example.org/a/b", 1),
        ("機械学習の入門", 4),
        ("Python入門", 2),
        ("— … 🎉", 0),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert count_words(text) == words


def test_addresses_are_found_without_what_follows_them() -> None:
    text = "See (https://example.org/a_(b)), www.example.org. Or HTTP://EXAMPLE.ORG/x?y=1!"
    assert addresses(text) == ["https://example.org/a_(b)", "www.example.org", "HTTP://EXAMPLE.ORG/x?y=1"]
    assert "example" not in without_addresses(text).lower()
    assert len(blank_addresses(text)) == len(text)
