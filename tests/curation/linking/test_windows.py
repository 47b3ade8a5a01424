"""The stretches of an item that are asked about one by one."""

from __future__ import annotations

from curation.linking.terms import terms_of
from curation.linking.windows import LONGEST, windows_of
from gleanery.testing import subject

SENTENCE = "Forklifts, ladders, cranes, ropes, hooks, chains, belts, wheels, brakes need care."


def test_title_sentences_and_tags_each_have_their_window() -> None:
    found = windows_of(
        subject(f"{SENTENCE} {SENTENCE}\n{SENTENCE}", title="Ladders", tags=("safety", "first aid"))
    )
    assert [one.field for one in found] == ["title", "text", "text", "text", "tags"]
    assert [one.part.counts for one in found] == [1.25, 1.0, 1.0, 1.0, 1.25]
    assert found[-1].times.keys() == {"safety", "first", "aid"}


def test_short_sentences_are_taken_together_and_nothing_is_lost() -> None:
    text = "Ropes. Hooks! Chains? Belts… " * 8
    found = windows_of(subject(text))
    assert 2 < len(found) < 8
    assert [term for one in found for term in one.times.elements()].sort() == terms_of(text).sort()
    assert sum(one.times.total() for one in found) == len(terms_of(text))


def test_spans_are_places_in_the_field_and_addresses_are_no_words() -> None:
    given = subject(f"See https://ladders.example.org/ropes now.\n{SENTENCE}", title="On ropes")
    words = [
        (span.field, getattr(given, span.field)[span.start : span.end])
        for one in windows_of(given)
        for span in one.spans({"rope", "ladder"}, "urn:x")
    ]
    assert words == [("title", "ropes"), ("text", "ladders"), ("text", "ropes")]


def test_a_text_without_an_end_is_cut_and_a_very_long_one_is_not_read_to_its_end() -> None:
    assert len(windows_of(subject("ladders " * 400))) > 3
    assert sum(len(one.words) for one in windows_of(subject("ladders " * 100_000))) <= LONGEST
    assert windows_of(subject("🙂" * 1_000)) == []
