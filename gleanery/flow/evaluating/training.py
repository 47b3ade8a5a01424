"""What learns from decisions: by cross-validation, and how its figures grow with the decisions."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np

from gleanery.flow.evaluating.cases import Case, Task
from gleanery.flow.evaluating.marking import marked_classes, marked_yes
from gleanery.flow.evaluating.metrics import auc, calibration_error
from gleanery.flow.evaluating.outcomes import Outcome, Point, Progress
from gleanery.ports import UNWANTED, WANTED, Aim, Example, Trainer

DECISIONS = (20, 50, 100, 300)
FIRST = 20
LARGEST = 1_500
"""Rows of the pool that decisions are taken from, and as many to test on."""


@dataclass(frozen=True)
class Study:
    """How a trainer is measured: seed, folds, orders of decisions, what is known beforehand, what is left out whole.

    `apart`: rows of one group are in one fold, so that what is tested is of groups never seen.
    """

    seed: int = 0
    folds: int = 5
    orders: int = 3
    aims: Mapping[str, Aim] = field(default_factory=dict)
    apart: bool = False


def studied(trainer: Trainer, cases: Sequence[Case], task: Task, study: Study, progress: Progress) -> Outcome:
    """Cross-validation, and for yes or no the learning curve too."""
    examples = [Example(case.subject, _label(case, task)) for case in cases]
    scores = _crossed(trainer, cases, examples, study, progress)
    if task is Task.CLASS:
        said = [max(one, key=lambda label: (one[label], label)) if one else "" for one in scores]
        return marked_classes(cases, said, study.seed)
    wanted = [one.get(WANTED, 0.0) for one in scores]
    outcome = marked_yes(cases, [score >= 0.5 for score in wanted], wanted, study.seed)
    outcome.curve = learning_curve(trainer, cases, study, progress)
    return outcome


def _label(case: Case, task: Task) -> str:
    if task is Task.CLASS:
        return str(case.expected)
    return WANTED if case.expected else UNWANTED


def _crossed(
    trainer: Trainer, cases: Sequence[Case], examples: Sequence[Example], study: Study, progress: Progress
) -> list[Mapping[str, float]]:
    """For each row what a model says of it that never saw it."""
    told: list[Mapping[str, float]] = [{}] * len(examples)
    folds = folds_of(cases, study)
    for number, fold in enumerate(folds):
        inside = set(fold)
        seen = [example for row, example in enumerate(examples) if row not in inside]
        model = trainer.load(trainer.fit(seen, study.aims).data)
        for row, rating in zip(fold, model.rate([examples[row].subject for row in fold]), strict=True):
            told[row] = rating.scores
        progress("folds", number + 1, len(folds))
    return told


def folds_of(cases: Sequence[Case], study: Study) -> list[list[int]]:
    """Rows dealt to the folds at random, label by label; or whole groups."""
    rng = random.Random(study.seed)  # noqa: S311  (no secret)
    if study.apart:
        names = sorted({case.group for case in cases})
        rng.shuffle(names)
        place = {name: number % min(study.folds, len(names)) for number, name in enumerate(names)}
        return _filled([place[case.group] for case in cases])
    rows = list(range(len(cases)))
    rng.shuffle(rows)
    rows.sort(key=lambda row: str(cases[row].expected))
    dealt = [0] * len(cases)
    for number, row in enumerate(rows):
        dealt[row] = number % study.folds
    return _filled(dealt)


def _filled(dealt: Sequence[int]) -> list[list[int]]:
    folds: list[list[int]] = [[] for _ in range(max(dealt) + 1)]
    for row, fold in enumerate(dealt):
        folds[fold].append(row)
    return [fold for fold in folds if fold]


# ------------------------------------------------------------------ learning curve


def learning_curve(trainer: Trainer, cases: Sequence[Case], study: Study, progress: Progress) -> list[Point]:
    """After 20, 50, 100 and 300 decisions, in several orders: how well unseen rows are ordered, and how surely."""
    told: dict[int, list[tuple[float, float]]] = {}
    for order in range(study.orders):
        pool, test = _parted(cases, random.Random(study.seed + order))  # noqa: S311  (no secret)
        for decisions in (number for number in DECISIONS if number <= len(pool)):
            figures = _after(trainer, pool, decisions, test, study)
            told.setdefault(decisions, []).append(figures)
        progress("orders", order + 1, study.orders)
    return [_point(decisions, figures) for decisions, figures in told.items()]


def _parted(cases: Sequence[Case], rng: random.Random) -> tuple[list[Case], list[Case]]:
    """The rows decided on in their order, and those to test on; two wanted ones are among the first twenty."""
    rows = list(cases)
    rng.shuffle(rows)
    half = min(len(rows) // 2, LARGEST)
    pool, test = rows[:half], rows[half : 2 * half]
    early = sum(bool(case.expected) for case in pool[:FIRST])
    late = [place for place in range(FIRST, len(pool)) if pool[place].expected]
    for place in late[: max(0, 2 - early)]:
        other = next(at for at in range(FIRST) if not pool[at].expected)
        pool[place], pool[other] = pool[other], pool[place]
    return pool, test


def _after(
    trainer: Trainer, pool: Sequence[Case], decisions: int, test: Sequence[Case], study: Study
) -> tuple[float, float]:
    """AUC and calibration error on the test rows after so many decisions; the rest of the pool is read unlabelled."""
    examples = [Example(case.subject, _label(case, Task.WANTED)) for case in pool[:decisions]]
    background = [case.subject for case in pool]
    model = trainer.load(trainer.fit(examples, study.aims, background).data)
    scores = [rating.scores.get(WANTED, 0.0) for rating in model.rate([case.subject for case in test])]
    truth = [bool(case.expected) for case in test]
    every = np.ones(len(test))
    return auc(scores, truth)(every), calibration_error(scores, truth)(every)


def _point(decisions: int, figures: Sequence[tuple[float, float]]) -> Point:
    areas = [area for area, _ in figures if area == area]
    errors = [error for _, error in figures]
    nothing = float("nan")
    return Point(
        decisions,
        fmean(areas) if areas else nothing,
        min(areas, default=nothing),
        max(areas, default=nothing),
        fmean(errors),
        len(figures),
    )
