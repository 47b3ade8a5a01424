"""Where a list that is ordered by time goes on: the time and id of the last row shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from starlette.exceptions import HTTPException

from gleanery.model.types import micros

_START = datetime(1970, 1, 1, tzinfo=UTC)
_WRITTEN = re.compile(r"([0-9]{1,17})_([0-9a-f-]{36})")


def cursor_of(at: datetime, key: UUID) -> str:
    """The cursor that leads on from a row."""
    return f"{micros(at)}_{key}"


def cursor(text: str) -> tuple[datetime, UUID] | None:
    """The place that a cursor of ours names, None for none. Raises: HTTPException 422."""
    if not text:
        return None
    found = _WRITTEN.fullmatch(text)
    try:
        if found is not None:
            return _START + timedelta(microseconds=int(found[1])), UUID(found[2])
    except (ValueError, OverflowError):
        found = None
    raise HTTPException(422)
