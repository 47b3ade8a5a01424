"""Posts: one thing found at a source, with its versions, and the foreign text kept apart from it."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros, enum_column, only_where

MAX_TEXT = 200_000
"""Characters of one post's text; a longer one is cut by the connector and says so."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class PostKind(StrEnum):
    """What the thing is for a learner."""

    VIDEO = "video"
    AUDIO = "audio"
    ARTICLE = "article"
    COURSE = "course"
    MESSAGE = "message"
    LINK = "link"


_unstorable = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with every lone surrogate and NUL, which cannot be stored or sent, as a question mark."""
    return _unstorable.sub("?", text)


def _all_storable(value: Any) -> Any:
    """The same tree with every string in it made storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: _all_storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_all_storable(one) for one in value]
    return value


class _Draft(BaseModel):
    """Checked input of any connector; none of its strings holds what a database refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _can_be_stored(cls, values: Any) -> Any:
        return _all_storable(values)


class Author(_Draft):
    """Who posted, as the platform names them. The handle is personal data and stays in this house."""

    external_id: Id
    name: str = Field(default="", max_length=500)
    is_bot: bool = False
    is_outside: bool = False
    """From another organisation, a guest of the place."""


class Reaction(_Draft):
    """A sign that somebody gave to a post: the platform's name of it (`eyes`) and whose account."""

    name: str = Field(min_length=1, max_length=100)
    account: Id


PostAct = Literal["posted", "replied", "commented", "shared", "asked", "answered"]
"""What its author did by a post, in the words of the statements."""


class SharedLink(_Draft):
    """An address a post shares, with what the linked site says of itself (not the sharer's words)."""

    url: Address
    title: str = Field(default="", max_length=2_000)
    summary: str = Field(default="", max_length=20_000)
    thumbnail: Address | None = None


class Cue(_Draft):
    """Where in a transcript something is said: seconds from the beginning, and the character of the text."""

    at: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)
    place: int = Field(ge=0, le=MAX_TEXT)


