"""What stands in the LMS's gradebook as deeds of learners."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gleanery.ports import Deed
from lms_adapters.lti.scores import share_of


def deeds_of(
    line: str, rows: Iterable[Mapping[str, Any]], realm: str, item: UUID, now: datetime
) -> tuple[Sequence[Deed], str]:
    """The grades of one column, and a digest of them that changes only with them."""
    deeds = tuple(made for row in rows if (made := _deed(line, row, realm, item, now)) is not None)
    return deeds, digest("\n".join(sorted(deed.event for deed in deeds)))


def _deed(line: str, row: Mapping[str, Any], realm: str, item: UUID, now: datetime) -> Deed | None:
    share = share_of(row)
    if share is None:
        return None
    user = str(row["userId"])
    return Deed(
        realm=realm,
        account=user,
        event=f"ags:{digest(line)}:{digest(user)}:{share:.6f}",
        did="graded",
        at=_at(row.get("timestamp"), now),
        item_id=item,
        score=share,
        by_hand=True,
    )


def _at(told: Any, now: datetime) -> datetime:
    """When the LMS says it was (Moodle does, the specification asks for none), never in the future."""
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else now
    except ValueError:
        return now
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(at.astimezone(UTC), now)


def digest(text: str) -> str:
    """A short name for a text that tells nothing of it."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]
