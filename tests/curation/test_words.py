"""Blocked and wanted words."""

from __future__ import annotations

import pytest

from curation.words import Words, WordsSettings
from gleanery.testing import TEXTS, check_settings_refused, check_step, subject


@pytest.fixture
def step() -> Words:
    return Words(
        WordsSettings(blocked=["casino", "Gewinnspiel*", "get rich", "広告"], wanted=["Python", "Übung"])
    )


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The CASINO is open", "CASINO"),
        ("Unsere Gewinnspielteilnahme", "Gewinnspiel"),
        ("Get\u00a0 Rich now", "Get\u00a0 Rich"),
        ("get-rich schemes", "get-rich"),
        ("これは広告です", "広告"),
    ],
)
def test_a_blocked_word_drops_and_is_marked(step: Words, text: str, marked: str) -> None:
    finding = step.judge(subject(text))
    assert (finding.verdict, finding.reason, finding.params) == ("drop", "words.blocked", {"count": 1})
    assert [text[span.start : span.end] for span in finding.spans] == [marked]


@pytest.mark.parametrize("text", ["casinos", "Kasino", "mycasino", "to get richer", "casinö"])
def test_a_part_of_another_word_is_not_blocked(step: Words, text: str) -> None:
    assert step.judge(subject(text)).verdict == "keep"


def test_title_and_tags_are_looked_at_too(step: Words) -> None:
    assert step.judge(subject("", title="A casino")).spans[0].field == "title"
    assert step.judge(subject("", tags=("casino",))).params == {"count": 1}


def test_wanted_words_flag_and_score(step: Words) -> None:
    finding = step.judge(subject("Eine UBUNG, eine U\u0308BUNG", title="PYTHON for all"))
    assert (finding.verdict, finding.reason, finding.flags) == ("keep", "words.wanted", ("wanted",))
    assert finding.scores == {"wanted": 1.0}
    assert [(span.field, span.start, span.end) for span in finding.spans] == [
        ("title", 0, 6),
        ("text", 17, 23),
    ]


@pytest.mark.parametrize("verdict", ["keep", "ask", "drop"])
def test_without_a_wanted_word_the_setting_decides(verdict: str) -> None:
    step = Words(WordsSettings.model_validate({"wanted": ["Python"], "unwanted": verdict}))
    finding = step.judge(subject("about cooking"))
    assert (finding.verdict, finding.reason, finding.scores) == (verdict, "words.unwanted", {"wanted": 0.0})


def test_without_lists_everything_is_kept() -> None:
    assert Words(WordsSettings()).judge(subject("anything")).reason == "words.none"


def test_reasons_hold_no_words_of_the_post_or_the_lists(step: Words) -> None:
    assert all(isinstance(value, int) for value in step.judge(subject("casino casino")).params.values())


def test_the_contract_holds(step: Words) -> None:
    check_step(step, [*TEXTS, "casino", "Python \ud800"])
    check_settings_refused(Words, {"block": ["a"]})
