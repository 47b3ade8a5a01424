"""What the API says of frameworks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from gleanery.flow.frameworks.looking import Line
from gleanery.model.frameworks import ChangeKind, FrameworkVersion, VersionState


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FaultTold(_Answer):
    """A row of the file that could not be read: where it stands, and why."""

    where: str
    message: str


class VersionTold(_Answer):
    """A state of a framework's file. `changes`: how many of each kind. `held_for`: why it waits for somebody."""

    number: int
    state: VersionState
    held_for: str
    at: datetime
    reader: str
    digest: str
    in_use: int
    retired: int
    changes: Mapping[str, int]
    faults: int
    fault_list: Sequence[FaultTold]

    @classmethod
    def of(cls, row: FrameworkVersion) -> VersionTold:
        """The shape of a version."""
        return cls(
            number=row.number,
            state=row.state,
            held_for=row.held_for,
            at=row.at,
            reader=row.reader,
            digest=row.digest,
            in_use=row.concepts,
            retired=row.retired,
            changes=row.counts,
            faults=row.fault_count,
            fault_list=[FaultTold(where=where, message=message) for where, message in row.faults],
        )


class FrameworkTold(_Answer):
    """A framework. `tags_on_retired`: tags of items on competencies that are out of use."""

    name: str
    configured: bool
    imported_at: datetime | None
    version: int | None
    waiting: VersionTold | None
    in_use: int
    retired: int
    languages: Sequence[str]
    tags_on_retired: int

    @classmethod
    def of(cls, line: Line) -> FrameworkTold:
        """The shape of a line of the list."""
        return cls(
            name=line.name,
            configured=line.configured,
            imported_at=line.imported_at,
            version=line.newest.number if line.newest else None,
            waiting=VersionTold.of(line.waiting) if line.waiting else None,
            in_use=line.in_use,
            retired=line.retired,
            languages=line.languages,
            tags_on_retired=line.orphans,
        )


class LeafTold(_Answer):
    """A competency in its place: how many stand right below it, how many items are tagged with it."""

    iri: str
    label: str
    code: str
    retired: bool
    below: int
    items: int


class CompetencyTold(_Answer):
    """Everything about a competency; `labels` by language and kind, `way` from the top."""

    framework: str
    iri: str
    label: str
    code: str
    retired: bool
    successor: LeafTold | None
    labels: Mapping[str, Mapping[str, Sequence[str]]]
    descriptions: Mapping[str, str]
    way: Sequence[LeafTold]
    tagged: int


class ChangeTold(_Answer):
    """What a version changed of a competency."""

    kind: ChangeKind
    iri: str
    label: str
    was: str
    now: str


class OrphanTold(_Answer):
    """A retired competency that items are tagged with, and what to use instead."""

    iri: str
    label: str
    items: int
    by_persons: int
    successor: str
    successor_label: str


class Frameworks(_Answer):
    """The list of frameworks."""

    items: Sequence[FrameworkTold]


class Level(_Answer):
    """A level of the tree; `next`: where the next part begins."""

    items: Sequence[LeafTold]
    next: int | None


class Versions(_Answer):
    """The versions, the newest first."""

    items: Sequence[VersionTold]


class Changes(_Answer):
    """What a version changed; `next`: where the next part begins."""

    items: Sequence[ChangeTold]
    next: int | None


class Orphans(_Answer):
    """Retired competencies in use on items."""

    items: Sequence[OrphanTold]
