"""The shapes of rules in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gleanery.flow.rules.showing import Act, Line, Shown
from gleanery.flow.rules.what_if import WhatIf
from gleanery.web.given import Given


class RuleWanted(Given):
    """A rule as docs/how-to/rules.md has it, and why it is so."""

    rule: dict[str, Any] = Field(max_length=10)
    why: str = Field(default="", max_length=500)


class SwitchWanted(Given):
    """`confirmed`: also where the rule matches everything it was tried on."""

    confirmed: bool = False
    why: str = Field(default="", max_length=500)


class PlaceWanted(Given):
    """The new place, from 1."""

    to: int = Field(ge=1, le=1_000)


class RuleLine(BaseModel):
    """A rule of the list; `version` 0: never in force. Where it is on, `newest` above `version` waits."""

    id: UUID
    place: int
    name: str
    on: bool
    version: int
    newest: int
    effect: dict[str, Any]
    fault: str

    @classmethod
    def of(cls, line: Line) -> RuleLine:
        """The shape of a line."""
        return cls.model_validate(line, from_attributes=True)


class VersionShape(BaseModel):
    """What a rule said."""

    number: int
    body: dict[str, Any]
    by: str
    at: datetime
    note: str


class ActShape(BaseModel):
    """A change of the rules that hold; `judges_as` is the version that findings of `rules` bear since."""

    number: int
    act: str
    rule: UUID | None
    name: str
    by: str
    at: datetime
    note: str
    judges_as: int
    is_undone: bool

    @classmethod
    def of(cls, act: Act) -> ActShape:
        """The shape of a change."""
        return cls.model_validate(act, from_attributes=True)


class RuleList(BaseModel):
    """The rules in their order, and the last changes."""

    rules: list[RuleLine]
    acts: list[ActShape]


class RuleShape(BaseModel):
    """One rule with its versions, the newest first."""

    rule: RuleLine
    versions: list[VersionShape]
    acts: list[ActShape]

    @classmethod
    def of(cls, shown: Shown) -> RuleShape:
        """The shape of a rule."""
        return cls(
            rule=RuleLine.of(shown.line),
            versions=[VersionShape.model_validate(one, from_attributes=True) for one in shown.versions],
            acts=[ActShape.of(one) for one in shown.acts],
        )


class MoveShape(BaseModel):
    """How many items would go from one state to another."""

    before: str
    after: str
    items: int


class LineShape(BaseModel):
    """An item that the rule is about, or that would stand elsewhere."""

    item: UUID
    title: str
    url: str | None
    before: str
    after: str
    matches: bool
    conditions: list[int]


class WhatIfShape(BaseModel):
    """What a rule would have done to the last items; nothing was written."""

    told: str
    tried: int
    matched: int
    is_everything: bool
    moves: list[MoveShape]
    decided: int
    withheld: int
    slow: int
    lines: list[LineShape]

    @classmethod
    def of(cls, found: WhatIf) -> WhatIfShape:
        """The shape of what was found."""
        moves = [MoveShape(before=one[0], after=one[1], items=count) for one, count in found.moves.items()]
        lines = [LineShape.model_validate(one, from_attributes=True) for one in found.lines]
        return cls(
            told=found.told, tried=found.tried, matched=found.matched, is_everything=found.is_everything,
            moves=moves, decided=found.decided, withheld=found.withheld, slow=found.slow, lines=lines,
        )  # fmt: skip
