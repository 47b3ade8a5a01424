"""What every format of feed is read into before it becomes posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A media file that an entry carries."""

    url: str
    type: str = ""
    title: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `summary` and `content` are plain text, `links` the addresses in its content.

    `video` is the YouTube (channel id, video id) where the feed names them. `transcripts` and `chapters` are the
    addresses of files with what is said and when (https://podcasting2.org/docs/podcast-namespace).
    """

    id: str
    link: str | None
    title: str
    summary: str = ""
    content: str = ""
    links: tuple[str, ...] = ()
    author: str = ""
    author_url: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    licence: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    video: tuple[str, str] | None = None
    thumbnail: str | None = None
    transcripts: tuple[Enclosure, ...] = ()
    chapters: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was read, newest entry first as a rule.

    `id` is its own permanent id (Atom only), `problem` what makes it not well-formed, `faults` are
    (entry, message) of entries that could not be read.
    """

    format: str
    title: str
    link: str | None
    id: str = ""
    language: str | None = None
    licence: str | None = None
    encoding: str = "utf-8"
    problem: str = ""
    entries: tuple[Entry, ...] = ()
    faults: tuple[tuple[str, str], ...] = field(default=())
