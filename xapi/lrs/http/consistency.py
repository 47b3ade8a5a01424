"""X-Experience-API-Consistent-Through: up to when a reader can rely on having seen everything."""

from __future__ import annotations

import logging
from datetime import UTC

from xapi.errors import XapiError
from xapi.lrs.http.lrs import Lrs

CONSISTENT_THROUGH = "x-experience-api-consistent-through"

NOTHING_PROMISED = "1970-01-01T00:00:00.000000Z"

log = logging.getLogger(__name__)


def consistent_through(lrs: Lrs, store: str) -> dict[str, str]:
    """The header for what is read from now on; asks the database, so call it in a thread.

    Where the database does not answer, it is a time before anything was stored, which promises nothing.
    """
    try:
        time = lrs.committer.consistent_through(store).astimezone(UTC)
    except XapiError as error:
        log.warning("no time can be promised: %s", error)
        return {CONSISTENT_THROUGH: NOTHING_PROMISED}
    return {CONSISTENT_THROUGH: time.isoformat(timespec="microseconds").replace("+00:00", "Z")}
