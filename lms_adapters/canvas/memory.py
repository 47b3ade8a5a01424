"""What we remember of each delivery: ids, revisions and digests, never words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from gleanery.ports import Store
from lms_adapters.canvas.settings import Settings

_PLACES = frozenset({"entry", "within", "module", "intro", "steps", "making", "paging"})


class Memory:
    """By thing. `revision` and `sent` (a digest) of the last delivery, `removed` after a removal.

    `shown` is a digest of what Canvas then showed: another one now means that somebody edited it. The house forgets
    all that where a person wants the thing brought there again. Where it stands is kept apart and outlives that:
    `entry` and the module it is `within`; of a path `module`, `intro` and `steps`. `making` and `paging` are digests of
    the name of a module and the title of a page that are being made or deleted, in case we are not told how it went.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._place = f"{urlsplit(settings.url).netloc}/{settings.course}"

    def of(self, thing: UUID) -> Mapping[str, Any]:
        """What is remembered, empty where nothing is."""
        return {**self._kept(self._places(thing)), **self._kept(self._facts(thing))}

    def keep(self, thing: UUID, **facts: Any) -> None:
        """Remember this in the place of what was."""
        before, places = self.of(thing), {name: facts[name] for name in facts if name in _PLACES}
        if places != {name: before[name] for name in before if name in _PLACES}:
            self._store.put(self._places(thing), places)
        self._store.put(self._facts(thing), {name: facts[name] for name in facts if name not in _PLACES})

    def add(self, thing: UUID, **facts: Any) -> None:
        """Remember this besides."""
        before = self.of(thing)
        if any(name not in before or before[name] != fact for name, fact in facts.items()):
            self.keep(thing, **{**before, **facts})

    def steps(self, path: UUID) -> dict[str, str]:
        """By item, in order: the ids of its entries in the path's module."""
        return dict(self.of(path).get("steps") or [])

    def place_steps(self, path: UUID, steps: Mapping[str, str]) -> None:
        """Remember where a path's steps stand; as a list, for not every database keeps an object's order."""
        self.add(path, steps=[[item, entry] for item, entry in steps.items()])

    def may_return(self, thing: UUID, revision: int) -> bool:
        """True if what is gone may be made anew: we took it away, or it has changed since."""
        memory = self.of(thing)
        return bool(memory.get("removed")) or revision > memory.get("revision", revision)

    def _facts(self, thing: UUID) -> str:
        return f"{self._place}/{thing}"

    def _places(self, thing: UUID) -> str:
        return f"{self._place}/{thing}/place"

    def _kept(self, key: str) -> Mapping[str, Any]:
        return self._store.get(key) or {}
