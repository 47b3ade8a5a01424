"""How learners come to items through an LMS, what goes back to it, and what it tells of them.

An adapter proves who came (a launch that it checked) and hands them over; the pages are the house's. What the
adapter must have again later (where a score goes, whom an answer is for) it gives along as JSON that the house
keeps and never looks into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, runtime_checkable
from uuid import UUID

from gleanery.ports.given import LearningCollection, LearningItem


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom the LMS sent and vouches for.

    `realm` and `account` are who they are: the LMS as statements name it, and its own id of the user, never a name
    or a mail address. `place`: the LMS's own id of the link they followed, the same for all who follow it.
    `wants`: the item or collection, None for somebody who chooses (`picks` is what the adapter gets back with the
    choice). `scores_to`: where completion goes, None where the LMS wants none. `frames`: the origins whose pages may
    hold ours in a frame. `cookies`: whether this browser sends our cookies there. `return_url`: back to the LMS.
    """

    realm: str
    account: str
    place: str
    wants: UUID | None
    picks: Mapping[str, Any] | None = None
    is_teacher: bool = False
    language: str | None = None
    scores_to: Mapping[str, Any] | None = None
    frames: tuple[str, ...] = ()
    cookies: bool = True
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What an LMS or a package that runs in one tells of a learner; `event` is its own id: told twice it is one.

    `did` graded: `score` is the share of the best, 0 to 1. `qualified` and `earned`: `award` is the competency's or
    badge's address and `label` its name. `by_hand`: a teacher set it, the learner did not earn it there.
    `evidence`: the grade of `xapi.grades`, in its spelling.
    """

    realm: str
    account: str
    event: str
    did: Literal["opened", "progressed", "completed", "graded", "qualified", "earned", "lapsed"]
    at: datetime
    item_id: UUID | None = None
    progress: float | None = None
    score: float | None = None
    passed: bool | None = None
    award: str | None = None
    label: str = ""
    valid_until: datetime | None = None
    by_hand: bool = False
    evidence: str = "lms-reported"


class Learners(Protocol):
    """The house's side of learning, given to an adapter as `ctx.learners`."""

    def arrive(self, arrival: Arrival) -> str:
        """The address to send the browser to; good once, for a minute."""

    def tell(self, deeds: Sequence[Deed]) -> None:
        """Take in what is told of learners; of those without a basis nothing is kept."""

    def offered(self, thing: UUID) -> LearningItem | LearningCollection | None:
        """What this destination offers under an id of ours, None where it does not (any more)."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the learner's or teacher's browser posts to the LMS by itself."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """How far somebody came in what they came for, for the LMS's gradebook.

    `to` is the arrival's `scores_to`. `share`: 0 to 1, None before there is one. `at` rises strictly from one score
    of a learner to the next.
    """

    to: Mapping[str, Any]
    account: str
    at: datetime
    progress: Literal["started", "in-progress", "completed"]
    share: float | None = None
    comment: str = ""


@runtime_checkable
class Seats(Protocol):
    """An adapter through which teachers choose and learners come."""

    def picked(self, picks: Mapping[str, Any], chosen: Sequence[LearningItem | LearningCollection]) -> Form:
        """The answer that places what a teacher chose. Raises: Denied where the LMS takes none of it."""

    def score(self, score: Score) -> None:
        """Bring a score into the LMS's gradebook; the same one again changes nothing.

        Raises: Gone (the column was removed there), Denied (it does not know the learner), Unreachable,
        QuotaExhausted, ConfigError.
        """


class Stands(StrEnum):
    """How an entry stands at its destination, held against the last delivery."""

    AS_LEFT = "as-left"
    EDITED = "edited"
    GONE = "gone"
    HELD = "held"
    STRANGE = "strange"
    """The destination has an entry of ours that the house does not know of, or knows to be removed."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry as the house knows it: its item or collection, and the destination's id for it."""

    thing: UUID
    remote_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """How one entry was found. `note` says in a sentence what differs; ids and names of fields, no foreign text."""

    stands: Stands
    remote_id: str
    thing: UUID | None = None
    url: str | None = None
    note: str = ""


@runtime_checkable
class Compares(Protocol):
    """An adapter that can tell what became of its entries; it only reads."""

    def compare(self, entries: Sequence[Placed]) -> Iterator[Found]:
        """How each of these stands, in any order, and after them the strange ones. Raises as `Adapter.upsert`."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A page of what an LMS tells of learners; the state to go on from is kept with it."""

    deeds: Sequence[Deed]
    state: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@runtime_checkable
class ReadsBack(Protocol):
    """An adapter that reads what learners did at the destination."""

    def read_back(self, entries: Sequence[Placed], state: Mapping[str, Any]) -> Iterator[Reported]:
        """What is news since `state` ({} at first) about these entries. Raises as `Adapter.upsert`."""
