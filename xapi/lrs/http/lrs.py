"""What every resource works with: the database, its one writer, and how this store is set up."""

from __future__ import annotations

import secrets
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from xapi.batches import MAX_BATCH
from xapi.lrs.committing import Committer
from xapi.lrs.database import Database
from xapi.lrs.http.authentication import Gate
from xapi.lrs.http.exchange import Answer, Version

STORE = "main"
"""The store that is opened where nothing names another."""


@dataclass(frozen=True)
class Settings:
    """How requests are taken. Sizes in bytes, times in seconds.

    `max_batch` statements may come in one request, `max_statements` go out on one page.
    `endpoint` is the path under which the app is mounted; `cursor_key` signs the addresses of further pages
    and must outlive a restart for them to do so; `origins` are the web pages that may call, "*" for any.
    `strict_versions` leaves out of a 2.0 statement what 1.0.3 does not know, for those who read by 1.0.3.
    """

    default_version: Version = "1.0.3"
    endpoint: str = "/xapi"
    max_body: int = 16 * 1024 * 1024
    max_batch: int = MAX_BATCH
    max_statements: int = 500
    page_bytes: int = 8 * 1024 * 1024
    body_seconds: float = 120.0
    body_grace: float = 10.0
    body_rate: int = 4096
    requests_per_minute: int | None = None
    threads: int = 4
    waiting: int = 512
    origins: tuple[str, ...] = ("*",)
    strict_versions: bool = True
    cursor_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)


@dataclass(frozen=True)
class Lrs:
    """One record store, as the resources see it: its database, its one writer, its door."""

    database: Database
    committer: Committer
    gate: Gate
    settings: Settings = field(default_factory=Settings)

    @classmethod
    def of(cls, database: Database, settings: Settings) -> Lrs:
        """The record store in this database, whose tables are there; `close` ends its writer, not the database."""
        return cls(database, Committer(database), Gate(database, settings.requests_per_minute), settings)

    def close(self) -> None:
        """Returns when everything that was taken in is written."""
        self.committer.close()


@dataclass(frozen=True)
class Committing:
    """An answer that holds once `written` is there; nobody waits for it in a thread."""

    written: Future[Any]
    answer: Answer
