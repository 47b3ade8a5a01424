"""Asking the steps: a step that fails asks for a person instead, and a guard that fails blocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from gleanery.flow.house import Judge
from gleanery.ports import Finding, Subject

log = structlog.get_logger()

FAILED = "step.failed"


class Judged(NamedTuple):
    """A step and its finding on a subject."""

    judge: Judge
    finding: Finding


class Row(NamedTuple):
    """A finding as it is kept, by the columns of FindingRow; a table's own object costs ten times as much to make."""

    id: UUID
    item_id: UUID
    revision: int
    step: str
    step_version: str
    settings_hash: str
    verdict: str
    reason: str
    params: dict[str, Any]
    flags: list[str]
    scores: dict[str, float]
    spans: list[list[Any]]
    language: str | None
    inputs: dict[str, Any]
    made_at: datetime
    current: bool = True


def findings_on(judges: Iterable[Judge], subject: Subject) -> list[Judged]:
    """Each step's finding, in order; whatever a step raises is that step's fault alone."""
    return [Judged(judge, _finding(judge, subject)) for judge in judges]


def _finding(judge: Judge, subject: Subject) -> Finding:
    try:
        finding: Finding = judge.plugin.judge(subject)
    except Exception as error:  # a plugin may raise anything; the item then waits for a person
        log.warning(
            "step.failed", step=judge.plugin.name, item=str(subject.item_id), error=type(error).__name__
        )
        guards = getattr(judge.plugin, "guards", False)
        return Finding("block" if guards else "ask", FAILED, {"step": judge.plugin.name})
    return finding
