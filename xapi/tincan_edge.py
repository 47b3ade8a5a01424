"""The way in and out for code that speaks `tincan`, the older Python library for xAPI.

Our own statements never pass through it, since tincan 1.0.0 changes what it carries: it accepts scores
beyond their range, NaN, two identifiers and ids that are no IRIs; it turns `"false"` into true, a group that
instructs into an agent, years and weeks of a duration into days, cuts nanoseconds, and cannot read a result
inside a sub-statement. So what it hands out is validated, and what it would change is refused.
"""

from __future__ import annotations

from typing import Any

import msgspec
from tincan import Statement

from xapi.canonical import same
from xapi.errors import InvalidStatement, XapiError
from xapi.validate import validate


def from_tincan(statement: Statement) -> bytes:
    """The statement as JSON, validated.

    Raises:
        InvalidStatement: tincan let something pass that xAPI does not allow.
    """
    written = statement.to_json().encode()
    validate(written)
    return msgspec.json.encode(msgspec.json.decode(written))


def to_tincan(raw: bytes) -> Any:
    """The statement as a `tincan.Statement`.

    Raises:
        InvalidStatement: the bytes are no valid statement.
        XapiError: tincan cannot read it, or would say something else than it does.
    """
    validate(raw)
    try:
        statement = Statement.from_json(raw.decode())
        written = from_tincan(statement)
    except InvalidStatement as error:
        raise XapiError(f"tincan would make this statement invalid: {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise XapiError("tincan cannot read this statement: keep it as bytes") from error
    if not same(raw, written):
        raise XapiError("tincan would change what this statement says: keep it as bytes")
    return statement
