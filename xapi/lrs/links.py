"""Whom and what a statement is about: the terms it can be found by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import Decoder

from xapi.model import (
    Activity,
    Actor,
    Context,
    ContextActivities,
    Definition,
    Statement,
    StatementRef,
    SubStatement,
)
from xapi.vocabulary import adl

AS_ACTOR = 1
AS_OBJECT = 2
AS_INSTRUCTOR = 4
AS_TEAM = 8
AS_AUTHORITY = 16
AS_CONTEXT = 32
AS_CATEGORY = 4
AS_PARENT = 8
AS_GROUPING = 16
AS_OTHER = 32
IN_SUBSTATEMENT = 64
"""The roles an agent or an activity has in a statement: bits, since one may have several.

A statement's own authority is a column of it; only where it is found through a reference is it a role.
"""

Roles: TypeAlias = dict[str, int]
Definitions: TypeAlias = list[tuple[str, Definition]]

_decode_actor = Decoder(Actor).decode


class Links(Struct, gc=False):
    """What a statement is found by, and what it brings along.

    `agents` and `activities` map an identity to its roles; `week` is that of the event, None if it tells no
    time; `refers` is the id of a statement that is its object, which it voids where `voids`; `definitions`
    are pairs of an activity and what the statement says it is.
    """

    verb: str
    agents: Roles
    activities: Roles
    week: int | None
    registration: bytes | None
    refers: bytes | None
    voids: bool
    definitions: Definitions


def links_of(statement: Statement[Any]) -> Links:
    """The links of a valid statement."""
    agents: Roles = {}
    activities: Roles = {}
    definitions: Definitions = []
    thing, context, verb = statement.object, statement.context, statement.verb.id
    registration = refers = None
    _add_agent(agents, statement.actor, AS_ACTOR)
    if type(thing) is Activity:
        _add_activity(activities, definitions, thing, AS_OBJECT)
    elif type(thing) is StatementRef:
        refers = thing.id.bytes
    else:
        _add_thing(agents, activities, definitions, thing, AS_OBJECT)
    if context is not UNSET:
        if context.registration is not UNSET:
            registration = context.registration.bytes
        if context.context_activities is not UNSET:
            _add_related(activities, definitions, context.context_activities)
        _add_people(agents, context)
    week = None if statement.timestamp is UNSET else week_of(statement.timestamp)
    voids = refers is not None and verb == adl.VOIDED.id
    return Links(verb, agents, activities, week, registration, refers, voids, definitions)


def week_of(at: datetime) -> int:
    """The ISO week of a time, in UTC: whole weeks since Monday 0001-01-01."""
    return ((at if at.tzinfo is UTC else _in_utc(at)).toordinal() - 1) // 7


def identity_of(actor: Actor) -> str:
    """The text an identified actor is found by; empty for an anonymous group."""
    account = actor.account
    if account is not UNSET:
        return f"account {account.home_page} {account.name}"
    if actor.mbox is not UNSET:
        return f"mbox {actor.mbox}"
    if actor.mbox_sha1sum is not UNSET:
        return f"mbox_sha1sum {actor.mbox_sha1sum}"
    return f"openid {actor.openid}" if actor.openid is not UNSET else ""


def identities_in(authority: str) -> Roles:
    """The agent of an authority's JSON, and the members if it is a group."""
    agents: Roles = {}
    _add_agent(agents, _decode_actor(authority), AS_AUTHORITY)
    return agents


def actors_in(statement: Statement[Any]) -> Iterator[Actor]:
    """All agents and groups that a statement names, members after their group."""
    context, thing = statement.context, statement.object
    found = [statement.actor, thing if isinstance(thing, Actor) else UNSET]
    if not isinstance(context, UnsetType):
        found += _people(context)
    if isinstance(thing, SubStatement):
        found += [thing.actor, thing.object if isinstance(thing.object, Actor) else UNSET]
        found += _people(thing.context) if not isinstance(thing.context, UnsetType) else []
    for actor in found:
        if not isinstance(actor, UnsetType):
            yield actor
            yield from actor.member or ()


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return at  # an hour before the first year or after the last one


def _people(context: Context) -> list[Actor | UnsetType]:
    agents = [one.agent for one in context.context_agents or ()]
    return [context.instructor, context.team, *agents, *[one.group for one in context.context_groups or ()]]


def _add_agent(agents: Roles, agent: Actor, role: int) -> None:
    """Notes an agent; the members of a group count as the group does."""
    identity = identity_of(agent)
    if identity:
        agents[identity] = agents.get(identity, 0) | role
    if agent.member is not UNSET:
        for member in agent.member:
            _add_agent(agents, member, role)


def _add_people(agents: Roles, context: Context) -> None:
    if context.instructor is not UNSET:
        _add_agent(agents, context.instructor, AS_INSTRUCTOR)
    if context.team is not UNSET:
        _add_agent(agents, context.team, AS_TEAM)
    if context.context_agents is not UNSET:
        for one in context.context_agents:
            _add_agent(agents, one.agent, AS_CONTEXT)
    if context.context_groups is not UNSET:
        for several in context.context_groups:
            _add_agent(agents, several.group, AS_CONTEXT)


def _add_activity(activities: Roles, definitions: Definitions, activity: Activity, role: int) -> None:
    iri = activity.id
    activities[iri] = activities.get(iri, 0) | role
    if activity.definition is not UNSET:
        definitions.append((iri, activity.definition))


def _add_thing(agents: Roles, activities: Roles, definitions: Definitions, thing: Any, role: int) -> None:
    """Notes an object; a reference is found by its id only."""
    if isinstance(thing, Activity):
        _add_activity(activities, definitions, thing, role)
    elif isinstance(thing, Actor):
        _add_agent(agents, thing, role)
    elif isinstance(thing, SubStatement):
        _add_substatement(agents, activities, definitions, thing)


def _add_substatement(
    agents: Roles, activities: Roles, definitions: Definitions, told: SubStatement[Any]
) -> None:
    """All within a sub-statement has one role: it is found only where related things are asked for."""
    context = told.context if told.context is not UNSET else Context()
    _add_agent(agents, told.actor, IN_SUBSTATEMENT)
    for agent in _people(context):
        if not isinstance(agent, UnsetType):
            _add_agent(agents, agent, IN_SUBSTATEMENT)
    _add_thing(agents, activities, definitions, told.object, IN_SUBSTATEMENT)
    if context.context_activities is not UNSET:
        found: Roles = {}
        _add_related(found, definitions, context.context_activities)
        for iri in found:
            activities[iri] = activities.get(iri, 0) | IN_SUBSTATEMENT


def _add_related(activities: Roles, definitions: Definitions, related: ContextActivities) -> None:
    for several, role in (
        (related.category, AS_CATEGORY),
        (related.grouping, AS_GROUPING),
        (related.other, AS_OTHER),
        (related.parent, AS_PARENT),
    ):
        if several is UNSET:
            continue
        for activity in several if isinstance(several, list) else (several,):
            _add_activity(activities, definitions, activity, role)
