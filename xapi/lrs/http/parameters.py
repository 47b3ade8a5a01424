"""What a request asks by its parameters: each known, once, and in its exact spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from xapi.lrs.http.exchange import Refused
from xapi.model import Timestamp

Format: TypeAlias = Literal["ids", "exact", "canonical"]

_MOST = 100
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_COUNT = re.compile(r"\d{1,9}", re.ASCII)


def parse(query: bytes) -> dict[str, str]:
    """The parameters of a query string or a form. Raises: Refused (400) for what is no such, or repeated."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST
        )
    except ValueError as error:
        raise Refused(400, "the parameters are not URL-encoded UTF-8") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise Refused(400, f"the parameter {_shown(name)} is given twice")
        if "\0" in value:
            raise Refused(400, f"the parameter {_shown(name)} contains the character U+0000")
        found[name] = value
    return found


def check(found: Mapping[str, str], known: Iterable[str]) -> None:
    """Raises: Refused (400) for a parameter that is not among the known ones."""
    allowed = frozenset(known)
    for name in found:
        if name not in allowed:
            raise Refused(400, f"the parameter {_shown(name)} is not known here; names are case-sensitive")


def uuid_in(parameters: Mapping[str, str], name: str) -> UUID | None:
    """The UUID that the parameter gives, None where it is absent."""
    text = parameters.get(name)
    if text is None:
        return None
    if not _UUID.fullmatch(text):
        raise Refused(400, f"the parameter {name} is no UUID")
    return UUID(text)


def time_in(parameters: Mapping[str, str], name: str) -> datetime | None:
    """The time that the parameter gives, None where it is absent."""
    text = parameters.get(name)
    if text is None:
        return None
    if not _TIME.fullmatch(text) or text.endswith("-00:00"):
        raise Refused(400, f"the parameter {name} is no RFC 3339 time with a known offset")
    try:
        return msgspec.convert(text, Timestamp)
    except msgspec.ValidationError as error:
        raise Refused(400, f"the parameter {name} is no time of the calendar") from error


_FLAGS = {"true": True, "false": False, "True": True, "False": False}
"""The second two are how Python spells them, and so the `tincan` package does in its requests."""


def flag_in(parameters: Mapping[str, str], name: str) -> bool:
    """Whether the parameter says true; false where it is absent."""
    text = parameters.get(name, "false")
    if text not in _FLAGS:
        raise Refused(400, f"the parameter {name} is neither true nor false")
    return _FLAGS[text]


def count_in(parameters: Mapping[str, str], name: str) -> int:
    """The whole number that the parameter gives, 0 where it is absent."""
    text = parameters.get(name, "0")
    if not _COUNT.fullmatch(text):
        raise Refused(400, f"the parameter {name} is no whole number from 0 to 999999999")
    return int(text)


def format_in(parameters: Mapping[str, str]) -> Format:
    """The format that is asked for; `exact` where none is."""
    try:
        chosen: Format = msgspec.convert(parameters.get("format", "exact"), Format)
    except msgspec.ValidationError as error:
        raise Refused(400, "the parameter format is none of ids, exact and canonical") from error
    return chosen


def _shown(name: str) -> str:
    """A name that came from outside, short and on one line."""
    return repr(name[:40])
