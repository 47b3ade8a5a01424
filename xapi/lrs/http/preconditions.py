"""What must hold before a document is changed, by the headers If-Match and If-None-Match.

Checked in the transaction that changes it, so of many who saw the same document one wins.
Source: xAPI 1.0.3, part three (Communication), 3.1; RFC 7232. A tag is accepted without its quotes too, as
some clients send it, and with the W/ that a compressing proxy puts before it.
"""

from __future__ import annotations

from collections.abc import Mapping

from xapi.lrs.documents import Document
from xapi.lrs.http.exchange import Call, Refused

_CHANGED = "the document is not the one that {header} asks for: fetch it again and use its ETag"
_EXISTS = "there is a document already: fetch it, and send its ETag as If-Match to replace it"
_UNCONDITIONAL = "put a new profile with If-None-Match: *, or replace one with its ETag as If-Match"


def check(call: Call, found: Document | None) -> bool:
    """Says whether the request names a condition. Raises: Refused (412) where it does not hold."""
    wanted, unwanted = _tags(call.headers, "if-match"), _tags(call.headers, "if-none-match")
    if wanted and not _is_among(found, wanted):
        raise Refused(412, _CHANGED.format(header="If-Match"))
    if unwanted and _is_among(found, unwanted):
        raise Refused(412, _CHANGED.format(header="If-None-Match"))
    return bool(wanted or unwanted)


def check_put(call: Call, found: Document | None, *, is_state: bool) -> None:
    """As `check`, and refuses to put blindly: 409 where a document is there, 400 for a new profile.

    By xAPI 1.0.3 state is free of that. Of 2.0 the conformance suite wants the 409 for state too, and
    nothing for a new profile.
    """
    if check(call, found):
        return
    older = call.version == "1.0.3"
    if found is not None and not (is_state and older):
        raise Refused(409, _EXISTS)
    if older and not is_state:
        raise Refused(400, _UNCONDITIONAL)


def _is_among(found: Document | None, tags: list[str]) -> bool:
    return found is not None and ("*" in tags or found.etag in tags)


def _tags(headers: Mapping[str, str], name: str) -> list[str]:
    given = headers.get(name, "")
    return [tag.strip().removeprefix("W/").strip('"').lower() for tag in given.split(",") if tag.strip()]
