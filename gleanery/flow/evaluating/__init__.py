"""Measuring any step on labelled data, so that an organisation can judge it on its own.

Nothing is written to the house, and nothing of the rows is kept or quoted unless examples are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gleanery.errors import ConfigError
from gleanery.flow.evaluating.asked import Asked
from gleanery.flow.evaluating.cases import Case, Cases, Shape, Task, gathered
from gleanery.flow.evaluating.contenders import Choice, Contender, contender
from gleanery.flow.evaluating.marking import held_against
from gleanery.flow.evaluating.outcomes import Outcome, Progress, silent, timed
from gleanery.flow.evaluating.pairing import paired
from gleanery.flow.evaluating.report import Report, write
from gleanery.flow.evaluating.rows import read_rows
from gleanery.flow.evaluating.training import Study, studied
from gleanery.flow.house import House
from gleanery.ports import WANTED, Aim, Finding, Matcher, Step, Trainer

__all__ = ["Choice", "Question", "Report", "evaluate", "write"]


@dataclass(frozen=True)
class Question:
    """What is to be measured: the data and how they are read, the step, and how its findings are.

    `columns`: our names of columns -> the file's. `kinds`: our names of kinds -> the data's. `most`: so many rows,
    drawn at random. `measure`: the column of what is expected, where several could be it. `group`:
    the column told apart; `apart`: whose groups are left out whole in cross-validation.
    """

    dataset: Path
    choice: Choice = field(default_factory=Choice)
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    yes: Sequence[str] = ()
    group: str = ""
    apart: bool = False
    measure: str = ""
    score: str = ""
    flag: str = ""
    aim: Aim | None = None
    folds: int = 5
    orders: int = 3
    seed: int = 0
    most: int | None = None


def evaluate(
    asked: Question, house: House | None = None, progress: Progress = silent
) -> tuple[Report, list[Case]]:
    """The figures of a step on a dataset, and its rows as cases. Raises: BadInput, ConfigError."""
    told = gathered(
        read_rows(asked.dataset, asked.columns), Shape(frozenset(asked.yes), asked.group), _task(asked)
    )
    cases = _sampled(told, asked)
    measured = contender(asked.choice, told.task, house)
    if isinstance(measured.plugin, Step):
        measured.plugin.judge(cases[0].subject)  # builds what all rows use
    with timed(len(cases)) as speed:
        outcome, findings = _measured(measured, cases, told.task, asked, progress)
    if findings is not None:
        outcome = held_against(cases, findings, told.task, _reading(asked, measured))
    faults = [*told.faults, *measured.faults]
    name = asked.dataset.name
    return Report(name, told.task, measured.about, asked.seed, len(cases), faults, speed, outcome), cases


def _task(asked: Question) -> Task | None:
    """What is to be measured as asked, or as the mapping says; None where the columns say it."""
    if asked.measure:
        return Task(asked.measure)
    return next((task for task in Task if task.value in asked.columns), None)


def _sampled(told: Cases, asked: Question) -> list[Case]:
    if asked.most is None or len(told.cases) <= asked.most:
        return told.cases
    from random import Random

    rng = Random(asked.seed)  # noqa: S311  (a sample, no secret)
    places = sorted(rng.sample(range(len(told.cases)), asked.most))
    return [told.cases[place] for place in places]


def _measured(
    measured: Contender, cases: Sequence[Case], task: Task, asked: Question, progress: Progress
) -> tuple[Outcome, list[Finding] | None]:
    """What a matcher or trainer comes to; or the findings of a step, which are held against the rows afterwards."""
    one = measured.plugin
    if isinstance(one, Trainer) and task in (Task.WANTED, Task.CLASS):
        aims = {} if asked.aim is None else {WANTED: asked.aim}
        study = Study(asked.seed, asked.folds, asked.orders, aims, asked.apart)
        return studied(one, cases, task, study, progress), None
    if isinstance(one, Matcher) and task is Task.DUPLICATES:
        return paired(cases, one, asked.seed, progress), None
    if isinstance(one, Step) and task not in (Task.CLASS, Task.DUPLICATES):
        return Outcome(), _judged(one, cases, progress)
    raise ConfigError(
        f"{one.name} does nothing that the column {task.value} could measure.",
        remedy="Name another with --step, or the column that it can be measured by with --map.",
    )


def _judged(step: Step, cases: Sequence[Case], progress: Progress) -> list[Finding]:
    findings = []
    for place, case in enumerate(cases):
        findings.append(step.judge(case.subject))
        if not place % 50:
            progress("rows", place, len(cases))
    progress("rows", len(cases), len(cases))
    return findings


def _reading(asked: Question, measured: Contender) -> Asked:
    """How the findings are read; an expected label is an IRI, or what a competency is called."""
    named: dict[str, str] = {}
    for concept in measured.concepts:
        for label in (*concept.labels, *concept.preferred):
            named.setdefault(label.casefold(), concept.iri)
    for concept in measured.concepts:
        for label in concept.preferred:
            named[label.casefold()] = concept.iri
    named.update({concept.iri.casefold(): concept.iri for concept in measured.concepts})
    return Asked(asked.kinds, asked.score, asked.flag, asked.seed, lambda label: named.get(label.casefold()))
