"""The errors of the library as answers."""

from __future__ import annotations

from xapi.errors import Busy, Conflict, InvalidStatement, StoreFull
from xapi.lrs.http.exchange import Refused


def refusal_of(error: Exception) -> Refused | None:
    """The answer to a deliberate error; None where the sender has no part in it."""
    match error:
        case Refused():
            return error
        case InvalidStatement():
            status = 413 if error.rule in ("size", "batch-size") else 400
            return Refused(status, str(error), path=error.path, rule=error.rule)
        case Conflict():
            return Refused(409, str(error), path="$.id", rule="conflict")
        case StoreFull():
            return Refused(507, str(error))
        case Busy():
            return Refused(503, str(error), headers={"retry-after": str(error.retry_after)})
    return None
