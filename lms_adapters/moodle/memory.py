"""What is remembered of each delivery: by it a teacher's act is told from ours.

`revision` and `sent` (a digest of what was sent) of the last delivery, how the entry stood after it (`modified`, a
time of Moodle's, or `digests` of its fields), and `removed` after a retraction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from gleanery.errors import Gone
from gleanery.ports import LearningCollection, LearningItem, Store

Facts = Mapping[str, Any]

REPLACED = "The entry had been edited in Moodle since; the new revision replaced that."


def digest_of(sent: Any) -> str:
    """A digest of something JSON-able that was sent."""
    return hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()


class Memory:
    """The memory of one place (a Database activity, a course) of one site."""

    def __init__(self, store: Store, url: str, place: str) -> None:
        self._store, self._prefix = store, f"{urlsplit(url).netloc}/{place}"

    def of(self, thing: UUID) -> Facts:
        """What is remembered of an item or a collection, {} where nothing is."""
        facts: Facts = self._store.get(f"{self._prefix}/{thing}") or {}
        return facts

    def keep(self, thing: UUID, **facts: Any) -> None:
        """Remember this, in the place of what was."""
        self._store.put(f"{self._prefix}/{thing}", facts)


def check_may_return(item: LearningItem | LearningCollection, remote_id: str, facts: Facts) -> None:
    """Raises: Gone, unless we took the entry away or the item has changed since: then it is made anew."""
    if not (facts.get("removed") or item.revision > facts.get("revision", item.revision)):
        raise Gone(
            f"moodle: entry {remote_id} of item {item.id} was deleted in Moodle.",
            remedy="Retract the item, or edit it: a newer revision is delivered again.",
        )
