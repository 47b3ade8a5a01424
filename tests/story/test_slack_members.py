"""Forty people in one workspace of Slack, read live; seven have a basis: exactly what they do is stated."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from gleanery.flow import record
from gleanery.flow.house import House
from gleanery.flow.naming import post_id
from gleanery.flow.people import handles
from gleanery.flow.people.handles import Account
from gleanery.model.people import LinkedBy, Person
from gleanery.testing import Clock, environment
from tests.connectors.worlds import Driven
from tests.fakes.slack import TEAM, SlackWorld
from tests.flow.people.deeds import LEAD, SOCIAL, agreement, consent, new_person, rows, standing_about
from xapi.validate import read as read_statement
from xapi.vocabulary import acrossx, dod_isd, tincan_registry

MEMBERS = [f"U0MEMBER{number:02}" for number in range(40)]
WITH_BASIS = MEMBERS[3:38:5]
REACTED = {"+1": acrossx.LIKED.id, "eyes": dod_isd.REACTED.id}

Done = tuple[str, str, str]
"""Whose account, the verb, the message's external id."""


def linked(house: House, account: str) -> Person:
    """A person whom the account is known to belong to."""
    person = new_person(house)
    with house.change() as change:
        handle = handles.ensure_handle(change.session, house.organisation.id, Account("slack", TEAM, account))
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True, move=False)
    return person


def expected(world: SlackWorld) -> Counter[Done]:
    """What those with a basis did, as the workspace shows it; each further edit is an act of its own."""
    done: Counter[Done] = Counter()
    for channel, one in world.worlds.items():
        for ts, message in one.messages.items():
            told = _acts(ts, message)
            done.update((by, verb, f"{channel}:{ts}") for by, verb in told if by in WITH_BASIS)
    return done


def _acts(ts: str, message: dict[str, Any]) -> list[tuple[str, str]]:
    if message.get("subtype") == "tombstone":
        return []
    is_reply = message.get("thread_ts", ts) != ts
    verb = tincan_registry.REPLIED.id if is_reply else acrossx.POSTED.id
    signs = [(by, REACTED[one["name"]]) for one in message.get("reactions", []) for by in one["users"]]
    return [(message["user"], verb), *signs]


def stated(house: House, persons: dict[str, UUID], world: SlackWorld) -> Counter[Done]:
    """What the record says of all those people and was not voided, each act on a message once."""
    home = f"{house.bridge.bridge_home}/posts/"
    keys = [f"{channel}:{ts}" for channel, one in world.worlds.items() for ts in one.messages]
    ids = {home + str(post_id(house.organisation.id, "slack", TEAM, key)): key for key in keys}
    found: set[Done] = set()
    with record.record(house.store) as kept:
        for account, person in persons.items():
            for one in map(kept.get, standing_about(house, person)):
                assert one is not None
                told = read_statement(one.raw)
                found.add((account, told.verb.id, ids[told.object.id]))
    return Counter(found)


def test_of_forty_members_exactly_the_seven_with_a_basis_are_stated(tmp_path: Path) -> None:
    clock, chance = Clock(), random.Random(11)
    with SlackWorld(clock) as world, environment(world.set_env()):
        world.people = dict.fromkeys(MEMBERS, "member")
        driven = Driven(world, clock, tmp_path, chance)
        house = driven.house
        agreement(house, SOCIAL, needs_consent=True)
        people = {name: linked(house, name) for name in MEMBERS[:38]}  # two are nobody we know
        for name in WITH_BASIS:
            consent(house, people[name], SOCIAL)
        for _ in range(2):
            for _ in range(120):
                world.change(chance)
            clock.move(timedelta(minutes=1))
            driven.rest()
            driven.compare()
            told = stated(house, {name: one.id for name, one in people.items()}, world)
            assert told == expected(world)
        assert len(expected(world)) > 10
        assert rows(house) >= len(expected(world))
        assert {by for by, *_ in told} == set(WITH_BASIS)
        house.close()
