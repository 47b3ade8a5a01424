"""About: which versions are spoken, and within which limits; open to everybody.

Source: xAPI 1.0.3, part three (Communication), 2.8.
"""

from __future__ import annotations

import msgspec

from xapi.lrs.http.exchange import Answer, Call
from xapi.lrs.http.lrs import Lrs
from xapi.lrs.scopes import SCOPES
from xapi.vocabulary import own

_VERSIONS = ("1.0.3", "2.0.0")


def get(lrs: Lrs, call: Call) -> Answer:
    """What a client may want to know before it asks."""
    settings = lrs.settings
    limits = {"bytes": settings.max_body, "batch": settings.max_batch, "page": settings.max_statements}
    extensions = {f"{own.PROFILE}/about/limits": limits, f"{own.PROFILE}/about/scopes": SCOPES}
    # Who asks by 1.0 may take any other version in the list for an error (XAPI-00316), and clients do.
    elder = call.headers.get("x-experience-api-version", "").startswith("1.0")
    told = {"version": _VERSIONS[:1] if elder else _VERSIONS, "extensions": extensions}
    return Answer(200, msgspec.json.encode(told), {"content-type": "application/json"})
