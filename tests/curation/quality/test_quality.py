"""Scores that show their parts; nothing is dropped by a score unless an administrator says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.quality import Quality, QualitySettings
from curation.quality.signals import SIGNALS, weighted
from gleanery.ports import Finding, Standing
from gleanery.testing import TEXTS, check_settings_refused, check_step, subject

GOOD = (
    "An index helps a query only when the planner can use it. Read the plan first and note the step that takes "
    "longest. Then ask which column leaves the fewest rows.\n\nMeasure again afterwards:\n\n- with a cold cache\n"
    "- with a warm one\n\nKeep the old numbers, so that you can tell in a month whether the change was worth it."
)
KNOWN = Standing(age_days=30, engagement=0.8, reputation=0.7, decided=20, link="ok", licence="cc-by")


@pytest.fixture
def step() -> Quality:
    return Quality(QualitySettings())


def judged(text: str, title: str = "", standing: Standing = KNOWN, **changes: Any) -> Finding:
    step = Quality(QualitySettings(**changes.pop("settings", {})))
    return step.judge(subject(text, title, standing=standing, **changes))


def test_the_step_keeps_its_contract(step: Quality) -> None:
    check_step(step)
    check_settings_refused(Quality, {"weights": {"charm": 1}})


def test_the_score_is_the_weighted_mean_of_the_parts_it_shows(step: Quality) -> None:
    found = judged(GOOD)
    weights = QualitySettings().weights.model_dump()
    parts = {name: value for name, value in found.scores.items() if name != "quality"}
    assert set(parts) == set(SIGNALS) - {"sober", "plain"}
    assert found.scores["quality"] == pytest.approx(
        sum(parts[name] * weights[name] for name in parts) / sum(weights[name] for name in parts), abs=0.001
    )
    assert (found.verdict, found.params["percent"]) == ("keep", round(100 * found.scores["quality"]))


def test_a_weight_of_nothing_leaves_a_part_out_of_the_score_and_shows_it() -> None:
    poor = replace(KNOWN, reputation=0.1)
    without = judged(GOOD, standing=poor, settings={"weights": {"reputation": 0}})
    assert without.scores["quality"] > judged(GOOD, standing=poor).scores["quality"]
    assert without.scores["reputation"] == 0.1
    assert weighted({"substance": 1.0}, {"substance": 0.0}) is None


def test_what_is_not_known_counts_neither_for_nor_against() -> None:
    found = judged(GOOD, standing=Standing())
    assert set(found.scores) == {"quality", "substance", "structure", "readability"}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"age_days": 1}, {"age_days": 2_000}),
        ({"engagement": 0.9}, {"engagement": 0.1}),
        ({"reputation": 0.9}, {"reputation": 0.2}),
        ({"link": "ok"}, {"link": "gone"}),
        ({"link": "moved"}, {"link": "failing"}),
        ({"licence": "cc0"}, {"licence": "other"}),
        ({"may_embed": True}, {"licence": "other"}),
    ],
)
def test_each_thing_known_moves_the_score_in_its_direction(
    better: dict[str, Any], worse: dict[str, Any]
) -> None:
    one, other = judged(GOOD, standing=Standing(**better)), judged(GOOD, standing=Standing(**worse))
    assert one.scores["quality"] > other.scores["quality"]


def test_news_age_faster_than_courses() -> None:
    old = Standing(age_days=365)
    message, course = (
        judged(GOOD, standing=old, kind=kind).scores["freshness"] for kind in ("message", "course")
    )
    assert message < 0.3 < 0.75 < course


def test_own_words_count_more_than_quoted_and_repeated_ones() -> None:
    quoted = "\n".join(f"> {line}" for line in GOOD.splitlines() if line) + "\nTrue words."
    assert judged(quoted).scores["substance"] < 0.1
    assert judged("buy it now " * 40).scores["substance"] < judged(GOOD).scores["substance"] / 2


def test_a_recording_counts_by_its_length_however_short_its_description() -> None:
    film = replace(KNOWN, seconds=1_800)
    assert judged("A talk.", kind="video", standing=film).scores["substance"] > 0.9
    assert judged("A talk.", kind="message", standing=film).scores["substance"] < 0.1


@pytest.mark.parametrize(
    "text",
    [
        "BUY NOW!!! Limited offer, 100% free, claim your prize: https://bit.ly/abc",
        "Subscribe to my channel and check out my videos, giveaway soon!!! https://example.org/a",
        "Jetzt kaufen! Nur für kurze Zeit: Rabattcode FRIDAY, passives Einkommen garantiert!!!",
        "https://a.example/1 https://a.example/2 https://a.example/3 make money, earn cash",
    ],
)
def test_advertising_is_flagged_costs_points_and_is_kept_all_the_same(text: str) -> None:
    found = judged(text, kind="message")
    assert "spam" in found.flags
    assert found.scores["plain"] <= 0.5
    assert found.verdict == "keep"


@pytest.mark.parametrize(
    "title",
    [
        "You won't believe this one trick",
        "10 secrets nobody tells you?!",
        "Dieser Trick verändert alles: Das Geheimnis",
    ],
)
def test_a_title_that_baits_is_flagged(title: str) -> None:
    found = judged(GOOD, title)
    assert "clickbait" in found.flags
    assert found.scores["sober"] < 0.5


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "Put numpy in requirements.txt, then subscribe to the topic and unsubscribe in the teardown.",
        "The SQL JOIN in the API is O(n); see RFC 9110, HTTP PUT vs PATCH. Is NULL != 0?",
        "Die Anzeige im Cockpit ist falsch: bitte die Einheit prüfen.",
        "العربية لغة جميلة",
        "日本語の文章です。",
    ],
)
def test_ordinary_words_of_work_are_no_advertising(text: str) -> None:
    assert judged(text, kind="message").flags == ()


def test_rude_words_are_marked_and_weigh_nothing() -> None:
    polite, rude = judged(GOOD), judged(GOOD + " Well, shit.")
    [span] = rude.spans
    assert (rude.flags, span.kind) == (("rude",), "rude")
    assert rude.scores["quality"] == pytest.approx(polite.scores["quality"], abs=0.02)
    assert rude.verdict == "keep"
    assert judged("Scunthorpe, Dickens, die Kassette und das Assessment").flags == ()


def test_an_administrator_may_have_low_scores_asked_about_or_dropped() -> None:
    asked = judged("Ok then", settings={"ask_below": 0.9})
    assert (asked.verdict, asked.reason, asked.params["least"]) == ("ask", "quality.ask", 90)
    dropped = judged("Ok then", settings={"ask_below": 0.9, "drop_below": 0.8})
    assert (dropped.verdict, dropped.reason) == ("drop", "quality.low")
    assert judged("Ok then").verdict == "keep"


def test_where_the_terms_forbid_scores_there_is_none_and_no_verdict_by_one() -> None:
    found = judged("Ok then", standing=replace(KNOWN, may_score=False), settings={"drop_below": 1.0})
    assert (found.verdict, found.reason, found.scores) == ("keep", "quality.unscored", {})


HOSTILE = (
    "🎉" * 3_000,
    "\u200b\u200d\ufeff" * 1_000,
    "\u202eتجربة النص من اليمين إلى اليسار" * 50,
    "Ελληνικά русский English 中文 العربية ไทย " * 80,
    "a" * 1_000_000,
    "ก" * 100_000,
    "> " * 50_000,
    "```" * 20_000,
    "!? " * 20_000,
    "call 1 " * 10_000,
    "\ud800 lone",
)


@pytest.mark.parametrize("text", [*TEXTS, *HOSTILE], ids=range(len(TEXTS) + len(HOSTILE)))
def test_every_score_of_any_text_is_between_nothing_and_one(step: Quality, text: str) -> None:
    found = step.judge(subject(text, text[:2_000], standing=KNOWN))
    assert all(0 <= score <= 1 for score in found.scores.values())
    for span in found.spans:
        assert 0 <= span.start < span.end <= len(text)


def test_a_text_of_fifty_megabytes_costs_what_its_beginning_costs(step: Quality) -> None:
    long = "Read the plan first. " * 2_500_000
    assert step.judge(subject(long)) == step.judge(subject(long[:100_000]))


standings = st.builds(
    Standing,
    age_days=st.none() | st.integers(0, 20_000),
    seconds=st.none() | st.integers(0, 10**7),
    engagement=st.none() | st.floats(0, 1),
    reputation=st.none() | st.floats(0, 1),
    link=st.sampled_from(["", "ok", "moved", "failing", "gone"]),
    licence=st.sampled_from(["", "cc0", "cc-by", "other"]),
    may_embed=st.booleans(),
    may_score=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80), standings, st.sampled_from(["message", "video", "link"]))
def test_the_same_words_and_inputs_give_the_same_finding(
    text: str, title: str, standing: Standing, kind: str
) -> None:
    asked = subject(text, title, standing=standing, kind=kind)
    found = Quality(QualitySettings()).judge(asked)
    assert found == Quality(QualitySettings()).judge(asked)
    assert all(0 <= score <= 1 for score in found.scores.values())
