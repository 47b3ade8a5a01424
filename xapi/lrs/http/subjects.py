"""Whom and what a request is about: agents, activities and ids as its parameters name them."""

from __future__ import annotations

from xapi.actors import parse_agent
from xapi.errors import InvalidStatement
from xapi.forms import is_new_iri
from xapi.lrs.http.exchange import Call, Refused
from xapi.model import Actor


def text_in(call: Call, name: str) -> str:
    """The text that the parameter gives. Raises: Refused (400) where it is absent or empty."""
    text = call.parameters.get(name, "")
    if not text:
        raise Refused(400, f"the parameter {name} is missing or empty")
    return text


def activity_in(call: Call) -> str:
    """The IRI of the activity asked for. Raises: Refused (400) where it is absent or no IRI."""
    iri = text_in(call, "activityId")
    if not is_new_iri(iri):
        raise Refused(400, "the parameter activityId is no absolute IRI")
    return iri


def agent_in(call: Call) -> Actor:
    """The agent asked for. Raises: Refused (400) where it is absent, malformed or a Group."""
    try:
        agent = parse_agent(text_in(call, "agent"))
    except InvalidStatement as error:
        message = f"the parameter agent is no Agent: {error.message}"
        raise Refused(400, message, path=error.path, rule=error.rule) from error
    if agent.object_type == "Group":
        raise Refused(400, "the parameter agent is a Group: send its identifier as that of an Agent")
    return agent
