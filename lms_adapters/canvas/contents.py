"""What stands in the course as far as we know: found by id and by what it names, in the order of each module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from lms_adapters.canvas.marker import Marker, marker_of
from lms_adapters.canvas.records import Entry, Module


class Contents:
    """Modules and their entries; finding one takes no longer in a course of many. `launch`: our tool's address."""

    def __init__(self, launch: str | None) -> None:
        self.modules: dict[str, Module] = {}
        self._launch = launch
        self._ids: dict[str, Entry] = {}
        self._within: dict[str, dict[str, Entry]] = {}
        self._things: dict[UUID, dict[str, Marker]] = {}

    def fill(self, module: Module, entries: Iterable[Entry]) -> None:
        """The module has just these, in this order."""
        for entry in self.of(module):
            self.drop(entry)
        self.modules[module.id] = module
        for entry in entries:
            self.put(entry)

    def put(self, entry: Entry) -> None:
        """An entry as it is now: in its place, or at the end of a module that it came into."""
        before = self._ids.get(entry.id)
        if before is not None:
            self._unmark(before)
            if before.module != entry.module:
                self._within[before.module].pop(entry.id, None)
        self._ids[entry.id] = entry
        self._within.setdefault(entry.module, {})[entry.id] = entry
        marker = self.marker(entry)
        if marker is not None:
            self._things.setdefault(marker.thing, {})[entry.id] = marker

    def drop(self, entry: Entry) -> None:
        """An entry is gone."""
        known = self._ids.pop(entry.id, None)
        if known is not None:
            self._unmark(known)
            self._within[known.module].pop(entry.id, None)

    def drop_module(self, module: Module) -> None:
        """A module is gone, with what stood in it."""
        for entry in self.of(module):
            self.drop(entry)
        self.modules.pop(module.id, None)

    def of(self, module: Module) -> list[Entry]:
        """The entries of a module, in order."""
        return list(self._within.get(module.id, {}).values())

    def get(self, entry_id: str | None) -> Entry | None:
        """The entry of an id."""
        return self._ids.get(entry_id) if entry_id else None

    def every(self) -> Iterator[Entry]:
        """All entries."""
        return iter(list(self._ids.values()))

    def marker(self, entry: Entry) -> Marker | None:
        """What a link or launch names; a page must be opened for that."""
        return marker_of(entry.address, self._launch)

    def marked(self, thing: UUID) -> list[Entry]:
        """Links and launches that name the thing, its own entry first, the oldest before others."""
        found = self._things.get(thing, {})
        order = sorted(found, key=lambda one: (found[one].within is not None, len(one), one))  # ids only grow
        return [self._ids[one] for one in order]

    def _unmark(self, entry: Entry) -> None:
        marker = self.marker(entry)
        if marker is not None:
            self._things[marker.thing].pop(entry.id, None)
