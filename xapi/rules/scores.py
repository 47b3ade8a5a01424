"""The rules of scores. Numbers are compared as the decoder's floats; where two of these meet, exactly.

Rounding to a float never turns the order of two numbers round, it can only make them equal: a scaled score of
1.00000000000000000001 is read as 1. So only a score on an edge is read once more, digit by digit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.json import Decoder

from xapi.model import Score, Statement
from xapi.rules.faults import broken, refusal


class _ExactScore(Struct, gc=False):
    scaled: Decimal | UnsetType = UNSET
    raw: Decimal | UnsetType = UNSET
    min: Decimal | UnsetType = UNSET
    max: Decimal | UnsetType = UNSET


class _Result(Struct, gc=False):
    score: _ExactScore | UnsetType = UNSET


class _Object(Struct, gc=False):
    result: _Result | UnsetType = UNSET


class _Scored(Struct, gc=False):
    object: _Object
    result: _Result | UnsetType = UNSET


_scored = Decoder(_Scored).decode


def check_score(score: Score | _ExactScore, path: str = "$.score") -> None:
    """Scores lie in their ranges; a tie passes."""
    scaled = score.scaled
    if scaled is not UNSET and not -1 <= scaled <= 1:
        raise broken(f"{path}.scaled", "score-range", "is not between -1 and 1")
    raw, low, high = score.raw, score.min, score.max
    if low is not UNSET and high is not UNSET and low > high:
        raise broken(f"{path}.min", "score-range", "is not below max")
    if raw is not UNSET and ((low is not UNSET and raw < low) or (high is not UNSET and raw > high)):
        raise broken(f"{path}.raw", "score-range", "is not between min and max")


def may_tie(statement: Statement[Any]) -> bool:
    """Says whether a statement's score, having passed, may still be out of its range by its last digits."""
    if statement.result is UNSET or statement.result.score is UNSET:
        return False
    score = statement.result.score
    return score.scaled in (-1, 1) or (score.max is not UNSET) or (score.min is not UNSET)


def check_exact_scores(raw: bytes) -> None:
    """Checks the scores of a statement and of the one it tells of, to the last digit."""
    try:
        statement = _scored(raw)
    except msgspec.ValidationError as error:
        raise refusal(str(error)) from None
    _check_exact(statement.result, "$.result.score")
    _check_exact(statement.object.result, "$.object.result.score")


def _check_exact(result: _Result | UnsetType, path: str) -> None:
    if result is UNSET or result.score is UNSET:
        return
    score = result.score
    check_score(score, path)
    if score.min is not UNSET and score.min == score.max:
        raise broken(f"{path}.min", "score-range", "is not below max")
