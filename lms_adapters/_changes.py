"""When each item's words last changed, for what is read by date.

The house tells a revision and no day, so the day is that of the first delivery with new contents. It is kept by id and
digest: the same items give the same file on every day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from gleanery.ports import Context, LearningItem

_KEY = "changed"


def changes(ctx: Context, items: Sequence[LearningItem]) -> Mapping[UUID, datetime]:
    """The day of each item's last change, to the second (UTC). What is no longer among them is forgotten."""
    known: Mapping[str, Sequence[str]] = ctx.store.get(_KEY) or {}
    now = ctx.now().replace(microsecond=0).isoformat()
    kept: dict[str, Sequence[str]] = {}
    for item in items:
        digest = _digest(item)
        before = known.get(str(item.id))
        kept[str(item.id)] = before if before and before[0] == digest else [digest, now]
    if kept != known:
        ctx.store.put(_KEY, kept)
    return {item.id: datetime.fromisoformat(kept[str(item.id)][1]) for item in items}


def _digest(item: LearningItem) -> str:
    """The same as long as the item says the same."""
    labels = [label for _, _, label in item.competencies]
    words = (item.title, item.url, item.html, item.kind, item.language, item.attribution, item.licence)
    return hashlib.sha256(json.dumps([*words, item.minutes, labels]).encode()).hexdigest()[:16]
