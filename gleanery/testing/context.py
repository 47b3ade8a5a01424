"""What the house gives a plugin, in memory: the same rules as with a database, and a clock that stands still."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from pydantic import SecretStr

from gleanery.errors import Denied
from gleanery.model.posts import PostDraft
from gleanery.ports import (
    Arrival,
    Context,
    Deed,
    Http,
    KnownPost,
    LearningCollection,
    LearningItem,
    OAuthApp,
    Page,
    Received,
    Spent,
)

ORGANISATION = UUID("00000000-0000-4000-8000-000000000001")
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by


class MemoryStore:
    """The plugin's key-value store, in memory; the same rules as the one in the database."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: dict[str, tuple[str, datetime | None]] = {}
        self._leases: dict[str, datetime] = {}

    def get(self, key: str) -> Any:
        """The value kept under `key`, None if absent or expired."""
        value, until = self._kept.get(key, ("null", None))
        return None if until is not None and until <= self._now() else json.loads(value)

    def put(self, key: str, value: Any, *, expires_in: timedelta | None = None) -> None:
        """Keep a JSON-able value."""
        until = self._now() + expires_in if expires_in is not None else None
        self._kept[key] = (json.dumps(value), until)

    def lease(self, key: str, seconds: float) -> bool:
        """Take `key` for some seconds; False if another holds it."""
        if self._leases.get(key, self._now()) > self._now():
            return False
        self._leases[key] = self._now() + timedelta(seconds=seconds)
        return True


class MemoryMeter:
    """What was spent, in memory."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._notes: list[tuple[str, datetime, int, Decimal]] = []

    def spend(self, bucket: str, units: int = 1, *, money: Decimal = Decimal(0)) -> None:
        """Note what goes out."""
        self._notes.append((bucket, self._now(), units, money))

    def spent(self, bucket: str, since: datetime) -> Spent:
        """What went out since then, to the hour."""
        start = since.replace(minute=0, second=0, microsecond=0)
        found = [note for note in self._notes if note[0] == bucket and note[1] >= start]
        return Spent(sum(note[2] for note in found), sum((note[3] for note in found), Decimal(0)))


class MemoryKnown:
    """What was taken in (`take`), in memory; the test says it, as there is no house that does."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._posts: dict[tuple[str, str, str], tuple[PostDraft, datetime]] = {}

    def take(self, page: Page) -> None:
        """Take a page in as the house would."""
        for post in page.posts:
            self._posts[post.platform, post.realm, post.external_id] = post, self._now()
        for gone in page.gone:
            self._posts.pop((gone.platform, gone.realm, gone.external_id), None)

    @property
    def drafts(self) -> list[PostDraft]:
        """The posts that stand."""
        return [post for post, _ in self._posts.values()]

    def posts(
        self,
        *,
        realm: str | None = None,
        prefix: str = "",
        parent: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        fetched_before: datetime | None = None,
    ) -> Iterator[KnownPost]:
        """The posts that still stand, those fetched longest ago first; see ports.Known."""
        found = sorted(self._posts.values(), key=lambda one: one[1])
        for post, fetched_at in found:
            at = post.published_at
            if (
                (realm is None or post.realm == realm)
                and post.external_id.startswith(prefix)
                and (parent is None or post.parent_external_id == parent)
                and (since is None or (at is not None and at >= since))
                and (until is None or (at is not None and at < until))
                and (fetched_before is None or fetched_at < fetched_before)
            ):
                yield KnownPost(
                    post.platform, post.realm, post.external_id, post.parent_external_id, at, fetched_at
                )


class MemoryTokens:
    """A token that the test gives (`token`); `refused` holds those that a connector reported."""

    def __init__(self) -> None:
        self.token = ""
        self.until: datetime | None = None
        self.refused: list[str] = []

    def access(self, app: OAuthApp, *, refused: str = "") -> SecretStr:
        """The token. Raises: Denied where there is none, or it was refused."""
        if refused:
            self.refused.append(refused)
        if not self.token or self.token == refused:
            raise Denied(
                "Nobody has signed in.", remedy="Run: gleanery sources connect NAME", stops_source=True
            )
        return SecretStr(self.token)

    def expires_at(self) -> datetime | None:
        """When it runs out."""
        return self.until


class MemoryInbox:
    """Events that came in; `waiting` holds those that no test has handed to `receive` yet."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ids: set[str] = set()
        self.waiting: list[Received] = []

    def put(self, event_id: str, body: Mapping[str, Any]) -> bool:
        """Keep an event; False where this id came before."""
        if event_id in self._ids:
            return False
        self._ids.add(event_id)
        self.waiting.append(Received(event_id, self._now(), json.loads(json.dumps(body))))
        return True


class MemorySecrets:
    """What the plugin keeps sealed, in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        """What is kept under a name."""
        return self._kept.get(name)

    def put(self, name: str, secret: bytes) -> None:
        """Keep it."""
        self._kept[name] = secret


class MemoryLearners:
    """Who arrived and what was told of learners, in memory; the test puts what is offered into `offers`."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.deeds: list[Deed] = []
        self.offers: dict[UUID, LearningItem | LearningCollection] = {}

    def arrive(self, arrival: Arrival) -> str:
        """An address that names the arrival."""
        self.arrivals.append(arrival)
        return f"/learn/enter?ticket={len(self.arrivals)}"

    def tell(self, deeds: Sequence[Deed]) -> None:
        """Take deeds in; one that is told again is one."""
        known = {one.event for one in self.deeds}
        self.deeds.extend(one for one in deeds if one.event not in known)

    def offered(self, thing: UUID) -> LearningItem | LearningCollection | None:
        """What the test offers under this id."""
        return self.offers.get(thing)


def make_context(folder: Path, http: Http, now: Callable[[], datetime] | None = None) -> Context:
    """A context as the house gives it, with a standing clock and a store in memory."""
    clock = now or Clock()
    folder.mkdir(parents=True, exist_ok=True)
    return Context(
        http=http,
        now=clock,
        store=MemoryStore(clock),
        log=structlog.get_logger(),
        folder=str(folder),
        organisation=ORGANISATION,
        meter=MemoryMeter(clock),
        known=MemoryKnown(clock),
        tokens=MemoryTokens(),
        inbox=MemoryInbox(clock),
        secrets=MemorySecrets(),
        learners=MemoryLearners(),
        address="https://gleanery.example.org/in/destination-test",
    )
