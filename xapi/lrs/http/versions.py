"""Which xAPI a request speaks, and what a reader of the older one is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from xapi.lrs.http.exchange import Refused, Version

HEADER = "x-experience-api-version"

_ONE = re.compile(r"1\.0(?:\.\d{1,6})?", re.ASCII)
_TWO = re.compile(r"2\.0(?:\.\d{1,6})?", re.ASCII)
_NEW_IN_CONTEXT = ("contextAgents", "contextGroups")


def spoken(headers: Mapping[str, str], default: Version) -> Version:
    """The version to answer in: that of the header where we speak it, else the default."""
    return _family(headers.get(HEADER, "")) or default


def required(headers: Mapping[str, str]) -> Version:
    """The version of the request. Raises: Refused (400) where it names none or one that we do not speak."""
    given = headers.get(HEADER)
    if given is None:
        raise Refused(400, "the header X-Experience-API-Version is missing: send 1.0.3 or 2.0.0")
    family = _family(given)
    if family is None:
        raise Refused(400, "X-Experience-API-Version is not 1.0, 1.0.x, 2.0 or 2.0.x")
    return family


def _family(given: str) -> Version | None:
    if _ONE.fullmatch(given):
        return "1.0.3"
    return "2.0.0" if _TWO.fullmatch(given) else None


def as_older(document: bytes) -> bytes:
    """A 2.0 statement as a reader by 1.0.3 can take it: without what that version does not know.

    A strict reader refuses a whole page for one unknown member. What is stored does not change, and whoever
    asks by 2.0 is given all of it; `Settings.strict_versions` turns this off.
    """
    statement: dict[str, Any] = msgspec.json.decode(document, type=dict[str, msgspec.Raw])
    statement["version"] = "1.0.3"
    _shorten(statement)
    if "object" in statement:
        told: Any = msgspec.json.decode(statement["object"], type=dict[str, msgspec.Raw])
        if "objectType" in told and msgspec.json.decode(told["objectType"]) == "SubStatement":
            _shorten(told)
            statement["object"] = told
    return msgspec.json.encode(statement)


def _shorten(statement: dict[str, Any]) -> None:
    if "context" in statement:
        context = msgspec.json.decode(statement["context"], type=dict[str, msgspec.Raw])
        statement["context"] = {name: context[name] for name in context if name not in _NEW_IN_CONTEXT}
