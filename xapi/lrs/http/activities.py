"""Activities: what is known of one, merged from all statements that define it.

Source: xAPI 1.0.3, part three (Communication), 2.5.
"""

from __future__ import annotations

from typing import Any

import msgspec

from xapi.lrs.http.exchange import Answer, Call
from xapi.lrs.http.lrs import Lrs
from xapi.lrs.http.subjects import activity_in
from xapi.lrs.store import StatementStore


def get(lrs: Lrs, call: Call) -> Answer:
    """The Activity asked for, with its definition where one is known."""
    iri = activity_in(call)
    with lrs.database.read() as connection:
        definition = StatementStore(connection, call.caller.store).definition(iri)
    activity: dict[str, Any] = {"objectType": "Activity", "id": iri}
    if definition is not None:
        activity["definition"] = msgspec.Raw(definition)
    return Answer(200, msgspec.json.encode(activity), {"content-type": "application/json"})
