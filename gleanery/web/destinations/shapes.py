"""The shapes of destinations and deliveries in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from gleanery.flow.destinations.outbox import Line
from gleanery.flow.destinations.showing import Standing
from gleanery.flow.destinations.trying import Trial
from gleanery.model.destinations import Action, DeliveryState
from gleanery.web.given import Given

Takes = Literal["approved", "collections"]


class DestinationShape(BaseModel):
    """A destination and how it stands. `settings` holds references to secrets, never the secrets."""

    name: str
    adapter: str
    takes: Takes
    is_file: bool
    holds_collections: bool
    owed: int
    dead: int
    last_delivered_at: datetime | None
    rests_until: datetime | None
    reason: str
    settings: dict[str, Any]

    @classmethod
    def of(cls, row: Standing, settings: dict[str, Any]) -> DestinationShape:
        """The shape of a destination."""
        return cls(
            name=row.name,
            adapter=row.adapter.name,
            takes="collections" if row.takes == "collections" else "approved",
            is_file=row.adapter.is_file,
            holds_collections=row.adapter.holds_collections,
            owed=row.owed,
            dead=row.dead,
            last_delivered_at=row.last_delivered_at,
            rests_until=row.rests_until,
            reason=row.reason,
            settings=settings,
        )


class DestinationList(BaseModel):
    """The destinations, in the order of the configuration."""

    items: list[DestinationShape]
    next: None = None
    total: int


class DestinationWanted(Given):
    """A destination to set up. A secret among the settings is sent as it is and kept in a file of its own.

    `anyway`: also where a check fails.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")
    adapter: str = Field(max_length=100)
    takes: Takes = "approved"
    settings: dict[str, Any] = Field(default_factory=dict, max_length=100)
    anyway: bool = False


class SettingsWanted(Given):
    """All settings of a destination anew; a secret that is left out stays. `anyway`: also where a check fails."""

    takes: Takes = "approved"
    settings: dict[str, Any] = Field(default_factory=dict, max_length=100)
    anyway: bool = False


class CheckShape(BaseModel):
    """One check: what was looked at, whether it holds, and the remedy if not."""

    name: str
    ok: bool
    message: str
    remedy: str


class TrialShape(BaseModel):
    """What the checks of a destination said, and when."""

    at: datetime
    is_fine: bool
    checks: list[CheckShape]

    @classmethod
    def of(cls, trial: Trial) -> TrialShape:
        """The shape of a trial."""
        return cls.model_validate(trial, from_attributes=True)


class Asked(BaseModel):
    """The run that was asked for (see /api/runs), and whether it was under way already."""

    run: UUID
    joined: bool


class DeliveryShape(BaseModel):
    """What is owed to a destination, and how it went. `collection`: it is a collection, not an item."""

    id: UUID
    destination: str
    item: UUID
    is_collection: bool
    title: str
    action: Action
    state: DeliveryState
    reason: str
    note: str
    attempts: int
    not_before: datetime
    next_try_at: datetime
    started_at: datetime | None
    delivered_at: datetime | None
    url: str | None

    @classmethod
    def of(cls, line: Line) -> DeliveryShape:
        """The shape of a line of the outbox."""
        row = line.delivery
        return cls(
            id=row.id,
            destination=row.destination,
            item=row.item_id,
            is_collection=line.is_collection,
            title=line.title,
            action=row.action,
            state=row.state,
            reason=row.reason,
            note=row.note,
            attempts=row.attempts,
            not_before=row.not_before,
            next_try_at=row.next_try_at,
            started_at=row.started_at,
            delivered_at=row.delivered_at,
            url=row.url,
        )


class DeliveryList(BaseModel):
    """A page of deliveries, those whose next try is latest first; `next` goes into `after`."""

    items: list[DeliveryShape]
    next: str | None
    total: int | None = None


class RetryWanted(Given):
    """Whose given-up deliveries are tried again: one destination's, or all."""

    destination: str | None = Field(default=None, max_length=63)


class Retried(BaseModel):
    """How many deliveries are tried again."""

    retried: int
