"""A page of a list of videos, as YouTube shows it: https://developers.google.com/youtube/v3/docs/playlistItems"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors._values import digest, moment

_REMOVED = frozenset({"Deleted video", "Private video"})

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """A video in a list. `at`: when it was published (uploads) or put in (playlists); `mark` of its words.

    `published` None: it does not say, as it was removed or is private.
    """

    video: str
    mark: str
    at: datetime | None
    published: datetime | None
    is_there: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list."""

    items: Sequence[Item]
    next: str | None
    total: int


def listed(answer: Json, *, of_channel: bool) -> Listed:
    """The page in an answer; items that name no video are left out. Of a channel only what is public is there."""
    items = [_item(one, of_channel=of_channel) for one in answer.get("items") or ()]
    total = int((answer.get("pageInfo") or {}).get("totalResults") or len(items))
    return Listed([item for item in items if item], answer.get("nextPageToken") or None, total)


def _item(record: Json, *, of_channel: bool) -> Item | None:
    """An item of a list; None for one that names no video."""
    snippet, details = record.get("snippet") or {}, record.get("contentDetails") or {}
    video = details.get("videoId") or (snippet.get("resourceId") or {}).get("videoId")
    if not video:
        return None
    published = details.get("videoPublishedAt")
    at = published if of_channel else snippet.get("publishedAt")
    is_there = _is_there(record, of_channel=of_channel)
    words = (str(snippet.get("title")), str(snippet.get("description")))
    return Item(
        video=str(video),
        mark=digest(*words, str(published), str(is_there)),
        at=moment(at) if at else None,
        published=moment(published) if published else None,
        is_there=is_there,
    )


def _is_there(record: Json, *, of_channel: bool) -> bool:
    """Whether others may see it. Its owner is shown private ones, everybody the places of removed ones."""
    privacy = (record.get("status") or {}).get("privacyStatus") or "public"
    if privacy not in (("public",) if of_channel else ("public", "unlisted")):
        return False
    dated = (record.get("contentDetails") or {}).get("videoPublishedAt")
    return bool(dated) or (record.get("snippet") or {}).get("title") not in _REMOVED
