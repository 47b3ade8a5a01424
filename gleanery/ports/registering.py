"""An adapter whose LMS has to be told of us, and we of it: what an administrator sees and does about that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, runtime_checkable

from gleanery.ports.said import Check


@dataclass(frozen=True, slots=True)
class Registered:
    """The LMS as it is registered. `by_hand`: by the settings, not by the LMS itself."""

    issuer: str
    client_id: str
    family: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """A place in the LMS where we are used, by the LMS's own id. `is_set`: approved by the settings."""

    id: str
    state: Literal["pending", "approved", "refused"]
    at: datetime | None
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class LaunchEntry:
    """One launch. `check` names the failing check, empty for a good one; `claims`: no value that names a person."""

    at: datetime
    check: str
    wrong: str
    remedy: str
    who: str
    claims: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Course:
    """A course whose roster the LMS offers; `id` is the LMS's own."""

    id: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a roster: the LMS's own id, the short names of their roles, and whether they are active."""

    id: str
    roles: tuple[str, ...]
    is_active: bool


@runtime_checkable
class Registers(Protocol):
    """An adapter that is registered at an LMS."""

    def registered(self) -> Registered | None:
        """The registration, None before there is one."""

    def addresses(self) -> Mapping[str, str]:
        """What is entered in the LMS for a manual set-up, by name. Raises: ConfigError without an address of ours."""

    def invite(self, *, replaces: bool, lives: timedelta) -> str:
        """An address by which one LMS registers itself once. Raises: Conflict where one is registered already."""

    def deployments(self) -> Sequence[Deployment]:
        """The places that launches came from."""

    def decide(self, deployment: str, state: Literal["approved", "refused"]) -> None:
        """Approve or refuse one. Raises: Gone."""

    def launches(self, language: str) -> Sequence[LaunchEntry]:
        """The latest launches first, in words of this language."""

    def rotate_keys(self) -> int:
        """Publish a new key of ours beside the old; how many are published now."""

    def courses(self) -> Sequence[Course]:
        """The courses that launches came from and whose roster may be read."""

    def roster(self, course: str) -> Sequence[Member]:
        """Who is in a course. Raises: Gone, Denied, Unreachable, ConfigError."""

    def self_test(self) -> Sequence[Check]:
        """What must hold for launches and scores; asks the LMS, changes nothing."""
