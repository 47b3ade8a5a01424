"""Posts as the old API (1.1) wrote them and archives still do, in the words of the new one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from connectors.x.ids import is_id
from connectors.x.words import Record


def in_new_words(entry: Any, account: Record) -> Record:
    """A record of the old API in the words of the new one; {} for what is none."""
    old = entry.get("tweet", entry) if isinstance(entry, dict) else None
    if not isinstance(old, dict) or not is_id(old.get("id_str")):
        return {}
    text = str(old.get("full_text") or old.get("text") or "")
    return {
        "id": str(old["id_str"]),
        "text": text,
        "author_id": account.get("id"),
        "created_at": _instant(old.get("created_at")),
        "edit_history_post_ids": _history(old.get("edit_info")),
        "entities": _entities(old),
        "lang": old.get("lang"),
        "referenced_posts": list(_references(old, text)),
    }


def _instant(value: object) -> str | None:
    """`Tue Nov 18 12:00:00 +0000 2025` as ISO 8601."""
    try:
        return datetime.strptime(str(value), "%a %b %d %H:%M:%S %z %Y").astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None


def _history(info: object) -> list[str]:
    """The ids of all versions; an edited one tells them one level deeper."""
    for path in (("initial",), ("edit", "editControlInitial")):
        found: Any = info
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, dict) and isinstance(found.get("editTweetIds"), list):
            return [str(one) for one in found["editTweetIds"]]
    return []


def _entities(old: Record) -> Record:
    entities = old.get("entities")
    found = entities if isinstance(entities, dict) else {}
    media = [{**one, "media_key": one.get("id_str") or "media"} for one in _dicts(found.get("media"))]
    tags = [{"tag": one.get("text", "")} for one in _dicts(found.get("hashtags"))]
    return {"urls": [*_dicts(found.get("urls")), *media], "hashtags": tags}


def _references(old: Record, text: str) -> Iterator[Record]:
    """What it answers, quotes or passes on; of a repost the archive does not tell which post."""
    if text.startswith("RT @"):
        yield {"type": "retweeted"}
    for kind, name in (("replied_to", "in_reply_to_status_id_str"), ("quoted", "quoted_status_id_str")):
        if old.get(name):
            yield {"type": kind, "id": str(old[name])}


def _dicts(values: object) -> list[Record]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
