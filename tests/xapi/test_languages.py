"""Which text of several a reader is given."""

from __future__ import annotations

from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import calls_of
from xapi.languages import one_language

CASES = [
    ("en-GB", "en-US en-GB", "en-GB"),
    ("EN-gb", "en-US en-GB", "en-GB"),
    ("en", "de en-US", "en-US"),
    ("en-GB", "de en", "en"),
    ("zh-Hant-TW", "de zh zh-Hant", "zh-Hant"),
    ("zh-Hant-x-own", "zh-Hant-x zh-Hant", "zh-Hant"),
    ("de, en;q=0.8", "en de", "de"),
    ("de;q=0.2, en;q=0.8", "de en", "en"),
    ("de;q=0.2,en;q=0.8,fr", "de en fr", "fr"),
    ("fr, en-GB;q=0.9, de;q=0.1", "de en-US", "de"),
    ("en-GB", "de en-US", "en-US"),
    ("*", "de en", "de"),
    ("en;q=0.1, *", "en de", "de"),
    ("fr, *;q=0.5, en;q=0.1", "en de", "de"),
    ("de;q=0", "de en", "en"),
    ("en, de;q=0", "de en-US", "en-US"),
    ("*;q=0, en;q=0.1", "de en", "en"),
    ("en;q=0", "en en-US", "en"),
    ("", "de en", "de"),
    ("ja", "de en", "de"),
    ("en;q=2, de", "en de", "de"),
    ("!!, de", "en de", "de"),
    ("de ; q = 0.5 , en", "de en", "en"),
    ("i-klingon", "en i-klingon", "i-klingon"),
]


@pytest.mark.parametrize(("accept_language", "tags", "chosen"), CASES)
def test_the_most_wanted_language_is_chosen(accept_language: str, tags: str, chosen: str) -> None:
    texts = {tag: f"in {tag}" for tag in tags.split()}
    assert one_language(texts, accept_language) == {chosen: f"in {chosen}"}


def test_a_map_without_choice_stays_as_it_is() -> None:
    assert one_language({}, "en") == {}
    assert one_language({"de": "x"}, "en, de;q=0") == {"de": "x"}


RANGES = st.sampled_from(
    ["en", "en-GB", "de", "*", "x", "zh-Hant", "??", "en;q=0", "de;q=0.5", "*;q=0.001", ""]
)


@given(
    st.lists(RANGES).map(",".join) | st.text(),
    st.lists(st.sampled_from(["en", "en-US", "de", "zh"]), unique=True),
)
def test_exactly_one_text_is_chosen_whatever_was_sent(accept_language: str, tags: list[str]) -> None:
    chosen = one_language(dict.fromkeys(tags, ""), accept_language)
    assert len(chosen) == min(1, len(tags))
    assert chosen.keys() <= set(tags)


def test_many_wishes_for_many_languages_are_not_tried_each_with_each() -> None:
    texts = {f"{first}{second}": "" for first in ascii_lowercase for second in ascii_lowercase}
    one = calls_of(lambda: one_language(texts, "zzz")).total()
    wishes = ",".join(f"zz{letter}" for letter in ascii_lowercase)
    many = calls_of(lambda: one_language(texts, wishes)).total()
    assert many < 2 * one


def test_a_tag_of_very_many_subtags_is_chosen_by_its_first() -> None:
    long = "de-x" + "-a" * 10_000
    assert one_language({"en": 1, long: 2}, "de") == {long: 2}
    assert one_language({"en": 1, "de": 2}, long) == {"en": 1}, "no range that anybody means"


def test_a_header_of_any_length_is_heeded_to_a_bound() -> None:
    assert one_language({"de": 1, "en": 2}, "fr," * 100_000 + "en") == {"de": 1}
