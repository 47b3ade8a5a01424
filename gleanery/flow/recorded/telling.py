"""What a statement says, as far as a sentence needs it: who did what to which thing, when.

Statements come from anywhere; they were validated when they were stored, so their parts have the shapes of xAPI.
Only these parts are read: a statement may have a megabyte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from gleanery.flow.house import House
from gleanery.flow.recorded.names import Names, uuid_in
from xapi.lrs.query import Stored


class _Account(msgspec.Struct, rename="camel"):
    home_page: str = ""
    name: str = ""


class _Agent(msgspec.Struct):
    name: str = ""
    mbox: str = ""
    mbox_sha1sum: str = ""
    openid: str = ""
    account: _Account | None = None


class _Definition(msgspec.Struct):
    name: Mapping[str, str] = {}
    type: str = ""


class _Verb(msgspec.Struct):
    id: str
    display: Mapping[str, str] = {}


class _Object(_Agent, rename="camel"):
    object_type: str = "Activity"
    id: str = ""
    definition: _Definition | None = None


class _Statement(msgspec.Struct):
    actor: _Agent
    verb: _Verb
    object: _Object
    timestamp: str = ""


_read = msgspec.json.Decoder(_Statement, strict=False).decode


@dataclass(frozen=True)
class Actor:
    """Who a statement names. `person` is a pseudonym of ours; `agent` is what finds their other statements."""

    name: str
    kind: str
    agent: str
    person: UUID | None = None


@dataclass(frozen=True)
class Thing:
    """What it was done to: an activity, a statement, an agent. `item`: where it is one of our items."""

    kind: str
    id: str
    names: Mapping[str, str]
    type: str = ""
    item: UUID | None = None
    actor: Actor | None = None


@dataclass(frozen=True)
class Telling:
    """A statement in parts; `verb_names` and a thing's names are by language, as the sender wrote them."""

    seq: int
    id: UUID
    stored: datetime
    at: datetime
    actor: Actor
    verb: str
    verb_names: Mapping[str, str]
    thing: Thing
    voided: bool


def telling_of(house: House, one: Stored) -> Telling:
    """The parts of a stored statement."""
    return read_telling(house, one.seq, one.id, one.stored, one.raw, one.voided)


def read_telling(house: House, seq: int, key: UUID, stored: datetime, raw: bytes, voided: bool) -> Telling:
    """The parts of a statement as it was received, with what the store added."""
    said = _read(raw)
    return Telling(
        seq=seq,
        id=key,
        stored=stored,
        at=_time(said.timestamp) or stored,
        actor=_actor(house, said.actor),
        verb=said.verb.id,
        verb_names=said.verb.display,
        thing=_thing(house, said.object),
        voided=voided,
    )


def persons_in(tellings: Sequence[Telling]) -> set[UUID]:
    """The pseudonyms that these statements name as actor or object."""
    actors = [one.actor for one in tellings] + [one.thing.actor for one in tellings if one.thing.actor]
    return {one.person for one in actors if one.person is not None}


def items_in(tellings: Sequence[Telling]) -> set[UUID]:
    """The items that these statements are about."""
    return {one.thing.item for one in tellings if one.thing.item is not None}


def name_of(actor: Actor, names: Names) -> str:
    """How to call somebody: the account of staff, else what the statement says."""
    return names.accounts.get(actor.person, actor.name) if actor.person else actor.name


def _actor(house: House, agent: _Agent) -> Actor:
    account = agent.account
    if account is None:
        kind, value = next(
            ((kind, found) for kind in ("mbox", "mbox_sha1sum", "openid") if (found := getattr(agent, kind))),
            ("", ""),
        )
        name = agent.name or value.removeprefix("mailto:") or "?"
        return Actor(name, "agent", msgspec.json.encode({kind: value}).decode() if kind else "")
    found = msgspec.json.encode({"account": {"homePage": account.home_page, "name": account.name}}).decode()
    home = house.organisation
    person = uuid_in(account.name) if account.home_page == home.people_home else None
    if person is not None:
        return Actor(str(person), "person", found, person)
    kind = "machine" if account.home_page == home.bridge_home else "agent"
    return Actor(agent.name or account.name, kind, found)


def _thing(house: House, told: _Object) -> Thing:
    if told.object_type in ("Agent", "Group"):
        return Thing("agent", "", {}, actor=_actor(house, told))
    if told.object_type in ("StatementRef", "SubStatement"):
        return Thing("statement" if told.id else "plan", told.id, {})
    definition = told.definition or _Definition()
    own = f"{house.organisation.bridge_home}/items/"
    item = uuid_in(told.id.removeprefix(own)) if told.id.startswith(own) else None
    return Thing("activity", told.id, definition.name, definition.type, item)


def _time(text: str) -> datetime | None:
    """A statement's timestamp; None where Python has no such time."""
    try:
        at = datetime.fromisoformat(text) if text else None
        return at and (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def as_received(one: Stored) -> dict[str, Any]:
    """A statement as the API tells it: what the store added, and the statement itself, parsed."""
    return {
        "seq": one.seq,
        "id": str(one.id),
        "stored": one.stored,
        "voided": one.voided,
        "version": one.version,
        "authority": msgspec.json.decode(one.authority),
        "statement": msgspec.json.decode(one.raw),
    }
