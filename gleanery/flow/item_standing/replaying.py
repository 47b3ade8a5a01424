"""Judges again from what was kept with each finding, so that anybody can see why a verdict was what it was."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import col, select

from gleanery.flow.findings import columns_of
from gleanery.flow.house import House, Judge
from gleanery.flow.items.finding import find_item
from gleanery.flow.judging import findings_on
from gleanery.flow.quarantine.lifting import lifted, released_in
from gleanery.flow.subjects import ItemWords, item_words, marks_of
from gleanery.model.items import FindingRow
from gleanery.ports import Standing

Outcome = Literal["same", "different", "other words", "other step", "no step"]


@dataclass(frozen=True)
class Replayed:
    """A finding and how it came out again.

    `other words`: those it was about changed since or are gone; `other step`: the step, its version or its settings
    are others today; `no step`: a rule or a model found it, which have versions of their own.
    """

    step: str
    version: str
    verdict: str
    reason: str
    inputs: dict[str, Any]
    outcome: Outcome


def replay(house: House, text: str) -> list[Replayed]:
    """Every finding on an item that counts now, judged again. Writes nothing. Raises: BadInput."""
    with house.store.read() as session:
        item = find_item(session, text)
        words = item_words(house, session, item)
        query = select(FindingRow).where(FindingRow.item_id == item.id, FindingRow.current)
        rows = session.exec(query.order_by(col(FindingRow.step))).all()
        told = words.tellings if words is not None else ()
        released = released_in(session, [one.content.id for one in told])
    return list(_replayed(house, words, rows, released))


def _replayed(
    house: House, words: ItemWords | None, rows: Sequence[FindingRow], released: frozenset[str]
) -> Iterator[Replayed]:
    by_mark = {judge.mark: judge for judge in house.steps}
    names = {judge.plugin.name for judge in house.steps}
    is_same = words is not None and _is_judged(house, words)
    for row in rows:
        judge = by_mark.get(f"{row.step}@{row.step_version}:{row.settings_hash}")
        outcome: Outcome = "other step" if row.step in names else "no step"
        if judge is not None:
            outcome = "other words"
        if judge is not None and words is not None and is_same and words.item.revision == row.revision:
            outcome = "same" if _comes_out(judge, words, row, released) else "different"
        yield Replayed(row.step, row.step_version, row.verdict, row.reason, dict(row.inputs), outcome)


def _is_judged(house: House, words: ItemWords) -> bool:
    """Whether the words are those that were judged last."""
    mark = words.item.words_mark
    return mark is not None and hmac.compare_digest(mark, marks_of(house, words).packed())


def _comes_out(judge: Judge, words: ItemWords, row: FindingRow, released: frozenset[str]) -> bool:
    """Whether the step says the same of the same words and inputs."""
    [found] = findings_on([judge], words.subject(Standing(**row.inputs)))
    may_score = all(told.policy.may_score for told in words.tellings)
    columns = columns_of(lifted(found.finding, released), may_score)
    return all(getattr(row, name) == value for name, value in columns.items())
