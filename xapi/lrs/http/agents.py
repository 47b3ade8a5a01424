"""Agents: what is known of one, as a Person.

Only the identifier that was asked for is given back: which accounts are one human being is for the host to
know, not for the record. Names are those of statements, for who may read all of them.
Source: xAPI 1.0.3, part three (Communication), 2.4.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from xapi.lrs.http.exchange import Answer, Call
from xapi.lrs.http.lrs import Lrs
from xapi.lrs.http.subjects import agent_in
from xapi.lrs.scopes import READ, allows
from xapi.lrs.store import StatementStore
from xapi.model import Actor

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


def get(lrs: Lrs, call: Call) -> Answer:
    """The Person of the agent asked for."""
    agent = agent_in(call)
    names = [agent.name] if agent.name is not UNSET else []
    if allows(call.caller.scopes, [READ]):
        with lrs.database.read() as connection:
            names += StatementStore(connection, call.caller.store).agent_names(agent)
    return Answer(200, msgspec.json.encode(person(agent, names)), {"content-type": "application/json"})


def person(agent: Actor, names: list[str]) -> dict[str, Any]:
    """The Person object: every property but the type is a list; one that would be empty is left out."""
    found: dict[str, Any] = {"objectType": "Person"}
    if names:
        found["name"] = list(dict.fromkeys(names))
    for identifier in _IDENTIFIERS:
        value = getattr(agent, identifier)
        if value is not UNSET:
            found[identifier] = [value]
    return found
