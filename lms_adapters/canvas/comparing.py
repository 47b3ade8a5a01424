"""What became of our entries in Canvas: it only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from gleanery.ports import Found, Placed, Stands
from lms_adapters.canvas.course import Course
from lms_adapters.canvas.items import Items, url_of
from lms_adapters.canvas.marker import Marker, named_in
from lms_adapters.canvas.memory import Memory
from lms_adapters.canvas.paths import MODULE
from lms_adapters.canvas.records import PAGE, Entry, Module
from lms_adapters.canvas.settings import Settings
from lms_adapters.canvas.writing import digest_of


class Comparison:
    """Holds the course against what the house knows; every call raises as Client.get."""

    def __init__(self, course: Course, memory: Memory, settings: Settings) -> None:
        self._course, self._memory, self._settings = course, memory, settings
        self._items = Items(course, memory, settings)

    def of(self, entries: Sequence[Placed]) -> Iterator[Found]:
        """How each stands, then the strange ones."""
        for placed in entries:
            is_path = placed.remote_id.startswith(MODULE)
            yield (self._path if is_path else self._entry)(placed)
        yield from self._strange(entries)

    def _entry(self, placed: Placed) -> Found:
        entry, memory = self._course.contents.get(placed.remote_id), self._memory.of(placed.thing)
        if entry is None:
            return self._found(placed, Stands.GONE, "it was deleted")
        differs = list(self._differing(placed.thing, entry, memory))
        if differs:
            return self._found(placed, Stands.EDITED, ", ".join(differs))
        if entry.published is False:
            return self._found(placed, Stands.HELD, "it is not published")
        return self._found(placed, Stands.AS_LEFT)

    def _differing(self, thing: UUID, entry: Entry, memory: Mapping[str, Any]) -> Iterator[str]:
        marker = self._course.contents.marker(entry)
        if marker is not None and marker != Marker(thing):
            yield "its address names another item"
        elif self._items.is_edited(thing, entry):
            yield "its title, address or text was changed"
        if memory.get("within") not in (None, entry.module):
            yield "it was moved to another module"

    def _path(self, placed: Placed) -> Found:
        module = self._course.modules.get(placed.remote_id.removeprefix(MODULE))
        if module is None:
            return self._found(placed, Stands.GONE, "its module was deleted")
        differs = list(self._differing_path(placed.thing, module))
        if differs:
            return self._found(placed, Stands.EDITED, ", ".join(differs))
        if module.published is False:
            return self._found(placed, Stands.HELD, "its module is not published")
        return self._found(placed, Stands.AS_LEFT)

    def _differing_path(self, thing: UUID, module: Module) -> Iterator[str]:
        memory = self._memory.of(thing)
        if memory.get("name") not in (None, digest_of(module.name)):
            yield "its name was changed"
        intro = self._course.contents.get(memory.get("intro"))
        if intro is None and memory.get("intro"):
            yield "its first page was deleted"
        elif intro is not None and self._items.is_edited(thing, intro):
            yield "its first page was changed"
        steps, now = (
            [entry for entry in self._memory.steps(thing).values() if entry],
            [entry.id for entry in self._course.contents.of(module)],
        )
        if missing := [entry for entry in steps if entry not in now]:
            yield f"{len(missing)} of its steps were taken out"
        if [entry for entry in now if entry in steps] != [entry for entry in steps if entry in now]:
            yield "the order of its steps was changed"

    def _strange(self, entries: Sequence[Placed]) -> Iterator[Found]:
        known = set(self._known(entries))
        for entry in self._course.contents.every():
            if entry.id in known:
                continue
            marker = self._course.contents.marker(entry) or self._page_marker(entry, known)
            if marker is not None:
                url = url_of(self._settings, entry.id)
                note = "the house does not know of this entry, or took it away"
                yield Found(Stands.STRANGE, entry.id, marker.thing, url, note)

    def _known(self, entries: Sequence[Placed]) -> Iterator[str]:
        """The ids of all that we placed: of items, and of what stands in our paths."""
        for placed in entries:
            yield placed.remote_id
            if placed.remote_id.startswith(MODULE):
                yield from self._memory.steps(placed.thing).values()
                yield self._memory.of(placed.thing).get("intro") or ""

    def _page_marker(self, entry: Entry, known: Collection[str]) -> Marker | None:
        """What a page names; only pages in modules of ours are opened."""
        module = self._course.modules.get(entry.module)
        is_ours = module is not None and (module.name == self._settings.module or MODULE + module.id in known)
        page = self._course.page(entry.page) if is_ours and entry.type == PAGE and entry.page else None
        thing = named_in(page.body) if page else None
        return Marker(thing) if thing else None

    def _found(self, placed: Placed, stands: Stands, note: str = "") -> Found:
        url = None
        if stands is not Stands.GONE and not placed.remote_id.startswith(MODULE):
            url = url_of(self._settings, placed.remote_id)
        return Found(stands, placed.remote_id, placed.thing, url, note)
