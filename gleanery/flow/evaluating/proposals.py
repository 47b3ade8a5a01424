"""Competencies proposed, held against those expected: how many of these stand among the best, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gleanery.flow.evaluating.asked import Asked
from gleanery.flow.evaluating.cases import Case
from gleanery.flow.evaluating.metrics import (
    Figure,
    Hits,
    binned,
    calibration_error,
    mean,
    precision_recall,
    with_interval,
)
from gleanery.flow.evaluating.outcomes import Outcome, tell_groups
from gleanery.ports import Finding

BEST = 5

Row = tuple[set[str], list[str]]
"""What is expected of a row, and what was proposed, the best first."""


def marked_labels(cases: Sequence[Case], findings: Sequence[Finding], asked: Asked) -> Outcome:
    """Proposals in their order; a row counts where at least one expected label is known here."""
    outcome = Outcome()
    wanted = [{iri for label in case.expected if (iri := asked.resolve(label))} for case in cases]
    kept = [row for row, one in enumerate(wanted) if one]
    _tell_unknown(outcome, cases, kept, asked)
    if not kept:
        return outcome
    rows = [(wanted[row], [label.concept for label in findings[row].labels]) for row in kept]
    figures = _figures(rows)
    for name, figure in {**figures, **_as_sets(rows)}.items():
        outcome.measures[name] = with_interval(figure, len(rows), asked.seed)
    groups = [cases[row].group for row in kept]
    tell_groups(outcome, groups, {"recall_at_5": figures["recall_at_5"]}, asked.seed)
    told = [(one.confidence, one.concept in wanted[row]) for row in kept for one in findings[row].labels]
    _tell_sureness(outcome, told, sum(len(truth) for truth, _ in rows), asked.seed)
    outcome.wrong += [
        (cases[row].line, ", ".join(said[:BEST]), ", ".join(sorted(truth)))
        for row, (truth, said) in zip(kept, rows, strict=True)
        if not truth & set(said[:BEST])
    ]
    return outcome


def _tell_unknown(outcome: Outcome, cases: Sequence[Case], kept: Sequence[int], asked: Asked) -> None:
    unknown = sum(not asked.resolve(label) for case in cases for label in case.expected)
    if unknown:
        outcome.notes.append(f"{unknown} expected labels are in no framework here and do not count.")
    if not kept:
        outcome.notes.append(
            "No expected label is in a framework here: nothing can be told. Give --framework."
        )
    elif len(kept) < len(cases):
        outcome.notes.append(f"{len(cases) - len(kept)} rows expect no label known here and do not count.")


def _figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Means over the rows: the share of the expected among the best, and 1 / the place of the first right one."""
    return {
        "recall_at_5": _mean(rows, lambda truth, said: len(truth & set(said[:BEST])) / len(truth)),
        "recall_at_1": _mean(rows, lambda truth, said: len(truth & set(said[:1])) / len(truth)),
        "any_of_5": _mean(rows, lambda truth, said: float(bool(truth & set(said[:BEST])))),
        "mrr": _mean(rows, _reciprocal),
    }


def _mean(rows: Sequence[Row], told: Callable[[set[str], list[str]], float]) -> Figure:
    return mean(np.array([told(truth, said) for truth, said in rows]))


def _reciprocal(truth: set[str], said: Sequence[str]) -> float:
    return next((1 / place for place, concept in enumerate(said, 1) if concept in truth), 0.0)


def _as_sets(rows: Sequence[Row]) -> dict[str, Figure]:
    """All that was proposed, whatever its place."""
    right = np.array([[float(len(truth & set(said)))] for truth, said in rows])
    found = np.array([[float(len(set(said)))] for _, said in rows])
    hits = Hits(found, right, np.array([[float(len(truth))] for truth, _ in rows]), right)
    return {"precision": hits.precision(), "recall": hits.recall(), "f1": hits.f1()}


def _tell_sureness(outcome: Outcome, told: Sequence[tuple[float, bool]], there: int, seed: int) -> None:
    if not told:
        return
    sure, right = [one for one, _ in told], [one for _, one in told]
    outcome.precision_recall = precision_recall(sure, right, there)
    outcome.reliability = binned(sure, right)
    outcome.measures["calibration_error"] = with_interval(calibration_error(sure, right), len(sure), seed)
