"""Rules that curators write: each as its versions, and which of them hold, in what order, as numbered sets.

Neither is ever changed: a set says which version of which rule was in force, so that an old verdict can be explained.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Integer
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros


class RuleVersion(SQLModel, table=True):
    """What a rule says, as somebody wrote it; the newest is in force once it is switched on.

    `body` is checked when it is written and when it is read (flow/rules/writing.py).
    """

    __tablename__ = "rule_version"

    rule_id: UUID = Col(primary_key=True)
    number: int = Col(primary_key=True)
    body: dict[str, Any] = Col(sa_column=Column(JSON, nullable=False))
    note: str = ""
    actor: str = Col(index=True)
    at: datetime = Col(sa_type=UtcMicros)


class RuleSet(SQLModel, table=True):
    """The rules in their order from one moment on: the newest set counts.

    `members`: for each rule its id, the version in force (0: none yet) and whether it is on. `act` and `rule_id`: what
    made this set out of the one before. `judges_as`: the number of the first of the sets since which the rules that
    are on, their versions and their order have been these; it is the version of the judge `rules`.
    """

    __tablename__ = "rule_set"

    number: int = Col(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    members: list[dict[str, Any]] = Col(sa_column=Column(JSON, nullable=False))
    judges_as: int
    act: str
    rule_id: UUID | None = None
    undone_by: int | None = None
    note: str = ""
    actor: str = Col(index=True)
    at: datetime = Col(sa_type=UtcMicros)
