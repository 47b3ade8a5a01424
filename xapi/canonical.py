"""Whether two statements of one id say the same.

A sender that lost our answer sends again, perhaps through software that writes times or lists differently;
that is a repeat, not a conflict. Source: xAPI 1.0.3, Data, 2.3.1 (statement comparison).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

_SET_BY_STORE = ("stored", "authority", "version")
_RELATIONS = ("parent", "grouping", "category", "other")
_PART = re.compile(r"([0-9.]+)([A-Z])")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def same(one: bytes, other: bytes) -> bool:
    """Says whether two valid statements are equal in all that comparison counts."""
    return one == other or comparable(one) == comparable(other)


def comparable(raw: bytes) -> Any:
    """What of a valid statement counts in a comparison, as plain values.

    Left out: what a store sets, verb display, activity definitions. Made alike: times (UTC microseconds),
    the order of group members and related activities, a lone related activity, an empty list of members,
    default object types, and ways to write a number or a duration.
    """
    statement = _decode(raw)
    for name in _SET_BY_STORE:
        statement.pop(name, None)
    return _plain(_statement(statement))


def _statement(statement: dict[str, Any]) -> dict[str, Any]:
    statement["verb"] = statement["verb"]["id"]
    statement["actor"] = _agent(statement["actor"])
    statement["object"] = _object(statement["object"])
    if "id" in statement:
        statement["id"] = statement["id"].lower()
    if "timestamp" in statement:
        statement["timestamp"] = msgspec.convert(statement["timestamp"], datetime).astimezone(UTC)
    if "duration" in statement.get("result", {}):
        statement["result"]["duration"] = _duration(statement["result"]["duration"])
    if "context" in statement:
        statement["context"] = _context(statement["context"])
    return statement


def _duration(text: str) -> list[str]:
    """The parts of a duration, each without idle zeros; 90 seconds stay other than a minute and a half."""
    date, _, time = text.replace(",", ".").partition("T")
    return [
        f"{half}{Decimal(number).normalize():f}{unit}"
        for half, part in (("P", date), ("T", time))
        for number, unit in _PART.findall(part)
        if Decimal(number)
    ]


def _object(thing: dict[str, Any]) -> dict[str, Any]:
    kind = thing.setdefault("objectType", "Activity")
    if kind == "Activity":
        return {"objectType": kind, "id": thing["id"]}
    if kind == "SubStatement":
        return _statement(thing)
    if kind == "StatementRef":
        return {"objectType": kind, "id": thing["id"].lower()}
    return _agent(thing)


def _agent(agent: dict[str, Any]) -> dict[str, Any]:
    agent.setdefault("objectType", "Agent")
    if not agent.get("member", True):
        del agent["member"]
    if "member" in agent:
        agent["member"] = _sorted([_agent(member) for member in agent["member"]])
    return agent


def _context(context: dict[str, Any]) -> dict[str, Any]:
    if "registration" in context:
        context["registration"] = context["registration"].lower()
    for name in ("instructor", "team"):
        if name in context:
            context[name] = _agent(context[name])
    related = context.get("contextActivities", {})
    for name in _RELATIONS:
        if name in related:
            several = related[name] if isinstance(related[name], list) else [related[name]]
            related[name] = _sorted([activity["id"] for activity in several])
    return context


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: msgspec.json.encode(value, order="deterministic"))


def _plain(value: Any) -> Any:
    """Tells numbers from booleans, which Python holds equal."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return "number", Decimal(value)
    return value
