"""The shapes of a registration at an LMS in the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from gleanery.flow.destinations.registering import Standing
from gleanery.ports import LaunchEntry, Member
from gleanery.web.given import Given


class RegisteredShape(BaseModel):
    """The LMS. `by_hand`: by the settings, not by the LMS itself."""

    issuer: str
    client_id: str
    family: str
    by_hand: bool


class DeploymentShape(BaseModel):
    """A place in the LMS where we are used. `is_set`: approved by the settings."""

    id: str
    state: Literal["pending", "approved", "refused"]
    at: datetime | None
    is_set: bool


class RegistrationShape(BaseModel):
    """How a destination is registered, and what to enter in the LMS by hand."""

    registered: RegisteredShape | None
    addresses: Mapping[str, str]
    deployments: list[DeploymentShape]
    courses: list[str]
    problem: str

    @classmethod
    def of(cls, found: Standing) -> RegistrationShape:
        """The shape of a standing."""
        lms = found.registered
        return cls(
            registered=RegisteredShape.model_validate(lms, from_attributes=True) if lms else None,
            addresses=dict(found.addresses),
            deployments=[
                DeploymentShape.model_validate(one, from_attributes=True) for one in found.deployments
            ],
            courses=[one.id for one in found.courses],
            problem=found.problem,
        )


class InvitationWanted(Given):
    """`replaces`: the LMS that is registered may be replaced by the one that comes."""

    replaces: bool = False


class Invited(BaseModel):
    """An address by which one LMS registers itself, once and within a day; it is shown this once."""

    address: str


class Decided(Given):
    """What becomes of a deployment."""

    deployment: str = Field(min_length=1, max_length=255)
    state: Literal["approved", "refused"]


class Rotated(BaseModel):
    """How many keys are published now."""

    published: int


class LaunchShape(BaseModel):
    """A launch. `check` names the failing check, empty for a good one; `claims` hold no value that names a person."""

    at: datetime
    check: str
    wrong: str
    remedy: str
    who: str
    claims: dict[str, str]


class LaunchList(BaseModel):
    """The latest launches first."""

    items: list[LaunchShape]
    next: None = None
    total: int

    @classmethod
    def of(cls, entries: Sequence[LaunchEntry]) -> LaunchList:
        """The shape of the log."""
        items = [LaunchShape.model_validate(one, from_attributes=True) for one in entries]
        return cls(items=items, total=len(items))


class MemberShape(BaseModel):
    """Somebody in a course, by the LMS's own id."""

    id: str
    roles: list[str]
    is_active: bool


class MemberList(BaseModel):
    """Who is in a course."""

    items: list[MemberShape]
    next: None = None
    total: int

    @classmethod
    def of(cls, members: Sequence[Member]) -> MemberList:
        """The shape of a roster."""
        items = [MemberShape(id=one.id, roles=list(one.roles), is_active=one.is_active) for one in members]
        return cls(items=items, total=len(items))
