"""Watching: what a player reports of a recording, merged and bounded here; the player's claim decides nothing.

Nobody can have played more seconds than passed since the player was last heard of, at double speed; what is told
beyond that is cut off. How long a recording is says its source, where it does; else the longest that was told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, select

from gleanery.flow.change import Change
from gleanery.flow.learners.evidence import Doing, goal_of, locked, question_of
from gleanery.flow.learners.saying import Saying
from gleanery.flow.learners.sources import player_of
from gleanery.flow.subjects import item_words
from gleanery.model.items import Item
from gleanery.model.learners import Reached, Visit
from xapi.grades import Grade
from xapi.segments import progress, read_segments, spelled

FASTEST = 2.0
SLACK_SECONDS = 3.0
LONGEST_SILENCE = 120.0
"""Seconds since the last report that may count at most: a page that lies open plays nothing."""

LONGEST = 24 * 3600.0
MOST_SEGMENTS = 2_000
MOST_REPORTS = 5_000
"""Reports of one visit that are taken in."""

MOST_SAID = 500
"""Those of them that are said in the record, one by one."""

Pieces = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Report:
    """What a player tells: what happened, at which second, and what was played since its last report.

    `left`: the second it jumped away from. `length`: how long the recording is, in its words.
    """

    did: Literal["ready", "played", "goes", "paused", "seeked", "ended"]
    time: float
    length: float
    segments: Pieces = ()
    left: float | None = None


@dataclass(frozen=True)
class Heard:
    """What counts after a report."""

    progress: float
    is_done: bool
    newly: bool = False


def report(doing: Doing, told: Report) -> Heard:
    """Take in what a player tells; a teacher's leaves no trace, nor does that of an item that has no player."""
    if doing.visit.is_teacher or player_of(doing.item) is None:
        return Heard(0.0, is_done=False)
    with doing.house.change() as change:
        row = locked(change, doing.visit, doing.item.id)
        visit = change.session.exec(select(Visit).where(Visit.id == doing.visit.id).with_for_update()).one()
        visit.reports += 1
        change.session.add(visit)
        if visit.reports > MOST_REPORTS:
            return Heard(row.progress, row.completed_at is not None)
        before = row.completed_at
        _Watched(doing, change, row).take(told, says=visit.reports <= MOST_SAID)
        heard = Heard(
            row.progress, row.completed_at is not None, before is None and row.completed_at is not None
        )
    if heard.newly:
        doing.house.wake()
    return heard


class _Watched:
    """A recording and what its learner played of it."""

    def __init__(self, doing: Doing, change: Change, row: Reached) -> None:
        self._doing, self._change, self._row = doing, change, row
        self._item = doing.item.id
        self._said = Saying(doing.house, change, doing.visit)

    def take(self, told: Report, *, says: bool) -> None:
        """Count what can have been played; with `says` each report is told in the record."""
        row = self._row
        row.length = length = self._length(told)
        new = _possible(_sound(told.segments, length), _allowed(row.heard_at, self._change.at))
        segments = merged([*read_segments(row.segments), *new])
        row.segments, row.progress = spelled(segments), max(row.progress, progress(segments, length))
        row.opened_at = row.opened_at or self._change.at
        row.heard_at, row.reports = self._change.at, row.reports + 1
        if says:
            self._tell(told, segments, length)
        enough = progress(segments, length) >= self._threshold
        grade = Grade.VIDEO_THRESHOLD if enough else Grade.OPENED
        if enough and row.completed_at is None and self._completes(row):
            self._watched(told, segments, length)
        self._doing.note(self._change, row, grade)

    def _completes(self, row: Reached) -> bool:
        """Whether watching enough of it is all that is still asked."""
        question = question_of(self._change.session, self._item)
        goal = goal_of(self._doing.house.config.learning, self._doing.item, question)
        return goal.grade <= Grade.VIDEO_THRESHOLD and (row.wrote or not goal.asks_words)

    @property
    def _threshold(self) -> float:
        return self._doing.house.config.learning.video_threshold

    def _length(self, told: Report) -> float:
        """How long the recording is: as its source says, else the longest that was told."""
        known = known_length(self._doing, self._change.session)
        return known or max(self._row.length or 0.0, min(told.length, LONGEST))

    def _watched(self, told: Report, segments: Pieces, length: float) -> None:
        """Say that the part that completes it was played; said before the plain completion, which it replaces."""
        lasted = self._change.at - (self._row.opened_at or self._change.at)
        self._said.watched(self._item, length, min(told.time, length), segments, max(lasted, timedelta()))

    def _tell(self, told: Report, segments: Pieces, length: float) -> None:
        event = f"{self._doing.visit.id}/{self._item}/{self._row.reports}"
        time = min(told.time, length)
        if told.did == "ready":
            self._said.initialized(self._item, length, event)
        elif told.did == "played":
            self._said.played(self._item, length, event, time)
        elif told.did == "paused":
            self._said.paused(self._item, length, event, time, segments)
        elif told.did == "seeked" and told.left is not None:
            self._said.seeked(self._item, length, event, min(told.left, length), time)
        elif told.did == "ended":
            self._said.ended(self._item, length, event, time, segments)


def known_length(doing: Doing, session: Session) -> float | None:
    """How long the recording is in seconds, as its source says; None where it does not."""
    row = session.exec(select(Item).where(Item.id == doing.item.id)).one()
    words = item_words(doing.house, session, row)
    seconds = words.chosen.body.get("seconds") if words is not None and words.chosen.link is None else None
    return float(seconds) if seconds and seconds > 0 else None


def _allowed(heard_at: datetime | None, now: datetime) -> float:
    """Seconds that can have been played since the player was last heard of."""
    if heard_at is None:
        return SLACK_SECONDS
    passed = min(max(0.0, (now - heard_at) / timedelta(seconds=1)), LONGEST_SILENCE)
    return passed * FASTEST + SLACK_SECONDS


def _sound(segments: Pieces, length: float) -> Pieces:
    """Those that lie within the recording and are numbers."""
    cut = ((max(0.0, start), min(end, length)) for start, end in segments[:MOST_SEGMENTS])
    return [(start, end) for start, end in cut if math.isfinite(start) and math.isfinite(end) and start < end]


def _possible(segments: Pieces, allowed: float) -> Pieces:
    """As many of their seconds as can have been played, in their order."""
    found = []
    for start, end in segments:
        took = min(end - start, allowed)
        if took <= 0:
            break
        found.append((start, start + took))
        allowed -= took
    return found


def merged(segments: Pieces) -> list[tuple[float, float]]:
    """The same seconds in as few segments as can be, in order of time, to thousandths."""
    found: list[tuple[float, float]] = []
    for start, end in sorted((round(start, 3), round(end, 3)) for start, end in segments):
        if found and start <= found[-1][1] + 0.05:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > start:
            found.append((start, end))
    return found
