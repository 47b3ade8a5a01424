"""One label told from the rest, and what the same way of learning says of examples it did not learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from curation.learning.aiming import direction, fields_of_aim, has_words, nearness
from curation.learning.counting import Fields, Numbers, Rows, Table, Vocabulary, cut, vocabulary
from curation.learning.grams import Places
from curation.learning.model import Learned, small
from curation.learning.regression import Believed, Span, Weights, calibrated, fit, likely
from gleanery.ports import Aim

FOLDS = 5
FEW = 600
"""Examples up to which it is fitted in as many dimensions as there are examples."""

AROUND = 400
"""Texts of the background that show which words come together."""

MANY = 1_000
"""Examples from which on a gram of a single one is left out: it tells of nothing else."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Examples as rows, the same with some of the background below, and by label the direction of its aim."""

    rows: Rows
    around: Rows
    vocabulary: Vocabulary
    aimed: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class Told:
    """What was learned of a label, and how likely it is for each example by what was learned without that one."""

    learned: Learned
    held_out: Numbers | None


def prepared(texts: Sequence[Fields], aims: Mapping[str, Aim], background: Sequence[Fields]) -> Prepared:
    """The examples' rows, and the directions of those aims that say anything."""
    speaking = {label: aim for label, aim in aims.items() if has_words(aim)}
    spoken = [fields_of_aim(aim) for aim in speaking.values()]
    told = cut([*texts, *spoken, *background])
    if not speaking:
        words = vocabulary(told, len(texts), least=2 if len(texts) >= MANY else 1)
        rows = words.rows_of(told).only(np.arange(len(texts)))
        return Prepared(rows, rows, words, {})
    everything = vocabulary(told, told.number)
    rows, number = everything.rows_of(told), len(texts) + len(spoken)
    own, examples = rows.only(np.arange(number)), rows.only(np.arange(len(texts)))
    around = rows.only(np.delete(np.arange(told.number), np.arange(len(texts), number)))
    wide = {
        label: direction(own.only(np.array([len(texts) + at])), around) for at, label in enumerate(speaking)
    }
    near = rows.only(np.delete(np.arange(min(told.number, number + AROUND)), np.arange(len(texts), number)))
    kept = own.columns() | near.columns(2) | np.any(list(wide.values()), axis=0)
    directions = {label: one[kept] for label, one in wide.items()}
    return Prepared(examples.within(kept), near.within(kept), everything.only(kept), directions)


def learn(given: Prepared, said: Sequence[str], label: str, *, leave_out: bool) -> Told:
    """How `label` is told from the rest; with `leave_out` also what is said of examples left out, and honest odds."""
    wanted = np.array([float(one == label) for one in said])
    aimed = given.aimed.get(label)
    near = nearness(given.rows, aimed) if aimed is not None else np.zeros(len(wanted))
    believed = Believed() if aimed is not None else Believed(aim=0.0)
    short = Span(given.around, len(wanted)) if 0 < len(wanted) <= FEW else None
    rows: Table = short.rows if short is not None else given.rows
    weights = fit(rows, near, wanted, believed)
    slope, shift, held_out = 1.0, 0.0, None
    if leave_out and (odds := _left_out(rows, near, wanted, believed)) is not None:
        slope, shift = calibrated(odds, wanted)
        held_out = likely(slope * odds + shift)
    if short is not None:
        weights = Weights(short.back(weights.words), weights.aim, weights.base)
    return Told(_as_learned(weights, aimed, slope, shift), held_out)


def _as_learned(weights: Weights, aimed: Numbers | None, slope: float, shift: float) -> Learned:
    told = small(aimed) if aimed is not None else b""
    return Learned(small(weights.words), told, weights.aim, weights.base, slope, shift)


def _left_out(rows: Table, near: Numbers, wanted: Numbers, believed: Believed) -> Numbers | None:
    """For each example the log-odds by what is learned from the other folds; None for too few of a kind."""
    fewest = int(min(wanted.sum(), len(wanted) - wanted.sum()))
    if fewest < 2:
        return None
    fold, odds = _folds(wanted, min(FOLDS, fewest)), np.zeros(len(wanted))
    for number in range(int(fold.max()) + 1):
        out, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        weights = fit(rows.only(rest), near[rest], wanted[rest], believed)
        odds[out] = weights.odds(rows.only(out), near[out])
    return odds


def _folds(wanted: Numbers, folds: int) -> Places:
    """The fold of each example: as many of each kind in every one, as far as may be."""
    fold = np.zeros(len(wanted), dtype=np.int64)
    for kind in (0.0, 1.0):
        of_kind = np.flatnonzero(wanted == kind)
        fold[of_kind] = np.arange(len(of_kind)) % folds
    return fold
