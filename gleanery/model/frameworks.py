"""Frameworks over time: the versions that were brought in or wait, and what each of them changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column


class VersionState(StrEnum):
    """Where a version stands: held until a person says, wanted by one, being brought in, in use, or refused.

    An unreadable one was refused by its reader, and is not tried again until the file changes.
    """

    WAITING = "waiting"
    WANTED = "wanted"
    BEGUN = "begun"
    APPLIED = "applied"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


class FrameworkVersion(SQLModel, table=True):
    """A state of a framework's file. `concepts` and `retired`: how many it has in use and out of use.

    `counts`: how many changes of each kind; `faults`: (where, message) of rows that could not be read, the first
    hundred of `fault_count`. `held_for`: why it waits, as a code. `reader`: the plugin that read it.
    """

    __tablename__ = "framework_version"

    framework: str = Col(primary_key=True)
    number: int = Col(primary_key=True)
    digest: str
    reader: str
    state: VersionState = Col(sa_column=enum_column(VersionState))
    held_for: str = ""
    at: datetime = Col(sa_type=UtcMicros)
    concepts: int = 0
    retired: int = 0
    counts: dict[str, int] = Col(default_factory=dict, sa_column=Column(JSON, nullable=False))
    fault_count: int = 0
    faults: list[list[str]] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))


class ChangeKind(StrEnum):
    """What a version did to a competency."""

    ADDED = "added"
    RETIRED = "retired"
    BACK = "back"
    RENAMED = "renamed"
    LABELS = "labels"
    DESCRIBED = "described"
    MOVED = "moved"


class FrameworkChange(SQLModel, table=True):
    """One change of a version: what was and what is now, in words of the framework."""

    __tablename__ = "framework_change"
    __table_args__ = (Index("framework_change_kind", "framework", "number", "kind", "iri"),)

    framework: str = Col(primary_key=True)
    number: int = Col(primary_key=True)
    iri: str = Col(primary_key=True)
    kind: ChangeKind = Col(sa_column=enum_column(ChangeKind, primary_key=True))
    was: str = ""
    now: str = ""
