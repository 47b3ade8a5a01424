"""The same by the client library and SQLModel: a program as one would write it that needs what the house needs.

A post, its account, its versions with a keyed hash that tells a change, the words apart (they may have to be purged),
which source saw it, and how far it was read; a page and its cursor in one transaction, nothing twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from _read_bare import Pages, Row
from sqlalchemy import JSON, Column, LargeBinary, event
from sqlmodel import Field, Session, SQLModel, col, create_engine, func, select

KEY = b"k" * 32
SOURCE = uuid4()


class Account(SQLModel, table=True):
    """Who posted."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    external_id: str = Field(unique=True)


class Post(SQLModel, table=True):
    """One thing found."""

    seq: int | None = Field(default=None, primary_key=True)
    id: UUID = Field(unique=True, default_factory=uuid4)
    external_id: str = Field(unique=True)
    account_id: UUID = Field(index=True)
    published_at: str
    first_seen_at: datetime
    version: int = 1
    screened_version: int = Field(default=0, index=True)


class Version(SQLModel, table=True):
    """A state of its words."""

    post_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    content_id: UUID = Field(index=True)
    content_hash: bytes = Field(sa_type=LargeBinary)


class Content(SQLModel, table=True):
    """The words."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    body: dict[str, Any] = Field(sa_column=Column(JSON))
    fetched_at: datetime
    purge_at: datetime | None = Field(default=None, index=True)


class Sighting(SQLModel, table=True):
    """Which source saw it."""

    post_id: UUID = Field(primary_key=True)
    source_id: UUID = Field(primary_key=True, index=True)


class Cursor(SQLModel, table=True):
    """How far it was read."""

    name: str = Field(primary_key=True)
    state: str


def _pragmas(connection: Any, _: Any) -> None:
    for one in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {one}")


def keep_all(pages: Pages, path: Path) -> int:
    """Read and keep; the posts that are there in the end."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _pragmas)
    SQLModel.metadata.create_all(engine)
    for page in pages:
        with Session(engine) as session:
            _take(session, page)
            session.merge(Cursor(name="world", state=page[-1][0] if page else ""))
            session.commit()
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(Post)).one()


def _take(session: Session, page: list[Row]) -> None:
    now = datetime.now(UTC)
    known = set(session.exec(select(Post.external_id).where(col(Post.external_id).in_([r[0] for r in page]))))
    accounts = _accounts(session, {row[1] for row in page})
    for external_id, account, words, at in page:
        if external_id in known:
            continue
        body = {"text": words, "author": account, "title": "", "links": [], "tags": []}
        mark = hmac.new(KEY, json.dumps(body, sort_keys=True).encode(), hashlib.sha256).digest()
        content = Content(body=body, fetched_at=now)
        post = Post(external_id=external_id, account_id=accounts[account], published_at=at, first_seen_at=now)
        version = Version(post_id=post.id, number=1, content_id=content.id, content_hash=mark)
        session.add_all([content, post, version, Sighting(post_id=post.id, source_id=SOURCE)])


def _accounts(session: Session, names: Iterable[str]) -> dict[str, UUID]:
    found = {
        one.external_id: one.id
        for one in session.exec(select(Account).where(col(Account.external_id).in_(names)))
    }
    for name in set(names) - found.keys():
        made = Account(external_id=name)
        session.add(made)
        found[name] = made.id
    return found
