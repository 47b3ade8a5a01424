"""What went wrong, as it may stand in a log: where and of which kind, never in its own words.

The message of an error may hold what somebody sent: a value that could not be read, a row that was refused.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Iterator

log = logging.getLogger(__name__)


def noted(error: BaseException, method: str, resource: str) -> uuid.UUID:
    """Logs what was not foreseen; returns the number under which the log has it."""
    number = uuid.uuid4()
    log.error("request %s failed: %s %s\n%s", number, method, resource, "".join(frames(error)))
    return number


def frames(error: BaseException) -> Iterator[str]:
    """An error and what led to it, the first cause first: each its frames and its kind."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from frames(before)
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"
