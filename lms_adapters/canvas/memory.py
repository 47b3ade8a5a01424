"""What we remember of each delivery: ids, revisions and digests, never words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from gleanery.ports import Store
from lms_adapters.canvas.settings import Settings


class Memory:
    """By thing. `revision` and `sent` (a digest) of the last delivery, `entry` or `module`, `removed` after a removal.

    `shown` is a digest of what Canvas then showed: another one now means that somebody edited it.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._place = f"{urlsplit(settings.url).netloc}/{settings.course}"

    def of(self, thing: UUID) -> Mapping[str, Any]:
        """What is remembered, empty where nothing is."""
        return self._store.get(f"{self._place}/{thing}") or {}

    def keep(self, thing: UUID, **facts: Any) -> None:
        """Remember this in the place of what was."""
        self._store.put(f"{self._place}/{thing}", facts)

    def add(self, thing: UUID, **facts: Any) -> None:
        """Remember this besides."""
        self.keep(thing, **{**self.of(thing), **facts})

    def may_return(self, thing: UUID, revision: int) -> bool:
        """True if what is gone may be made anew: we took it away, or it has changed since."""
        memory = self.of(thing)
        return bool(memory.get("removed")) or revision > memory.get("revision", revision)
