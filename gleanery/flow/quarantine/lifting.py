"""A finding that names only kinds which a person released on these very words blocks them no more; it asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.model.quarantine import Release
from gleanery.ports import Finding

RELEASED = "released"
"""The flag of a finding that a release lifted."""

_OUTSIDE = "in_"


def kinds_in(flags: Iterable[str]) -> list[str]:
    """The kinds among a finding's flags, without those that name a field."""
    return [flag for flag in dict.fromkeys(flags) if not flag.startswith(_OUTSIDE) and flag != RELEASED]


def released_in(session: Session, contents: Collection[UUID]) -> frozenset[str]:
    """The kinds that a person released, as they are, on any of these states of words."""
    if not contents:
        return frozenset()
    query = select(Release.kinds).where(col(Release.content_id).in_(contents), col(Release.masked).is_(False))
    return frozenset(kind for kinds in session.exec(query) for kind in kinds)


def lifted(finding: Finding, released: frozenset[str]) -> Finding:
    """The finding, as one that asks where a person released all it blocks for."""
    kinds = kinds_in(finding.flags)
    if finding.verdict != "block" or not kinds or not released.issuperset(kinds):
        return finding
    return replace(finding, verdict="ask", flags=(*finding.flags, RELEASED))
