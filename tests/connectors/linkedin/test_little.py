"""LinkedIn's markup of words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linkedin.little import hashtags, plain_words
from tests.fakes.linkedin import written


@pytest.mark.parametrize(
    ("commentary", "shown"),
    [
        ("Hello @[Harbour Works](urn:li:organization:1234)!", "Hello Harbour Works!"),
        ("Thanks @[Dev \\(test\\) co] (urn:li:organization:2414183)", "Thanks Dev (test) co"),
        ("On {hashtag|\\#|Rigging} and {hashtag|＃|crane\\_safety}", "On #Rigging and #crane_safety"),
        ("5 \\* 3 \\\\ 2 \\| a\\_b \\~ \\{x\\} \\<y\\>", "5 * 3 \\ 2 | a_b ~ {x} <y>"),
        ("see https://example.org/a\\_b\\(1\\)", "see https://example.org/a_b(1)"),
        ("mail a\\@example.org, no. \\#7, C# and #tag", "mail a@example.org, no. #7, C# and #tag"),
        ("@[unfinished](nothing", "@[unfinished](nothing"),
        ("a lone \\ and \\n", "a lone \\ and \\n"),
    ],
)
def test_a_post_reads_as_a_reader_sees_it(commentary: str, shown: str) -> None:
    assert plain_words(commentary) == shown


def test_hashtags_are_found_in_both_spellings_but_not_where_they_are_escaped() -> None:
    commentary = "#Lifts {hashtag|\\#|Rigging} \\#7 C#x https://example.org/#part #Lifts"
    assert hashtags(commentary) == ("Lifts", "Rigging")


@given(st.text())
def test_any_words_that_are_escaped_come_back_as_they_were(words: str) -> None:
    assert plain_words(written(words)) == words.strip()


@given(st.text(alphabet="@[]()\\{}|#ahstgur n:li:"))
def test_no_markup_however_broken_makes_the_reader_fail(words: str) -> None:
    assert isinstance(plain_words(words), str)
    assert all(hashtags(words))


@pytest.mark.parametrize("broken", ["@[", "{hashtag|#|", "@[x](urn:li:", "\\"])
def test_broken_markup_takes_no_longer_than_its_length_calls_for(broken: str) -> None:
    began = time.process_time()
    hashtags(broken * (100_000 // len(broken)))
    assert time.process_time() - began < 5, "it takes minutes where each mark is looked for to the end"
