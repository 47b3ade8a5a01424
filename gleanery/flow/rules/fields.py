"""What a condition may ask: the fields of an item, what kind of value each has, and the operators that fit."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What values a field has; it may have several, and a condition holds where one of them meets it."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"
    DAY = "day"
    YES_NO = "yes-no"


class Op(StrEnum):
    """How a value is compared; what stands in a rule."""

    HAS = "has"
    HAS_WORD = "has word"
    BEGINS = "begins"
    IS = "is"
    ONE_OF = "is one of"
    MATCHES = "matches"
    AT_LEAST = ">="
    AT_MOST = "<="
    OVER = ">"
    UNDER = "<"
    BEFORE = "before"
    SINCE = "since"
    KNOWN = "is known"


OPS: Mapping[Kind, tuple[Op, ...]] = MappingProxyType(
    {
        Kind.TEXT: (Op.HAS, Op.HAS_WORD, Op.BEGINS, Op.IS, Op.MATCHES, Op.KNOWN),
        Kind.NAME: (Op.IS, Op.ONE_OF, Op.HAS, Op.BEGINS, Op.MATCHES, Op.KNOWN),
        Kind.NUMBER: (Op.AT_LEAST, Op.AT_MOST, Op.OVER, Op.UNDER, Op.IS, Op.KNOWN),
        Kind.DAY: (Op.BEFORE, Op.SINCE, Op.KNOWN),
        Kind.YES_NO: (Op.IS,),
    }
)

FIELDS: Mapping[str, Kind] = MappingProxyType(
    {
        "title": Kind.TEXT,
        "text": Kind.TEXT,
        "words": Kind.TEXT,
        "remarks": Kind.TEXT,
        "url": Kind.TEXT,
        "host": Kind.NAME,
        "platform": Kind.NAME,
        "source": Kind.NAME,
        "channel": Kind.NAME,
        "kind": Kind.NAME,
        "language": Kind.NAME,
        "hashtag": Kind.NAME,
        "tag": Kind.NAME,
        "goal": Kind.NAME,
        "verdict": Kind.NAME,
        "reason": Kind.NAME,
        "flag": Kind.NAME,
        "licence": Kind.NAME,
        "link": Kind.NAME,
        "author_is_bot": Kind.YES_NO,
        "author_is_outside": Kind.YES_NO,
        "internal": Kind.YES_NO,
        "may_embed": Kind.YES_NO,
        "published": Kind.DAY,
        "age_days": Kind.NUMBER,
        "characters": Kind.NUMBER,
        "minutes": Kind.NUMBER,
        "posts": Kind.NUMBER,
        "answers": Kind.NUMBER,
        "engagement": Kind.NUMBER,
        "reputation": Kind.NUMBER,
    }
)
"""By name; besides there is `score:NAME` for each score that a step gives."""

SCORE = "score:"


def kind_of(field: str) -> Kind | None:
    """What kind of value a field has; None where there is no such field."""
    if field.startswith(SCORE) and field != SCORE:
        return Kind.NUMBER
    return FIELDS.get(field)
