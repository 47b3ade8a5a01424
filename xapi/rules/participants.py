"""The rules of the agents and groups that take part in a statement's context: xAPI 2.0 only."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from xapi.forms import is_iri
from xapi.model import Context, ContextAgent, ContextGroup, Version
from xapi.rules.actors import check_actor, check_group
from xapi.rules.faults import below, broken, each, must


def check_participants(context: Context, version: Version) -> None:
    """Each is one agent or one group, and says by IRIs what it is to the statement, if it does."""
    if version == "1.0.3":
        name = "contextGroups" if context.context_agents is UNSET else "contextAgents"
        raise broken("$", "unknown-property", f"has {name}, which xAPI 1.0.3 does not know")
    if context.context_agents is not UNSET:
        below("contextAgents", lambda several: each(several, _check_agent), context.context_agents)
    if context.context_groups is not UNSET:
        below("contextGroups", lambda several: each(several, _check_group), context.context_groups)


def _check_agent(participant: ContextAgent) -> None:
    is_agent = participant.agent.object_type != "Group"
    must(is_agent, "$.agent", "participant-agent", "is no Agent")
    below("agent", check_actor, participant.agent)
    _check_types(participant.relevant_types)


def _check_group(participant: ContextGroup) -> None:
    below("group", check_group, participant.group)
    _check_types(participant.relevant_types)


def _check_types(types: list[str] | UnsetType) -> None:
    if types is UNSET:
        return
    must(bool(types), "$.relevantTypes", "relevant-types", "is empty")
    below("relevantTypes", lambda several: each(several, _check_type), types)


def _check_type(kind: str) -> None:
    must(is_iri(kind), "$", "iri", "is no absolute IRI")
