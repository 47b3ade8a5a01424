"""A source that somebody is setting up, kept sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from gleanery.config import SourceSettings
from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.model.sources import SourceDraft
from gleanery.plugins import plugin


class NoDraft(BadInput):
    """There is no such draft, or it is somebody else's."""


@dataclass(frozen=True)
class Draft:
    """What was entered so far. `name` is empty until the settings are whole for the first time.

    `allowed`: scopes that the sign-in brought, None before it; `lacking` those that were not allowed; `opens`: where
    a sign-in that was begun goes on, until `opens_until`; `checks` and `outlook`: what the last trial said.
    """

    id: UUID
    person_id: UUID
    connector: str
    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    every_minutes: int = 60
    first_items: int | None = 200
    allowed: tuple[str, ...] | None = None
    lacking: tuple[str, ...] = ()
    opens: str = ""
    opens_until: str = ""
    checks: tuple[Mapping[str, Any], ...] = ()
    outlook: tuple[Mapping[str, Any], ...] = ()
    is_sign_in: bool = False

    @property
    def source(self) -> SourceSettings:
        """The source that it would become."""
        return SourceSettings(
            name=self.name,
            connector=self.connector,
            every_minutes=self.every_minutes,
            first_items=self.first_items,
            settings=dict(self.settings),
        )

    def waits_for_platform(self, now: datetime) -> bool:
        """Whether a sign-in was begun that can still be finished."""
        return bool(self.opens) and datetime.fromisoformat(self.opens_until) > now


def begin(house: House, connector: str, person_id: UUID) -> Draft:
    """A new draft. Raises: ConfigError for a connector that is not installed."""
    plugin("connector", connector)
    return keep(house, Draft(uuid4(), person_id, connector), "source.draft-begun")


def find(house: House, draft_id: UUID, person_id: UUID) -> Draft:
    """A draft of this person. Raises: NoDraft."""
    with house.store.read() as session:
        row = session.get(SourceDraft, draft_id)
    if row is None or row.person_id != person_id:
        raise NoDraft("There is no such draft.", remedy="It may have been saved or discarded meanwhile.")
    return opened(house, row)


def drafts_of(house: House, person_id: UUID) -> Sequence[Draft]:
    """What this person is setting up, the latest first."""
    query = select(SourceDraft).where(SourceDraft.person_id == person_id)
    with house.store.read() as session:
        rows = session.exec(query.order_by(col(SourceDraft.changed_at).desc())).all()
    return [opened(house, row) for row in rows]


def opened(house: House, row: SourceDraft) -> Draft:
    """A draft as it was kept."""
    told = json.loads(house.vault.open(row.id, row.sealed))
    several = {name: tuple(told[name]) for name in ("lacking", "checks", "outlook")}
    allowed = None if told["allowed"] is None else tuple(told["allowed"])
    return Draft(**{**told, **several, "allowed": allowed, "id": row.id, "person_id": row.person_id})


def keep(house: House, draft: Draft, action: str = "") -> Draft:
    """Keep it, audited where it is a deed of the person's."""
    told = {key: value for key, value in asdict(draft).items() if key not in ("id", "person_id")}
    sealed = house.vault.seal(draft.id, json.dumps(told, default=str).encode())
    with house.change() as change:
        row = change.session.get(SourceDraft, draft.id) or SourceDraft(
            id=draft.id, person_id=draft.person_id, source="", sealed=b"", changed_at=change.at
        )
        row.source, row.sealed, row.changed_at = draft.name, sealed, change.at
        change.session.add(row)
        if action:
            change.audit(action, f"person:{draft.person_id}", f"draft:{draft.id}", connector=draft.connector)
    return draft


def drop(house: House, draft: Draft, action: str = "") -> None:
    """Forget it, audited where it is a deed of the person's."""
    with house.change() as change:
        row = change.session.get(SourceDraft, draft.id)
        if row is not None:
            change.session.delete(row)
        if action:
            change.audit(action, f"person:{draft.person_id}", f"draft:{draft.id}", connector=draft.connector)
