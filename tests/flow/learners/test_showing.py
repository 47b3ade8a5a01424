"""gleanery.flow.learners: what is shown, embedded and asked for, as the policy and the settings say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gleanery.config.learning import LearningSettings
from gleanery.flow.house import House
from gleanery.flow.learners.evidence import Goal, goal_of, is_locked
from gleanery.flow.learners.showing import look
from gleanery.flow.learners.sources import player_of
from gleanery.model.learners import ItemQuestion, QuestionKind
from gleanery.model.posts import PostKind
from gleanery.ports import LearningItem, LearningStep
from tests.courses import course_house, offered_items
from tests.flow.learners.steps import before, came, reached
from tests.gradebook import Gradebook
from tests.web.houses import post
from xapi.grades import Grade

ITEM = LearningItem(
    id=uuid4(), title="A film", url="https://youtu.be/abcdefghijk", html="", kind="video", language="en",
    competencies=(), goals=(), attribution="", licence=None, platforms=("youtube",), published_at=None,
    revision=1, may_embed=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "https://www.youtube-nocookie.com/embed/abcdefghijk?enablejsapi=1&rel=0"),
        ({"url": "https://m.youtube.com/shorts/abcdefghijk"}, "https://www.youtube-nocookie.com/embed/abcdefghijk?enablejsapi=1&rel=0"),
        ({"url": "https://media.example.org/a.mp4"}, "https://media.example.org/a.mp4"),
        ({"may_embed": False}, None),
        ({"platforms": ("x",)}, None),
        ({"url": None}, None),
        ({"url": "https://youtube.com.example.org/watch?v=abcdefghijk"}, None),
        ({"url": "https://www.youtube.com/watch?v=../../evil"}, None),
        ({"url": "https://media.example.org;script-src */a.mp4"}, None),
        ({"url": "https://u:p@media.example.org/a.mp4"}, None),
        ({"url": "https://media.example.org/a.mp4", "kind": "article"}, None),
        ({"url": "https://blog.example.org/post"}, None),
    ],
)  # fmt: skip
def test_only_what_may_be_embedded_is_played_here(changes: dict[str, Any], address: str | None) -> None:
    found = player_of(replace(ITEM, **changes))
    assert (found.address if found else None) == address


def _question(kind: QuestionKind) -> ItemQuestion:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    return ItemQuestion(item_id=ITEM.id, kind=kind, words="?", changed_at=now, changed_by="person:x")


@pytest.mark.parametrize(
    ("settings", "changes", "question", "goal"),
    [
        ({}, {}, None, Goal(Grade.VIDEO_THRESHOLD)),
        ({}, {"may_embed": False}, None, Goal(Grade.OPENED)),
        ({}, {"kind": "article"}, None, Goal(Grade.OPENED)),
        ({"otherwise": "self-declared"}, {"kind": "article"}, None, Goal(Grade.SELF_DECLARED)),
        ({"otherwise": "question-passed"}, {"kind": "article"}, None, Goal(Grade.OPENED)),
        ({}, {}, QuestionKind.CHOICE, Goal(Grade.QUESTION_PASSED)),
        ({}, {}, QuestionKind.REFLECTION, Goal(Grade.VIDEO_THRESHOLD, asks_words=True)),
    ],
)
def test_what_completes_an_item_is_what_can_be_had_of_it(
    settings: dict[str, Any], changes: dict[str, Any], question: QuestionKind | None, goal: Goal
) -> None:
    asked = _question(question) if question else None
    assert goal_of(LearningSettings(**settings), replace(ITEM, **changes), asked) == goal


def test_a_step_waits_for_the_one_before_and_stays_open_once_done() -> None:
    first = uuid4()
    step, now = LearningStep(ITEM, None, after=first), datetime(2026, 11, 2, tzinfo=UTC)
    assert is_locked(step, {})
    assert not is_locked(step, {first: now})
    assert not is_locked(step, {ITEM.id: now})
    assert not is_locked(LearningStep(ITEM, None), {})


def test_where_a_word_is_enough_the_learner_says_so(tmp_path: Path, gradebook: Gradebook) -> None:
    house = course_house(
        tmp_path / "declared", gradebook, posts=[post(0)], learning={"otherwise": "self-declared"}
    )
    item, *_ = offered_items(house)
    doing = before(house, item)
    shown = look(house, doing.visit)
    assert shown.item is not None
    assert shown.item.may_declare
    doing.declare()
    assert reached(house).evidence == "self-declared"
    house.close()


def test_an_item_that_is_its_words_is_opened_by_showing_them(tmp_path: Path, gradebook: Gradebook) -> None:
    house = course_house(tmp_path / "words", gradebook, posts=[post(0, url=None)])
    before(house, offered_items(house)[0])
    assert reached(house).completed_at is not None
    house.close()


@pytest.mark.parametrize("internal", [False, True])
def test_the_way_back_to_the_conversation_is_shown_only_where_its_words_may_leave(
    tmp_path: Path, gradebook: Gradebook, internal: bool
) -> None:
    """A message that shares a page: its own address leaves with its words or not at all."""
    house = _with_conversation(tmp_path, gradebook, may_leave=not internal)
    shown = look(house, came(house, offered_items(house)[0]).visit).item
    assert shown is not None
    assert (shown.conversation.url if shown.conversation else None) == (
        None if internal else "https://chat.example.org/m/1"
    )
    house.close()


def _with_conversation(folder: Path, gradebook: Gradebook, *, may_leave: bool) -> House:
    link = {"url": "https://learning.example.org/9", "title": "Knots that hold under load, explained"}
    message = post(
        0, kind=PostKind.MESSAGE, url="https://chat.example.org/m/1", title="", internal=True, links=(link,),
        text="Worth reading before Monday's shift, the part about knots is very good.",
    )  # fmt: skip
    source = {
        "name": "forum", "connector": "drafts", "first_items": 10_000,
        "settings": {"posts": "posts.jsonl", "words_may_leave": may_leave},
    }  # fmt: skip
    return course_house(folder / "house", gradebook, posts=[message], sources=[source])
