"""What a goal says of itself, as a direction: how near an item is to it before anybody decided anything."""

from __future__ import annotations

import numpy as np

from curation.learning.counting import Fields, Numbers, Rows
from gleanery.ports import Aim

NEAREST = 30
"""Texts of the background nearest to the aim that widen it (relevance feedback without a person, after Rocchio)."""


def fields_of_aim(aim: Aim) -> Fields:
    """The words of an aim; those that were chosen as its words count twice."""
    words = " ".join(aim.words)
    return (aim.title, words, words, aim.description, " ".join(aim.labels))


def direction(aim: Rows, background: Rows) -> Numbers:
    """An aim's row as one weight for each gram, widened by what is near it; all 0 for an aim without words."""
    own = aim.times_rows(np.ones(1))
    near = background.times(_unit(own))
    chosen = np.argsort(-near, kind="stable")[:NEAREST]
    wider = background.only(chosen).times_rows(np.maximum(near[chosen], 0.0))
    return _unit(_unit(own) + _unit(wider))


def nearness(rows: Rows, directions: Numbers) -> Numbers:
    """How near each row is to the aim, 0..1 (the cosine, as if each row had length one)."""
    near: Numbers = rows.times(directions) / np.sqrt(2)
    return near


def _unit(values: Numbers) -> Numbers:
    length = float(np.linalg.norm(values))
    return values / length if length else values


def has_words(aim: Aim) -> bool:
    """Whether an aim says anything."""
    return any(part.strip() for part in fields_of_aim(aim))
