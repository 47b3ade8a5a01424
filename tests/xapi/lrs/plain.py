"""Small statements as any client might send them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from tests.xapi.records import NAMESPACE, NOW
from xapi.lrs.store import Prepared, prepare
from xapi.model import Actor, Version

AUTHORITY = '{"mbox":"mailto:lead@example.org"}'
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def id_of(name: str) -> UUID:
    """The id of the statement of this name."""
    return uuid5(NAMESPACE, f"statement {name}")


def agent(name: str) -> Actor:
    """An agent by its mailbox."""
    return Actor(mbox=f"mailto:{name}@example.org")


def iri(name: str) -> str:
    """An address for a verb or an activity."""
    return f"http://example.org/{name}"


def statement(
    name: str,
    *,
    by: str = "learner",
    verb: str = "read",
    about: str = "item",
    refers: str = "",
    registration: str = "",
    **more: Any,
) -> bytes:
    """A statement about an activity, or about another statement by its name."""
    thing: dict[str, Any] = {"id": iri(about)}
    if refers:
        thing = {"objectType": "StatementRef", "id": str(id_of(refers))}
    told: dict[str, Any] = {
        "id": str(id_of(name)),
        "actor": {"mbox": f"mailto:{by}@example.org"},
        "verb": {"id": verb if ":" in verb else iri(verb)},
        "object": thing,
    }
    if registration:
        told["context"] = {"registration": str(id_of(registration))}
    return msgspec.json.encode(told | more)


def ready(name: str, version: Version = "1.0.3", **told: Any) -> Prepared:
    """The same, prepared."""
    return prepare(statement(name, **told), version)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        """Puts the clock on, or back."""
        self.at += timedelta(**by)
