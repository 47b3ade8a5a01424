"""From a feed's entry to a post: which platform, realm and id it has, and which of its words are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors._text import shortened
from connectors._values import digest, host_of
from connectors.feeds.model import Entry, Feed
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, SharedLink

EXCERPT = 2_000
"""Characters of an excerpt, where an entry has no summary of its own."""

_MAX_LINKS = 50
_UNIQUE_EVERYWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,30}:|[0-9a-fA-F-]{32,36}$")


@dataclass(frozen=True, slots=True)
class Realms:
    """Who vouches for an entry's id: the `site` for ids unique everywhere, the `feed` for the others.

    Both are fixed at the first reading and kept in the state, so a feed may change its address.
    """

    site: str
    feed: str

    @classmethod
    def of(cls, feed: Feed, address: str, fallback: str) -> Realms:
        """From what the feed says of itself, or else from where it was found."""
        site = host_of(feed.link or "") or host_of(address) or fallback
        return cls(site[:1_000], (feed.id or fallback)[:1_000])


def to_draft(
    entry: Entry, feed: Feed, realms: Realms, keep: Literal["excerpt", "full"], licence: str | None
) -> PostDraft:
    """The post that an entry is. Raises: pydantic.ValidationError."""
    platform, realm, external_id = _identity(entry, realms)
    media = [item for item in entry.enclosures if item.type.startswith(("audio/", "video/"))]
    return PostDraft(
        platform=platform,
        realm=realm,
        external_id=external_id,
        kind=_kind(entry),
        url=entry.link or (entry.enclosures[0].url if entry.enclosures else None),
        title=shortened(entry.title, 2_000),
        text=_words(entry, keep),
        author=_author(entry),
        published_at=entry.published or entry.updated,
        edited_at=_edited(entry),
        links=_links(entry),
        tags=entry.tags,
        language=entry.language or feed.language,
        licence=entry.licence or licence or feed.licence,
        seconds=next((item.seconds for item in media if item.seconds), None),
        thumbnail=entry.thumbnail,
    )


def _identity(entry: Entry, realms: Realms) -> tuple[str, str, str]:
    if entry.video:
        return ("youtube", *entry.video)
    if not entry.id:
        return "feed", realms.site, "hash:" + digest(entry.link or "", entry.title, _without_link(entry))
    external_id = entry.id if len(entry.id) <= 1_000 else "hash:" + digest(entry.id)
    everywhere = _UNIQUE_EVERYWHERE.match(entry.id)
    return "feed", realms.site if everywhere else realms.feed, external_id


def _without_link(entry: Entry) -> str:
    """What else tells an entry from others that have neither id nor link: its media or its words."""
    if entry.link:
        return ""
    return entry.enclosures[0].url if entry.enclosures else entry.content or entry.summary


def _kind(entry: Entry) -> PostKind:
    if entry.video:
        return PostKind.VIDEO
    types = {item.type.split("/")[0] for item in entry.enclosures}
    if "video" in types:
        return PostKind.VIDEO
    return PostKind.AUDIO if "audio" in types else PostKind.ARTICLE


def _words(entry: Entry, keep: Literal["excerpt", "full"]) -> str:
    if keep == "full":
        return shortened(entry.content or entry.summary, MAX_TEXT)
    return shortened(entry.summary or entry.content, EXCERPT)


def _author(entry: Entry) -> Author | None:
    """Named by the channel on YouTube, else by the author's own page, else by the name alone."""
    name = " ".join(entry.author.split())[:500]
    if not name:
        return None
    return Author(
        external_id=entry.video[0] if entry.video else (entry.author_url or name)[:1_000], name=name
    )


def _edited(entry: Entry) -> datetime | None:
    if entry.published and entry.updated and entry.updated > entry.published:
        return entry.updated
    return None


def _links(entry: Entry) -> tuple[SharedLink, ...]:
    """Its media first, then the addresses in its text, each once."""
    found = {item.url: SharedLink(url=item.url, title=item.title[:2_000]) for item in entry.enclosures}
    for url in entry.links:
        if url != entry.link:
            found.setdefault(url, SharedLink(url=url))
    return tuple(found.values())[:_MAX_LINKS]
