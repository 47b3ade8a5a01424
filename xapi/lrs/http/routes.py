"""The resources by path and method: who answers, what may be asked, and what a key must allow.

Source: xAPI 1.0.3, part three (Communication), appendix B and 4.2. What the specification does not have
stands under `extensions/`, as it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from xapi.lrs.http import about, activities, agents, cursors, documents, finding, oauth, openapi, storing
from xapi.lrs.http.exchange import Answer, Call
from xapi.lrs.http.lrs import Committing, Lrs
from xapi.lrs.scopes import ALL_READ, PROFILE, READ, READ_MINE, STATE, WRITE

Resource: TypeAlias = Callable[[Lrs, Call], Answer | Committing]

STATEMENTS = "statements"


@dataclass(frozen=True)
class Action:
    """What one method of a resource does: the parameters it knows, and the scopes of which one is needed.

    HEAD is done by the action of GET. One that needs no scope asks for no key. One that is `at_door` verifies
    secrets itself, which takes long.
    """

    resource: Resource
    parameters: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    at_door: bool = False


@dataclass(frozen=True)
class Route:
    """The actions of one resource. One of `any_version` answers whatever version is named, or none."""

    actions: Mapping[str, Action]
    any_version: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that are allowed."""
        head = ("HEAD",) if "GET" in self.actions else ()
        return (*self.actions, *head, "OPTIONS")


_STATE = ("activityId", "agent", "registration", "stateId")
_AGENT_PROFILE = ("agent", "profileId")
_ACTIVITY_PROFILE = ("activityId", "profileId")
_READERS = (READ, STATE, PROFILE, ALL_READ)

ROUTES: Mapping[str, Route] = {
    STATEMENTS: Route(
        {
            "GET": Action(finding.get, (*finding.PARAMETERS, cursors.PARAMETER), (READ_MINE,)),
            "PUT": Action(storing.put, ("statementId",), (WRITE,)),
            "POST": Action(storing.post, (), (WRITE,)),
        }
    ),
    "activities/state": Route(
        {
            "GET": Action(documents.STATE.get, (*_STATE, "since"), (STATE, ALL_READ)),
            "PUT": Action(documents.STATE.put, _STATE, (STATE,)),
            "POST": Action(documents.STATE.post, _STATE, (STATE,)),
            "DELETE": Action(documents.STATE.delete, _STATE, (STATE,)),
        }
    ),
    "agents/profile": Route(
        {
            "GET": Action(documents.AGENT_PROFILE.get, (*_AGENT_PROFILE, "since"), (PROFILE, ALL_READ)),
            "PUT": Action(documents.AGENT_PROFILE.put, _AGENT_PROFILE, (PROFILE,)),
            "POST": Action(documents.AGENT_PROFILE.post, _AGENT_PROFILE, (PROFILE,)),
            "DELETE": Action(documents.AGENT_PROFILE.delete, _AGENT_PROFILE, (PROFILE,)),
        }
    ),
    "activities/profile": Route(
        {
            "GET": Action(documents.ACTIVITY_PROFILE.get, (*_ACTIVITY_PROFILE, "since"), (PROFILE, ALL_READ)),
            "PUT": Action(documents.ACTIVITY_PROFILE.put, _ACTIVITY_PROFILE, (PROFILE,)),
            "POST": Action(documents.ACTIVITY_PROFILE.post, _ACTIVITY_PROFILE, (PROFILE,)),
            "DELETE": Action(documents.ACTIVITY_PROFILE.delete, _ACTIVITY_PROFILE, (PROFILE,)),
        }
    ),
    "agents": Route({"GET": Action(agents.get, ("agent",), _READERS)}),
    "activities": Route({"GET": Action(activities.get, ("activityId",), _READERS)}),
    "about": Route({"GET": Action(about.get)}, any_version=True),
    "extensions/oauth2/token": Route({"POST": Action(oauth.token, at_door=True)}, any_version=True),
    "extensions/openapi": Route({"GET": Action(openapi.get)}, any_version=True),
}
