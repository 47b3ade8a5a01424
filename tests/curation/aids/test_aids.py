"""Summary, key terms, minutes and level: places in the text, the same every time, of any text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.aids import Aids, AidsSettings
from gleanery.ports import Finding, Standing
from gleanery.testing import TEXTS, check_settings_refused, check_step, subject
from tests.curation.quality.test_quality import HOSTILE

TEXT = (
    "Welcome back to our series. Slow database queries usually have a plan that reads too many rows. "
    "An index lets the database find the rows without reading the whole table. Coffee was served at ten. "
    "The query planner decides by statistics whether an index is worth using. My colleague wore a green hat. "
    "When statistics are stale, the planner reads the table although an index would be faster. "
    "So refresh the statistics before you add another index to the table. Thanks for reading."
)


@pytest.fixture
def step() -> Aids:
    return Aids(AidsSettings())


def judged(text: str, title: str = "", **changes: Any) -> Finding:
    return Aids(AidsSettings(**changes.pop("settings", {}))).judge(subject(text, title, **changes))


def marked(finding: Finding, text: str, kind: str) -> list[str]:
    return [text[span.start : span.end] for span in finding.spans if span.kind == kind]


def test_the_step_keeps_its_contract(step: Aids) -> None:
    check_step(step)
    check_settings_refused(Aids, {"terms": -1})


def test_the_summary_is_whole_sentences_of_the_text_that_speak_of_its_matter() -> None:
    told = marked(judged(TEXT), TEXT, "summary")
    assert 1 <= len(told) <= 3
    assert all(sentence.endswith(".") and ("index" in sentence or "planner" in sentence) for sentence in told)


def test_a_text_of_three_sentences_is_its_own_summary() -> None:
    assert marked(judged("One thing is here. Another is there. The third is gone."), "", "summary") == []


def test_sentences_that_say_the_same_are_not_marked_twice() -> None:
    text = " ".join(
        ["The planner reads stale statistics of the table."] * 8 + ["Indexes cost disk space too."] * 2
    )
    told = marked(judged(text), text, "summary")
    assert len(told) == len(set(told))


def test_key_terms_are_what_the_text_is_about_in_its_own_words() -> None:
    terms = [term.casefold() for term in marked(judged(TEXT, "Why queries are slow"), TEXT, "term")]
    assert any("index" in term for term in terms)
    assert not {"welcome", "the", "when", "so", "back"} & set(terms)
    assert len(terms) <= 5


def test_how_much_is_marked_is_a_setting() -> None:
    found = judged(TEXT, settings={"terms": 0, "summary": False})
    assert (found.spans, found.reason) == ((), "aids.none")


@pytest.mark.parametrize(
    "text",
    [
        "数据库索引可以加快查询速度。没有索引的查询会读取整个表。统计信息过期时查询计划会出错。请先更新统计信息再添加索引。"
        "今天天气很好。索引也占用磁盘空间。",
        "الفهرس يسرع استعلامات قاعدة البيانات. بدون فهرس يقرأ المخطط الجدول كله. الإحصاءات القديمة تضلل المخطط. "
        "حدث الإحصاءات قبل إضافة فهرس جديد إلى الجدول. شكرا لكم على القراءة. الفهرس يحتاج مساحة على القرص.",
    ],
)
def test_other_scripts_have_summaries_too(text: str) -> None:
    assert 1 <= len(marked(judged(text), text, "summary")) <= 3


def test_minutes_go_by_the_speed_of_the_language_and_by_what_the_thing_is() -> None:
    english = "The planner reads the statistics of every table before it starts to work. " * 110  # 1430 words
    chinese = "数据库索引可以加快查询速度。" * 100  # 1,300 characters
    assert judged(english).minutes == 6
    assert judged(chinese).minutes == 5
    assert judged("Short words of a colleague about an index.", kind="message").minutes == 1
    assert judged("A talk.", kind="video", standing=Standing(seconds=1_790)).minutes == 30


def test_an_excerpt_says_nothing_of_how_long_the_whole_takes() -> None:
    assert judged("The beginning of an article that goes on elsewhere.").minutes is None
    assert judged(TEXT * 3, kind="link").minutes is None
    assert judged(TEXT * 3, kind="video").minutes is None


def test_the_minutes_of_a_long_text_count_what_is_not_looked_at() -> None:
    one = "The planner reads the statistics of every table before it starts to work. " * 1_000
    assert judged(one * 2).minutes == pytest.approx(2 * (judged(one).minutes or 0), abs=1)


def test_the_level_is_a_score_and_given_only_where_scores_may_be() -> None:
    asked = subject(TEXT)
    assert Aids(AidsSettings()).judge(asked).level in ("easy", "medium")
    assert Aids(AidsSettings()).judge(replace(asked, standing=Standing(may_score=False))).level == ""


@pytest.mark.parametrize("text", [*TEXTS, *HOSTILE], ids=range(len(TEXTS) + len(HOSTILE)))
def test_any_text_gets_its_aids_and_every_mark_lies_in_it(step: Aids, text: str) -> None:
    found = step.judge(subject(text, text[:2_000]))
    for span in found.spans:
        assert 0 <= span.start < span.end <= len(text)


def test_a_finding_holds_no_word_of_the_text() -> None:
    found = judged(TEXT, "Why queries are slow")
    assert all(isinstance(value, int | float) for value in (*found.params.values(), *found.scores.values()))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*TEXT.split(), "\n\n", "索引", "فهرس", "🎉", "- ", "```"]), max_size=120))
def test_the_same_words_give_the_same_marks(words: list[str]) -> None:
    asked = subject(" ".join(words))
    found = Aids(AidsSettings()).judge(asked)
    assert found == Aids(AidsSettings()).judge(asked)
    assert all(0 <= span.start < span.end <= len(asked.text) for span in found.spans)
