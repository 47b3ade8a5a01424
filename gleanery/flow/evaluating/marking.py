"""What the findings of a step say, held against what was expected: places, classes, yes or no, proposals, pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from gleanery.flow.evaluating.asked import Asked
from gleanery.flow.evaluating.cases import Case, Task
from gleanery.flow.evaluating.metrics import (
    Hits,
    auc,
    binned,
    calibration_error,
    mean,
    precision_recall,
    with_interval,
)
from gleanery.flow.evaluating.outcomes import Outcome, tell_groups, tell_hits
from gleanery.flow.evaluating.proposals import marked_labels
from gleanery.ports import Finding

OVERLAP = 0.5
"""How much of an expected place must be marked for it to count as found."""


def held_against(cases: Sequence[Case], findings: Sequence[Finding], task: Task, asked: Asked) -> Outcome:
    """The figures of a step's findings."""
    return _MARKED[task](cases, findings, asked)


# ------------------------------------------------------------------ places


def marked_spans(cases: Sequence[Case], findings: Sequence[Finding], asked: Asked) -> Outcome:
    """Places: rightly found where half of an expected place of the same kind is covered, as in most such figures."""
    outcome = Outcome()
    there = Counter(kind for case in cases for _, _, kind in case.expected)
    named = {asked.kinds.get(span.kind, span.kind) for one in findings for span in one.spans}
    kinds = sorted(set(asked.kinds.values()) if asked.kinds else set(there))
    if other := sorted(named - set(kinds)):
        outcome.notes.append(f"Not counted, for no row expects them: {', '.join(other)}.")
    if missing := sorted(set(there) - set(kinds)):
        outcome.notes.append(
            f"Not counted, for no kind of the step was given for them: {', '.join(missing)}."
        )
    places = {kind: place for place, kind in enumerate(kinds)}
    counts = np.zeros((4, len(cases), len(kinds)))
    for row, (case, finding) in enumerate(zip(cases, findings, strict=True)):
        wanted = [span for span in case.expected if span[2] in places]
        found = [span for span in _found(finding, asked) if span[2] in places]
        for span in found:
            counts[:2, row, places[span[2]]] += 1, any(_covers(span, gold) for gold in wanted)
        for gold in wanted:
            counts[2:, row, places[gold[2]]] += 1, any(_covers(span, gold) for span in found)
        if (counts[0, row] != counts[1, row]).any() or (counts[2, row] != counts[3, row]).any():
            outcome.wrong.append((case.line, str(found), str(wanted)))
    tell_hits(outcome, Hits(*counts), kinds, [case.group for case in cases], asked.seed)
    return outcome


def _found(finding: Finding, asked: Asked) -> list[tuple[int, int, str]]:
    return [
        (span.start, span.end, asked.kinds.get(span.kind, span.kind))
        for span in finding.spans
        if span.field == "text"
    ]


def _covers(span: tuple[int, int, str], gold: tuple[int, int, str]) -> bool:
    shared = min(span[1], gold[1]) - max(span[0], gold[0])
    return span[2] == gold[2] and shared >= OVERLAP * (gold[1] - gold[0])


# ------------------------------------------------------------------ classes, yes or no


def marked_classes(cases: Sequence[Case], said: Sequence[str], seed: int) -> Outcome:
    """One class a row; "" is nothing said, which is never right."""
    outcome = Outcome()
    kinds = sorted({case.expected for case in cases} | set(said) - {""})
    places = {kind: place for place, kind in enumerate(kinds)}
    found, there = np.zeros((len(cases), len(kinds))), np.zeros((len(cases), len(kinds)))
    for row, (case, one) in enumerate(zip(cases, said, strict=True)):
        there[row, places[case.expected]] = 1
        if one:
            found[row, places[one]] = 1
        if one != case.expected:
            outcome.wrong.append((case.line, one or "nothing", case.expected))
    right = found * there
    accuracy = mean(right.sum(axis=1))
    outcome.measures["accuracy"] = with_interval(accuracy, len(cases), seed)
    outcome.measures["named"] = with_interval(mean(found.sum(axis=1)), len(cases), seed)
    groups = [case.group for case in cases]
    tell_hits(outcome, Hits(found, right, there, right), kinds, [""] * len(cases), seed)
    tell_groups(outcome, groups, {"accuracy": accuracy}, seed)
    return outcome


def marked_language(cases: Sequence[Case], findings: Sequence[Finding], asked: Asked) -> Outcome:
    """The language a step names; `kinds` take two codes for one."""
    one = [_as(asked, case) for case in cases]
    said = [asked.kinds.get(found.language or "", found.language or "") for found in findings]
    return marked_classes(one, said, asked.seed)


def _as(asked: Asked, case: Case) -> Case:
    return Case(case.line, case.subject, asked.kinds.get(case.expected, case.expected), case.group, case.id)


def marked_wanted(cases: Sequence[Case], findings: Sequence[Finding], asked: Asked) -> Outcome:
    """Yes or no: by a flag where one is named, else by what is kept; with a score also how well it orders."""
    said = [asked.flag in one.flags if asked.flag else one.verdict == "keep" for one in findings]
    scores = [one.scores.get(asked.score, 0.0) for one in findings] if asked.score else None
    return marked_yes(cases, said, scores, asked.seed)


def marked_yes(
    cases: Sequence[Case], said: Sequence[bool], scores: Sequence[float] | None, seed: int
) -> Outcome:
    """Yes or no against yes or no, and the scores behind it."""
    outcome = Outcome()
    truth = [bool(case.expected) for case in cases]
    pairs = list(zip(said, truth, strict=True))
    right = np.array([[float(one and told)] for one, told in pairs])
    hits = Hits(
        np.array([[float(one)] for one in said]), right, np.array([[float(one)] for one in truth]), right
    )
    tell_hits(outcome, hits, ["yes"], [case.group for case in cases], seed)
    outcome.kinds.clear()
    outcome.wrong += [
        (case.line, str(one), str(told))
        for case, (one, told) in zip(cases, pairs, strict=True)
        if one != told
    ]
    if scores is not None:
        outcome.measures["auc"] = with_interval(auc(scores, truth), len(cases), seed)
        outcome.precision_recall = precision_recall(scores, truth, float(sum(truth)))
        if all(0 <= score <= 1 for score in scores):
            outcome.reliability = binned(scores, truth)
            figure = calibration_error(scores, truth)
            outcome.measures["calibration_error"] = with_interval(figure, len(cases), seed)
    return outcome


_MARKED: dict[Task, Callable[[Sequence[Case], Sequence[Finding], Asked], Outcome]] = {
    Task.SPANS: marked_spans,
    Task.LABELS: marked_labels,
    Task.LANGUAGE: marked_language,
    Task.WANTED: marked_wanted,
}
