"""A destination that is registered at its LMS: inviting it, approving the places it is used at, looking at launches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from gleanery.errors import BadInput, ConfigError, GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.house import House
from gleanery.plugins import plugin
from gleanery.ports import Course, Deployment, LaunchEntry, Member, Registered, Registers

INVITED_FOR = timedelta(days=1)
"""How long the address for an LMS is good."""


@dataclass(frozen=True)
class Standing:
    """How a destination is registered. `addresses` are for a manual set-up; none without an address of ours."""

    registered: Registered | None
    addresses: Mapping[str, str]
    deployments: Sequence[Deployment]
    courses: Sequence[Course]
    problem: str = ""


def registers(adapter: str) -> bool:
    """Whether destinations of this adapter are registered at an LMS; no where it is not installed."""
    try:
        return issubclass(plugin("adapter", adapter), Registers)
    except ConfigError:
        return False


def standing(house: House, name: str) -> Standing:
    """How it is registered. Raises: ConfigError for a destination that is not."""
    adapter = _adapter(house, name)
    try:
        addresses, problem = adapter.addresses(), ""
    except GleaneryError as error:
        addresses, problem = {}, str(error)
    return Standing(adapter.registered(), addresses, adapter.deployments(), adapter.courses(), problem)


def launches(house: House, name: str, language: str = "en") -> Sequence[LaunchEntry]:
    """The latest launches first. Raises: ConfigError."""
    return _adapter(house, name).launches(language)


def invite(house: House, name: str, account: str, *, replaces: bool = False) -> str:
    """An address by which one LMS registers itself, once and within a day. Raises: Conflict, ConfigError."""
    address = _adapter(house, name).invite(replaces=replaces, lives=INVITED_FOR)
    _audit(house, account, "destination.invited", name, replaces="yes" if replaces else "no")
    return address


def decide(
    house: House, name: str, account: str, deployment: str, state: Literal["approved", "refused"]
) -> None:
    """Approve or refuse a place that launches came from. Raises: Gone, BadInput, ConfigError."""
    adapter = _adapter(house, name)
    if any(one.id == deployment and one.is_set for one in adapter.deployments()):
        raise BadInput("This deployment is approved by the settings.", remedy="Take it out of the settings.")
    adapter.decide(deployment, state)
    _audit(house, account, f"destination.deployment-{state}", name, deployment=deployment)


def rotate_keys(house: House, name: str, account: str) -> int:
    """Publish a new key beside the old ones; how many are published now. Raises: ConfigError."""
    number = _adapter(house, name).rotate_keys()
    _audit(house, account, "destination.keys-rotated", name)
    return number


def roster(house: House, name: str, account: str, course: str) -> Sequence[Member]:
    """Who is in a course, by the LMS's ids. Raises: Gone, Denied, Unreachable, ConfigError."""
    with blaming("adapter", house.config.destination(name).adapter):
        members = _adapter(house, name).roster(course)
    _audit(house, account, "destination.roster-read", name)
    return members


def _adapter(house: House, name: str) -> Registers:
    settings = house.config.destination(name)
    with blaming("adapter", settings.adapter):
        adapter = house.adapter(settings)
    if not isinstance(adapter, Registers):
        raise ConfigError(
            f"The destination {name!r} is not registered at an LMS.", remedy="Name one of the adapter `lti`."
        )
    return adapter


def _audit(house: House, account: str, action: str, name: str, **detail: str) -> None:
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        change.audit(action, actor, f"destination:{name}", **detail)