class PostDraft(_Draft):
    """One post as a connector found it; the checked door into the house.

    Identity is (platform, realm, external_id); `realm` is the workspace, channel owner or site.
    `text` is plain text, without markup. `internal` marks words from a closed workplace: they yield
    the links they share. `links` are in the order of the text. Times are aware. `channel` is the id of the
    channel or group it stands in. `act` None: `replied` where it has a parent, else `posted`. `reactions` None:
    the source does not tell; () says that there are none. `thumbnail` is the address of a small picture of it. With
    `cues` the text is what is said in a recording, in the order of time: that of its parent, where it has one.
    """

    platform: Id
    realm: Id
    external_id: Id
    kind: PostKind
    url: Address | None = None
    title: str = Field(default="", max_length=2_000)
    text: str = Field(default="", max_length=MAX_TEXT)
    author: Author | None = None
    published_at: AwareDatetime | None = None
    edited_at: AwareDatetime | None = None
    parent_external_id: Id | None = None
    links: tuple[SharedLink, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = Field(default=None, max_length=35)
    licence: str | None = Field(default=None, max_length=500)
    seconds: int | None = Field(default=None, ge=0)
    internal: bool = False
    channel: Id | None = None
    act: PostAct | None = None
    reactions: tuple[Reaction, ...] | None = None
    thumbnail: Address | None = None
    cues: tuple[Cue, ...] = Field(default=(), max_length=50_000)


TRANSCRIPT, CHAPTERS = "transcript:", "chapters:"
"""What the external ids of posts begin with that belong to a recording (their parent) and are nothing by themselves."""


def is_beside(external_id: str, parent: str | None) -> bool:
    """Whether a post is the transcript or the chapters of its parent."""
    return parent is not None and external_id.startswith((TRANSCRIPT, CHAPTERS))


class DeedDraft(_Draft):
    """Something a person did with a thing, as a learning platform reports it; `about` is the post of the thing.

    `event` is the deed's own id there: the same deed told twice is one. `account` is whose it is.
    """

    platform: Id
    realm: Id
    account: Id
    did: Literal["viewed", "progressed", "completed"]
    about: Id
    event: Id
    at: AwareDatetime
    seconds: int | None = Field(default=None, ge=0)
    progress: float | None = Field(default=None, ge=0, le=1)


class Vanished(_Draft):
    """A post that an authoritative source says is no longer there."""

    platform: Id
    realm: Id
    external_id: Id


class GoneWhy(StrEnum):
    """The four names of soft deletion."""

    TOMBSTONED = "tombstoned"
    RETRACTED = "retracted"
    PURGED = "purged"
    ERASED = "erased"


class Post(SQLModel, table=True):
    """One thing found at a source. `seq` is the order in which posts came in.

    `held_by` is the source whose first reading holds it back from the curators, None for all others.
    """

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("platform", "realm", "external_id"),
        UniqueConstraint("id"),
        Index("post_held", "held_by", **only_where("held_by IS NOT NULL")),
    )

    seq: int | None = Col(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    id: UUID
    platform: str
    realm: str
    external_id: str
    kind: PostKind = Col(sa_column=enum_column(PostKind))
    internal: bool = False
    by_bot: bool = False
    handle_id: UUID | None = Col(default=None, index=True)
    parent_external_id: str | None = Col(default=None, index=True)
    channel: str | None = None
    act: str | None = None
    held_by: UUID | None = None
    published_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    edited_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    first_seen_at: datetime = Col(sa_type=UtcMicros)
    version: int = 0
    screened_version: int = Col(default=0, index=True)
    gone: GoneWhy | None = Col(default=None, sa_column=enum_column(GoneWhy, nullable=True))
    gone_at: datetime | None = Col(default=None, sa_type=UtcMicros)


class PostVersion(SQLModel, table=True):
    """One state of a post's words. `content_hash` is a keyed hash: it tells a change, also after a purge."""

    __tablename__ = "post_version"

    post_id: UUID = Col(primary_key=True)
    number: int = Col(primary_key=True)
    content_id: UUID = Col(index=True)
    content_hash: bytes = Col(sa_type=LargeBinary)
    seen_at: datetime = Col(sa_type=UtcMicros)


class Sighting(SQLModel, table=True):
    """Which source saw which post: an export and the live reading of one workspace meet here."""

    __tablename__ = "sighting"

    post_id: UUID = Col(primary_key=True)
    source_id: UUID = Col(primary_key=True, index=True)
    first_seen_at: datetime = Col(sa_type=UtcMicros)


class Content(SQLModel, table=True):
    """Foreign text, the only place for it. Purging sets `body`, `sealed` and `hash_key` to NULL and says why.

    `body` is the draft's words as JSON (title, text, url, author, links, tags). Words that a guard step
    blocks are never written in clear: they stand in `sealed`, encrypted under a key kept outside the data
    folder, and `withheld` names the kinds; `guarded_as` is the hash of the guards that looked. `policy` is
    the policy in force when the words were fetched.
    """

    __tablename__ = "content"
    __table_args__ = (Index("content_due", "purge_at"),)

    id: UUID = Col(primary_key=True)
    body: dict[str, Any] | None = Col(default=None, sa_column=Column(JSON(none_as_null=True)))
    sealed: bytes | None = Col(default=None, sa_type=LargeBinary)
    withheld: list[str] = Col(default_factory=list, sa_column=Column(JSON, nullable=False))
    guarded_as: str = ""
    hash_key: bytes | None = Col(default=None, sa_type=LargeBinary)
    policy: dict[str, Any] = Col(sa_column=Column(JSON, nullable=False))
    fetched_at: datetime = Col(sa_type=UtcMicros)
    purge_at: datetime | None = Col(default=None, sa_type=UtcMicros)
    gone: GoneWhy | None = Col(default=None, sa_column=enum_column(GoneWhy, nullable=True))
    gone_at: datetime | None = Col(default=None, sa_type=UtcMicros)
