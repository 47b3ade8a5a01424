"""What an address asks for, in words that can be shared, and the selection that it means.

A day stands for the whole day in UTC: `since` from its first moment, `until` to its last.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gleanery.errors import BadInput
from gleanery.flow.exporting import Selection
from gleanery.flow.house import House
from gleanery.flow.record import STORE
from gleanery.flow.recorded.names import uuid_in
from gleanery.flow.recorded.statements import BOOKKEEPING
from gleanery.web.recorded.verbs import BY_VERB

Word = Annotated[str, Field(max_length=200)]
Address = Annotated[str, Field(max_length=2_000)]
MAX_SEQ = 2**63 - 1
VERBS: Mapping[str, str] = {iri.rpartition("/")[2]: iri for iri in BY_VERB}
"""The verbs that we know, by the last word of their address."""

_MOMENT = timedelta(microseconds=1)
_DAY = len("2026-01-31")


class Filters(BaseModel):
    """What both logs are filtered by: a person, as account of staff or pseudonym, and the time of storing."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore")
    log: ClassVar[str]

    person: Word = ""
    since: Annotated[str, Field(max_length=40)] = ""
    until: Annotated[str, Field(max_length=40)] = ""

    def asked(self, **more: Any) -> str:
        """The same as the query part of an address, without what is not asked for."""
        told = {**self.model_dump(mode="json", exclude_defaults=True), **more}
        return urlencode(
            {name: _written(value) for name, value in told.items() if value not in (None, "", False)}
        )

    @classmethod
    def parse(cls, asked: str) -> Self:
        """The filters of the query part of an address. Raises: BadInput."""
        try:
            return cls.model_validate(dict(parse_qsl(asked, max_num_fields=50)))
        except ValueError as error:  # pydantic's is one too
            raise BadInput("This is no search of ours.", remedy="Open the search, then save it.") from error

    def fields(self) -> Iterator[tuple[str, str]]:
        """The same as hidden fields of a form."""
        yield from parse_qsl(self.asked())

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.model_dump(exclude_defaults=True))

    def selection(self, house: House) -> Selection:
        """What it means in this house. Raises: BadInput."""
        for name, value in self.model_dump().items():
            if isinstance(value, str) and not value.isprintable():
                raise BadInput(
                    f"The filter {name} holds characters that cannot be looked for.", remedy="Type it anew."
                )
        return Selection(
            log=self.log,
            person=self.person or None,
            since=first_moment(self.since),
            until=last_moment(self.until),
            **self._own(house),
        )

    @abstractmethod
    def _own(self, house: House) -> dict[str, Any]:
        """What is asked of this log alone. Raises: BadInput."""


class StatementFilters(Filters):
    """Which statements are shown.

    `verb`: its address, or the last word of it where we know it. `activity`: its address, or an item's id. `agent`:
    an xAPI agent as JSON. `voided`: those taken back too. `about`: also statements that only say that
    another one was taken back or erased.
    """

    log: ClassVar[str] = "statements"

    verb: Address = ""
    activity: Address = ""
    agent: Address = ""
    registration: Annotated[str, Field(max_length=60)] = ""
    store: Word = STORE
    voided: bool = False
    about: bool = False

    def _own(self, house: House) -> dict[str, Any]:
        verb = VERBS.get(self.verb, self.verb)
        return {
            "store": self.store or STORE,
            "verb": verb or None,
            "activity": _activity(house, self.activity) or None,
            "agent": self.agent or None,
            "registration": _registration(self.registration),
            "voided": self.voided,
            "without": () if self.about or verb in BOOKKEEPING else BOOKKEEPING,
        }


class EntryFilters(Filters):
    """Which entries of the audit log are shown.

    `person`: what they did and what was done to them. `action` may end in `*`. `actor`: an account of staff, or as
    the log writes it; `subject` likewise as the log writes it.
    """

    log: ClassVar[str] = "audit"

    action: Word = ""
    actor: Word = ""
    subject: Word = ""

    def _own(self, house: House) -> dict[str, Any]:
        return {
            "action": self.action or None,
            "actor": self.actor or None,
            "subject": self.subject or None,
        }


def first_moment(text: str) -> datetime | None:
    """What lies just before a day or a time: a selection begins after it. Raises: BadInput."""
    at, is_day = _time(text)
    return at - _MOMENT if at and is_day else at


def last_moment(text: str) -> datetime | None:
    """The last moment of a day, or the time itself. Raises: BadInput."""
    at, is_day = _time(text)
    return at + timedelta(days=1) - _MOMENT if at and is_day else at


def _time(text: str) -> tuple[datetime | None, bool]:
    """A time in UTC, and whether it stands for a whole day."""
    if not text:
        return None, False
    try:
        at = datetime.fromisoformat(text)
        return _within((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)), len(text) == _DAY
    except (ValueError, OverflowError):
        raise BadInput(f"{text!r} is no day.", remedy="Write 2026-01-31, or 2026-01-31T12:00Z.") from None


def _within(at: datetime) -> datetime:
    """The same where it can be reckoned with. Raises: ValueError."""
    if not 1970 <= at.year <= 2200:
        raise ValueError("outside of what was recorded")
    return at


def _activity(house: House, text: str) -> str:
    item = uuid_in(text.removeprefix("item:"))
    return f"{house.organisation.bridge_home}/items/{item}" if item else text


def _registration(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise BadInput("This is no registration.", remedy="A registration is a UUID.") from None


def _written(value: Any) -> str:
    return "1" if value is True else str(value)
