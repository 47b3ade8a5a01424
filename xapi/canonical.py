"""Whether two statements of one id say the same.

A sender that lost our answer sends again, perhaps through software that writes times or lists differently;
that is a repeat, not a conflict. One rule serves both families, so that a statement can come back in the other.
Source: xAPI 1.0.3, Data, 2.3.1 (statement comparison), 4.6 (durations); xAPI 2.0 (IEEE 9274.1.1), 4.2.7.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import msgspec

_Parts: TypeAlias = dict[str, Any]

_SET_BY_STORE = ("stored", "authority", "version")
_RELATIONS = ("parent", "grouping", "category", "other")
_INSTANT = re.compile(r"(.{19})(?:\.(\d+))?(.+)")
_PART = re.compile(r"(\d+)(?:\.(\d+))?([A-Z])")
_HUNDREDTHS = 2


def same(one: bytes, other: bytes) -> bool:
    """Says whether two valid statements are equal in all that comparison counts."""
    return one == other or comparable(one) == comparable(other)


def comparable(raw: bytes) -> dict[str, Any]:
    """What of a valid statement counts in a comparison, as plain values.

    Left out: what a store sets, verb display, activity definitions, what durations say beyond 0.01 seconds.
    Made alike: times (to the last digit), the order of group members and related activities, a lone related
    activity, an empty list of members, default object types, the case of letters where it has no meaning
    (UUIDs, digests, languages, the domain of a mailbox), and ways to write a number or a duration.
    """
    statement: _Parts = _plain(_decode(raw))
    for name in _SET_BY_STORE:
        statement.pop(name, None)
    return _statement(statement)


def _statement(statement: _Parts) -> _Parts:
    statement["verb"] = statement["verb"]["id"]
    statement["actor"] = _agent(statement["actor"])
    statement["object"] = _object(statement["object"])
    _replace(statement, "id", str.lower)
    _replace(statement, "timestamp", _instant)
    _replace(statement.get("result", {}), "duration", _duration)
    _replace(statement, "context", _context)
    for attachment in statement.get("attachments", ()):
        _replace(attachment, "sha2", str.lower)
    return statement


def _replace(parts: _Parts, name: str, alike: Any) -> None:
    if name in parts:
        parts[name] = alike(parts[name])


def _instant(text: str) -> tuple[datetime, str]:
    """A time in UTC to the second, and the digits of its fraction: a datetime would round them."""
    seconds, fraction, offset = _INSTANT.fullmatch(text.upper()).groups("")  # type: ignore[union-attr]
    return datetime.fromisoformat(seconds + offset).astimezone(UTC), fraction.rstrip("0")


def _duration(text: str) -> list[str]:
    """The parts of a duration, each without idle zeros; 90 seconds stay other than a minute and a half."""
    date, _, time = text.replace(",", ".").partition("T")
    parts = [
        _part(half, *found) for half, part in (("P", date), ("T", time)) for found in _PART.findall(part)
    ]
    return [part for part in parts if part]


def _part(half: str, whole: str, fraction: str, unit: str) -> str:
    """A number and its unit; nothing for a zero."""
    if half == "T" and unit == "S":
        fraction = fraction[:_HUNDREDTHS]
    number = f"{whole.lstrip('0')}.{fraction.rstrip('0')}"
    return "" if number == "." else f"{half}{number}{unit}"


def _object(thing: _Parts) -> _Parts:
    kind = thing.setdefault("objectType", "Activity")
    if kind == "Activity":
        return {"objectType": kind, "id": thing["id"]}
    if kind == "SubStatement":
        return _statement(thing)
    return _reference(thing) if kind == "StatementRef" else _agent(thing)


def _reference(reference: _Parts) -> _Parts:
    return reference | {"id": reference["id"].lower()}


def _agent(agent: _Parts) -> _Parts:
    agent.setdefault("objectType", "Agent")
    _replace(agent, "mbox", _mailbox)
    _replace(agent, "mbox_sha1sum", str.lower)
    if not agent.get("member", True):
        del agent["member"]
    _replace(agent, "member", lambda members: _sorted([_agent(member) for member in members]))
    return agent


def _mailbox(address: str) -> str:
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


def _context(context: _Parts) -> _Parts:
    for name, alike in _ALIKE.items():
        _replace(context, name, alike)
    for participant in context.get("contextAgents", ()):
        _replace(participant, "agent", _agent)
    for participant in context.get("contextGroups", ()):
        _replace(participant, "group", _agent)
    related = context.get("contextActivities", {})
    for name in _RELATIONS:
        _replace(related, name, _activities)
    return context


def _activities(several: Any) -> list[Any]:
    return _sorted([activity["id"] for activity in (several if isinstance(several, list) else [several])])


_ALIKE = {
    "registration": str.lower,
    "language": str.lower,
    "statement": _reference,
    "instructor": _agent,
    "team": _agent,
}


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: msgspec.json.encode(value, order="deterministic"))


def _number(text: str) -> Any:
    """The number with all its digits; as it is written where no Decimal can hold its exponent."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return "number", text.lower()


def _plain(value: Any) -> Any:
    """Tells numbers from booleans, which Python holds equal."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return "number", Decimal(value)
    return value


_decode = msgspec.json.Decoder(float_hook=_number).decode
