"""What the API of the desk of connectors takes and gives; what it says of drafts is in drafts_shapes.py."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from gleanery.web.given import Given

SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]


class SettingField(BaseModel):
    """A setting of a connector."""

    name: str
    kind: str = Field(description="text, secret, lines, pairs, flag, number, choice, file or files.")
    hint: str
    required: bool
    default: str
    choices: list[str]


class ConnectorTold(BaseModel):
    """A connector of the catalogue. `error` says why it cannot be used."""

    name: str
    title: str
    can: list[str]
    cannot: list[str]
    needs: list[str]
    terms: str
    scopes: dict[str, str] = Field(description="Why each right at the platform is asked for.")
    app_page: str
    distribution: str
    signs_in: bool
    error: str
    settings: list[SettingField] = Field(description="Only where one connector is asked for.")


class ConnectorList(BaseModel):
    """The catalogue."""

    items: list[ConnectorTold]
    next: None = None
    total: int


class Quota(BaseModel):
    """How much of a quota is used."""

    name: str
    used: Decimal
    limit: Decimal
    resets_at: datetime
    unit: str


class SourceTold(BaseModel):
    """A configured source and how it fares."""

    name: str
    connector: str
    status: str = Field(description="new, healthy, retrying, action_required or paused.")
    is_running: bool
    stale: bool
    alarm: str
    message: str
    posts: int
    held_back: int
    faults: int
    last_success_at: datetime | None
    next_due_at: datetime | None
    requests_this_month: int
    usd_this_month: Decimal
    quotas: list[Quota]


class SourceList(BaseModel):
    """The sources in the order of the configuration."""

    items: list[SourceTold]
    next: None = None
    total: int


class Part(BaseModel):
    """A part of a source that is read on its own."""

    name: str
    complete: bool
    read_at: datetime | None
    message: str


class SourceInFull(SourceTold):
    """A source in detail. Secrets among the settings are told as "kept", never themselves."""

    settings: dict[str, str]
    every_minutes: int
    first_items: int | None
    events_waiting: int
    overdue: int
    partitions: list[Part]
    is_disconnected: bool


class NewSource(Given):
    """A source to add. Secrets stand among the settings as text; they are kept in files and never told again."""

    name: SourceName
    connector: str = Field(max_length=100)
    every_minutes: int = Field(default=60, ge=1, le=525_600)
    first_items: int | None = Field(default=200, ge=0, le=1_000_000)
    settings: dict[str, Any] = Field(default_factory=dict, max_length=200)


class SourceEdit(Given):
    """Other settings of a source, all of them but the secrets, which stay where they are not sent."""

    settings: dict[str, Any] | None = Field(default=None, max_length=200)
    every_minutes: int | None = Field(default=None, ge=1, le=525_600)


class SignInBegun(BaseModel):
    """Where a person signs in at the platform, and until when; the address they come back to is sent to
    POST /api/sources/sign-in."""

    address: str
    until: datetime


class SignInAnswer(Given):
    """The whole address to which the platform sent the person."""

    address: str = Field(max_length=10_000)


class SignedIn(BaseModel):
    """What was allowed; `missing` was asked for and not allowed."""

    source: str
    scopes: list[str]
    missing: list[str]
    expires_at: datetime | None
    renews: bool


class RunAsked(BaseModel):
    """The run that does it; `joined`: it was under way already."""

    run: UUID
    joined: bool


class Done(BaseModel):
    """Whether anything changed."""

    changed: bool


class Release(Given):
    """How many held posts to let through; null: all."""

    count: int | None = Field(default=100, ge=1, le=1_000_000)


class Released(BaseModel):
    """How many went through."""

    let_through: int


class CheckTold(BaseModel):
    """A line of a check."""

    check: str
    ok: bool
    message: str
    remedy: str


class CheckList(BaseModel):
    """What the checks say."""

    items: list[CheckTold]
    next: None = None
    total: int


class LogLine(BaseModel):
    """What one reading brought."""

    began_at: datetime
    ended_at: datetime
    end: str = Field(description="done, retrying, action_required or cancelled.")
    new: int
    changed: int
    gone: int
    faults: int
    words: str


class LogList(BaseModel):
    """The log, the newest first; `next` for `after`."""

    items: list[LogLine]
    next: int | None
    total: None = None


class DayTold(BaseModel):
    """What was spent on a day (UTC)."""

    day: date
    requests: int
    units: dict[str, int]
    money: Decimal


class UsageList(BaseModel):
    """What was spent by day."""

    items: list[DayTold]
    next: None = None
    total: int


class Disconnect(Given):
    """The name of the source once more, and what happens to its content (null: as the platform's terms ask)."""

    confirm: str = Field(max_length=100)
    keep_content: bool | None = None


class DisconnectTold(BaseModel):
    """What disconnecting does or did."""

    source: str
    had_token: bool
    revoked: bool
    deletes: bool
    posts: int
    shared: int
    copies: int
    taken_back: int
    notes: list[str]
