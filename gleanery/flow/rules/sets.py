"""The numbered sets of rules as they are kept: which counts now, and which rules judge by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.model.rules import RuleSet


class Member(NamedTuple):
    """A rule in a set: the version in force (0: none yet) and whether it is on."""

    rule: UUID
    version: int
    on: bool

    def kept(self) -> dict[str, Any]:
        """As it is kept."""
        return {"rule": str(self.rule), "version": self.version, "on": self.on}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Member:
        """From what is kept."""
        return cls(UUID(kept["rule"]), int(kept["version"]), bool(kept["on"]))


def newest_set(session: Session) -> RuleSet | None:
    """The set that counts now; None where no rule was ever written."""
    return session.exec(select(RuleSet).order_by(col(RuleSet.number).desc()).limit(1)).one_or_none()


def members_of(row: RuleSet | None) -> list[Member]:
    """The rules of a set in their order."""
    return [Member.of(one) for one in row.members] if row is not None else []


def judging(members: Iterable[Member]) -> list[tuple[UUID, int]]:
    """The rules that judge by a set, in their versions and order."""
    return [(one.rule, one.version) for one in members if one.on]


def judging_number(session: Session) -> int | None:
    """The number by which the rules judge; None where no rule is on."""
    row = newest_set(session)
    return row.judges_as if row is not None and judging(members_of(row)) else None
