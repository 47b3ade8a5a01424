"""Which tags stand: those a person confirmed, and those the administrator lets stand by how sure they are.

All others are proposals: the desk shows them, and neither an LMS nor a statement nor a report of competencies does.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from gleanery.flow.house import House
from gleanery.model.items import Tag
from gleanery.ports import HIGH

SUREST_RULE = 0.99
"""No rule is as sure as a person, whose tags have 1."""

_FROM: dict[Literal["confirmed", "high", "all"], float] = {"confirmed": 1.0, "high": HIGH, "all": 0.0}


def standing(house: House) -> ColumnElement[bool]:
    """The condition that a tag stands today."""
    least = _FROM[house.config.curation.tags_that_leave]
    return or_(col(Tag.said_by).startswith("person:"), col(Tag.confidence) >= least)


def stands(house: House, tag: Tag) -> bool:
    """Whether a tag stands today."""
    return by_person(tag.said_by) or tag.confidence >= _FROM[house.config.curation.tags_that_leave]


def by_person(said_by: str) -> bool:
    """Whether a person said so, not a rule."""
    return said_by.startswith("person:")
