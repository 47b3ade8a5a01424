"""Whom and what a statement is about: the terms it can be found by."""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from xapi.model import Activity, Actor, Context, ContextActivities, Statement, StatementRef, SubStatement
from xapi.vocabulary import adl

AS_ACTOR = 1
AS_OBJECT = 2
AS_INSTRUCTOR = 4
AS_TEAM = 8
AS_CATEGORY = 4
AS_PARENT = 8
AS_GROUPING = 16
AS_OTHER = 32
IN_SUBSTATEMENT = 64
"""The roles an agent or an activity has in a statement: bits, since one may have several."""

Roles: TypeAlias = dict[str, int]


class Links(Struct, gc=False):
    """`agents` and `activities` map an identity to its roles; `voids` is the id of a voided statement."""

    verb: str
    agents: Roles
    activities: Roles
    voids: bytes | None


def links_of(statement: Statement[Any]) -> Links:
    """The links of a valid statement."""
    agents: Roles = {}
    activities: Roles = {}
    thing, context = statement.object, statement.context
    _add_agent(agents, statement.actor, AS_ACTOR)
    if type(thing) is Activity:
        activities[thing.id] = AS_OBJECT
    else:
        _add_thing(agents, activities, thing, AS_OBJECT)
    if context is not UNSET:
        if context.context_activities is not UNSET:
            _add_related(activities, context.context_activities)
        if context.instructor is not UNSET:
            _add_agent(agents, context.instructor, AS_INSTRUCTOR)
        if context.team is not UNSET:
            _add_agent(agents, context.team, AS_TEAM)
    verb = statement.verb.id
    voids = thing.id.bytes if verb == adl.VOIDED.id and isinstance(thing, StatementRef) else None
    return Links(verb, agents, activities, voids)


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


def _add_agent(agents: Roles, agent: Actor, role: int) -> None:
    """Notes an agent; the members of a group count as the group does."""
    identity = identity_of(agent)
    if identity:
        agents[identity] = agents.get(identity, 0) | role
    if agent.member is not UNSET:
        for member in agent.member:
            _add_agent(agents, member, role)


def _add_thing(agents: Roles, activities: Roles, thing: Any, role: int) -> None:
    """Notes an object; a reference is found by its id only."""
    if isinstance(thing, Activity):
        activities[thing.id] = activities.get(thing.id, 0) | role
    elif isinstance(thing, Actor):
        _add_agent(agents, thing, role)
    elif isinstance(thing, SubStatement):
        _add_substatement(agents, activities, thing)


def _add_substatement(agents: Roles, activities: Roles, told: SubStatement[Any]) -> None:
    """All within a sub-statement has one role: it is found only where related things are asked for."""
    context = told.context if told.context is not UNSET else Context()
    for agent in (told.actor, context.instructor, context.team):
        if not isinstance(agent, UnsetType):
            _add_agent(agents, agent, IN_SUBSTATEMENT)
    _add_thing(agents, activities, told.object, IN_SUBSTATEMENT)
    if context.context_activities is not UNSET:
        found: Roles = {}
        _add_related(found, context.context_activities)
        for iri in found:
            activities[iri] = activities.get(iri, 0) | IN_SUBSTATEMENT


def _add_related(activities: Roles, related: ContextActivities) -> None:
    for several, role in (
        (related.category, AS_CATEGORY),
        (related.grouping, AS_GROUPING),
        (related.other, AS_OTHER),
        (related.parent, AS_PARENT),
    ):
        if several is UNSET:
            continue
        for activity in several if isinstance(several, list) else (several,):
            activities[activity.id] = activities.get(activity.id, 0) | role
