"""Statements in which every member of the specification stands somewhere, and what can be done to each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.xapi.conformance.rules import ABSENT, placed, small
from tests.xapi.conformance.values import (
    AGENT,
    FILE,
    GROUP,
    IDENTIFIERS,
    IRIS,
    OTHER_AGENT,
    REF,
    TYPED_AGENT,
    UUIDS,
)
from xapi.model import Version

_FREE = ("extensions", "display", "description")
_MAP = {"en-GB": "A name", "de": "Ein Name"}
_EXTENSION = {IRIS[0]: None}
_COMPONENTS = [{"id": "a", "description": _MAP}]
_ROLE = {"relevantTypes": [IRIS[0]]}
_ABOUT = {"name": _MAP, "description": _MAP, "type": IRIS[0], "moreInfo": IRIS[1], "extensions": _EXTENSION}
_INTERACTIONS: dict[str, Any] = {
    "parent": {"interactionType": "choice", "choices": _COMPONENTS, "correctResponsesPattern": ["a"]},
    "grouping": {"interactionType": "likert", "scale": _COMPONENTS},
    "category": {"interactionType": "matching", "source": _COMPONENTS, "target": _COMPONENTS},
    "other": {"interactionType": "performance", "steps": _COMPONENTS},
}


def whole(version: Version) -> list[dict[str, Any]]:
    """Statements of a family about each kind of object, with all members between them."""
    outer = {
        "stored": "2024-05-01T10:00:00Z",
        "authority": OTHER_AGENT | {"name": "A key"},
        "version": "1.0.0",
    }
    activity = {"objectType": "Activity", "id": IRIS[0], "definition": _ABOUT}
    told = {"objectType": "SubStatement", **_told(version), "object": activity}
    others: list[dict[str, Any]] = [
        {"objectType": "Agent", "mbox_sha1sum": IDENTIFIERS["mbox_sha1sum"]},
        {"objectType": "Group", "openid": IDENTIFIERS["openid"], "member": [TYPED_AGENT]},
        REF,
        told,
    ]
    return [
        {**small(), **outer, **_told(version), "object": activity},
        *({**small(), **outer, "object": thing} for thing in others),
    ]


def members(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted places of all members and list items that have a meaning, and what stands there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in inner:
        at = f"{place}.{step}".removeprefix(".")
        yield at, below
        if step not in _FREE and not (step == "name" and isinstance(below, dict)):
            yield from members(below, at)


def objects(document: Any) -> Iterator[str]:
    """The dotted places of all objects whose members the specification names; the document's is empty."""
    yield ""
    for place, value in members(document):
        if isinstance(value, dict) and not _is_free(place):
            yield place


def named(document: Any) -> Iterator[str]:
    """The dotted places of all members that the specification names."""
    return (place for place, _ in members(document) if not place.rpartition(".")[2].isdigit())


def renamed(document: Any, place: str, name: str) -> Any:
    """A copy in which a member has another name."""
    holder, _, _ = place.rpartition(".")
    value = next(found for at, found in members(document) if at == place)
    return placed(placed(document, place, ABSENT), f"{holder}.{name}".removeprefix("."), value)


def _is_free(place: str) -> bool:
    step = place.rpartition(".")[2]
    return step in _FREE or (step == "name" and not place.endswith("account.name"))


def _told(version: Version) -> dict[str, Any]:
    """All that a statement and a sub-statement may both have, but the object."""
    later = {
        "contextAgents": [{"objectType": "contextAgent", "agent": AGENT, **_ROLE}],
        "contextGroups": [{"objectType": "contextGroup", "group": GROUP, **_ROLE}],
    }
    related = {
        key: [{"objectType": "Activity", "id": IRIS[2], "definition": definition}]
        for key, definition in _INTERACTIONS.items()
    }
    context = {
        "registration": UUIDS[0],
        "instructor": AGENT,
        "team": GROUP | {"name": "A team"},
        "contextActivities": related,
        "revision": "2",
        "platform": "A platform",
        "language": "de",
        "statement": REF,
        "extensions": _EXTENSION,
        **(later if version == "2.0.0" else {}),
    }
    return {
        "actor": TYPED_AGENT | {"name": "A learner"},
        "verb": {"id": IRIS[0], "display": _MAP},
        "result": {
            "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
            "success": True,
            "completion": False,
            "response": "a",
            "duration": "PT5M",
            "extensions": _EXTENSION,
        },
        "context": context,
        "timestamp": "2024-05-01T10:00:00Z",
        "attachments": [FILE | {"description": _MAP}],
    }
