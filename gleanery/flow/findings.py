"""What the steps find on an item, kept as rows: one for each step, its version and settings, and the words judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, SQLModel

from gleanery.flow.ahead import rows_of
from gleanery.flow.change import Change
from gleanery.flow.house import House, Judge
from gleanery.flow.item_standing.background import inputs_of
from gleanery.flow.judging import Judged, Row, findings_on
from gleanery.flow.learning.examples import STEP
from gleanery.flow.quarantine.lifting import lifted, released_in
from gleanery.flow.rules.judging import ruled_on
from gleanery.flow.rules.ruling import lift
from gleanery.flow.subjects import ItemWords
from gleanery.flow.tagging import Found
from gleanery.model.items import (
    FindingRow,
    Item,
)
from gleanery.model.types import derived_id
from gleanery.ports import Finding, Standing


def found_on(house: House, change: Change, item: Item, words: ItemWords, standing: Standing) -> list[Found]:
    """Every step's finding; a new row for each that has none for this revision, version and settings."""
    old = {row.id: row for row in rows_of(change.session, FindingRow.item_id, item.id)}
    found: list[Found] = []
    may_score = all(told.policy.may_score for told in words.tellings)
    subject = words.subject(standing)
    judged = findings_on(house.steps, subject)
    if any(one.finding.verdict == "block" for one in judged):
        released = released_in(change.session, [told.content.id for told in words.tellings])
        judged = [Judged(judge, lifted(finding, released)) for judge, finding in judged]
    item.language = next(
        (one.finding.language for one in reversed(judged) if one.finding.language), item.language
    )
    inputs = inputs_of(standing)
    for judge, finding in [*judged, *ruled_on(house, change, words, subject, judged)]:
        given = inputs if getattr(judge.plugin, "wants_standing", False) else {}
        row = _row(house, change, item, judge, {**columns_of(finding, may_score), "inputs": given})
        found.append(Found(judge, finding, row))
        _keep_finding(change.session, old.get(row.id), row)
    _set_aids(item, found, may_score)
    item.score = max((score for one in found for score in _promise(one.finding)), default=0.0) * may_score
    item.score += sum(lift(one.row.step, one.row.params) for one in found)
    current = {one.row.id for one in found}
    for row in old.values():
        row.current = row.id in current or row.step == STEP  # what was learned speaks beside the steps
        change.session.add(row)
    return found


def _set_aids(item: Item, found: Iterable[Found], may_score: bool) -> None:
    """How long the item takes and how hard it is, as the last step that can tell says; a level is a score."""
    item.minutes, item.level = None, ""
    for one in found:
        item.minutes = one.finding.minutes or item.minutes
        item.level = (one.finding.level if may_score else "") or item.level


PROMISING = ("relevance", "wanted")
"""The scores that tell how promising an item is, from 0 to 1; others count words or say how sure a step is."""


def _promise(finding: Finding) -> Iterable[float]:
    return (finding.scores[name] for name in PROMISING if name in finding.scores)


_UNWRITTEN = "findings unwritten"


def write_findings(session: Session) -> None:
    """Write the new rows found so far, all at once; whoever asks the database for them has it done before."""
    rows: list[Row] = session.info.pop(_UNWRITTEN, [])
    if rows:
        table = SQLModel.metadata.tables[str(FindingRow.__tablename__)]
        session.connection().execute(table.insert(), [row._asdict() for row in rows])


def _keep_finding(session: Session, known: FindingRow | None, row: Row) -> None:
    """A new row, or the known one brought up to date: a step that failed may answer the second time."""
    if known is None:
        session.info.setdefault(_UNWRITTEN, []).append(row)
        return
    for name in ("verdict", "reason", "params", "flags", "scores", "spans", "language", "inputs"):
        setattr(known, name, getattr(row, name))


def columns_of(finding: Finding, may_score: bool) -> dict[str, Any]:
    """What of a finding is kept, by column; no scores where the terms of the source forbid them."""
    return {
        "verdict": finding.verdict,
        "reason": finding.reason,
        "params": dict(finding.params),
        "flags": list(finding.flags),
        "scores": dict(finding.scores) if may_score else {},
        "spans": [[span.field, span.start, span.end, span.kind] for span in finding.spans],
        "language": finding.language,
    }


def _row(house: House, change: Change, item: Item, judge: Judge, columns: Mapping[str, Any]) -> Row:
    return Row(
        id=derived_id("finding", str(house.organisation.id), str(item.id), item.revision, judge.mark),
        item_id=item.id,
        revision=item.revision,
        step=judge.plugin.name,
        step_version=judge.plugin.version,
        settings_hash=judge.settings_hash,
        made_at=change.at,
        **columns,
    )
