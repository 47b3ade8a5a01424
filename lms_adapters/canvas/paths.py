"""A path or collection as a module: a page that says what it is for, then its steps in their order.

An item's own entry moves from the module of single items into the first path that takes it, and back when no path
holds it; in every further path it has an entry beside its own. What a teacher put into the module stays where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from gleanery.errors import BadInput, Gone
from gleanery.ports import LearningCollection, LearningItem, LearningStep, Receipt
from lms_adapters.canvas.course import Course
from lms_adapters.canvas.items import HELD, REPLACED, Items
from lms_adapters.canvas.marker import Marker, named_in
from lms_adapters.canvas.memory import Memory
from lms_adapters.canvas.records import PAGE, Entry, Module
from lms_adapters.canvas.settings import Settings
from lms_adapters.canvas.writing import Written, digest_of, named, written, written_path

MODULE = "module/"
"""What a module's id begins with in our map: modules and entries are numbered apart."""

VIEW = "must_view"


class Paths:
    """Finding and writing them; every call raises as Client.get."""

    def __init__(self, course: Course, memory: Memory, items: Items, settings: Settings) -> None:
        self._course, self._memory, self._items, self._settings = course, memory, items, settings

    def upsert(self, path: LearningCollection, remote_id: str | None) -> Receipt:
        """Create or update the module. Raises: Gone where a teacher deleted it and the path has not changed since."""
        memory, page = self._memory.of(path.id), written_path(path, self._settings.language)
        sent = digest_of(
            page.digest, *(f"{step.item.id} {step.required} {step.after}" for step in path.steps)
        )
        module = self._known(path.id, remote_id)
        if module is not None and memory.get("sent") == sent:
            self._memory.add(path.id, revision=path.revision)
            return self._receipt(module, [])
        if module is None and remote_id is not None and not self._memory.may_return(path.id, path.revision):
            raise Gone(
                f"canvas: {remote_id[:40]} of path {path.id} was deleted in Canvas.",
                remedy="Retire the path, or publish it anew: a newer revision is delivered again.",
            )
        notes = self._edited(path.id, module)
        module = self._fill(path, page, module or self._make(path))
        self._memory.add(path.id, sent=sent, revision=path.revision, removed=False)
        return self._receipt(module, [*notes, *self._lacking(path)])

    def retract(self, thing: UUID, remote_id: str | None) -> Receipt:
        """Take the steps out and delete the module, unless something of a teacher's stands in it."""
        module = self._known(thing, remote_id) or self._lost(thing)
        note = "It was no longer in Canvas."
        if module is not None:
            self._take_out(thing, module, ())
            note = "Removed from Canvas."
            if self._course.again(module):
                note = "Its entries were removed from Canvas; the module stays, for it holds others."
            else:
                self._course.drop(module)
        self._items.drop_lost_page(thing)
        self._memory.keep(thing, removed=True)
        return Receipt(remote_id or "", None, note)

    # ------------------------------------------------------------------ the module

    def _known(self, thing: UUID, remote_id: str | None) -> Module | None:
        if remote_id is not None and not remote_id.startswith(MODULE):
            raise BadInput(f"canvas: {remote_id[:40]!r} is not the number of a module.")
        module = (remote_id or "").removeprefix(MODULE) or self._memory.of(thing).get("module")
        return self._course.modules.get(module) if module else None

    def _make(self, path: LearningCollection) -> Module:
        """A new module; one whose making was not told to us is taken up."""
        lost = self._lost(path.id)
        if lost is not None:
            return lost
        name = named(path.title, path.id)
        self._memory.add(path.id, making=digest_of(name), steps=[], intro=None)
        return self._course.make(name, sequential=self._is_sequential(path))

    def _lost(self, thing: UUID) -> Module | None:
        """The module that was being made when we were cut off: it has the name, and nothing in it."""
        name, contents = self._memory.of(thing).get("making"), self._course.contents
        return next(
            (
                one
                for one in contents.modules.values()
                if digest_of(one.name) == name and not contents.of(one)
            ),
            None,
        )

    def _is_sequential(self, path: LearningCollection) -> bool:
        """Canvas opens required entries one after the other or all at once; it knows nothing finer."""
        return path.ordered and (self._settings.sequential or any(step.after for step in path.steps))

    def _fill(self, path: LearningCollection, page: Written, module: Module) -> Module:
        """The module as it should be. What is done is remembered at once, so that a broken run goes on from there."""
        first = bool(self._memory.of(path.id).get("making"))
        self._memory.add(path.id, module=module.id)
        before = self._memory.steps(path.id)
        self._memory.place_steps(path.id, {**{str(step.item.id): "" for step in path.steps}, **before})
        intro = self._intro(path.id, page, module)
        placed = [(step, entry) for step in path.steps if (entry := self._step(path.id, step, module))]
        steps = {str(step.item.id): entry.id for step, entry in placed}
        self._take_out(path.id, module, {intro.id, *steps.values()})
        self._memory.place_steps(path.id, steps)
        self._order(module, [intro.id, *steps.values()])
        awaited = {step.after for step in path.steps}
        for step, entry in placed:
            needed = path.ordered and (step.required or step.item.id in awaited)
            self._require(entry, VIEW if needed else "")
        return self._name(path, module, first=first)

    def _name(self, path: LearningCollection, module: Module, *, first: bool) -> Module:
        """The module with its name and rules; shown, where the settings say so, once."""
        name, sequential = named(path.title, path.id), self._is_sequential(path)
        form: list[tuple[str, str | int | bool]] = []
        if (module.name, module.sequential) != (name, sequential):
            form = [("module[name]", name), ("module[require_sequential_progress]", sequential)]
        if first and self._settings.published and not module.published:
            form.append(("module[published]", True))
        module = self._course.alter(module, form) if form else module
        self._memory.add(path.id, making=None, name=digest_of(module.name))
        return module

    def _intro(self, thing: UUID, page: Written, module: Module) -> Entry:
        """The page that comes first."""
        memory = self._memory.of(thing)
        entry = self._course.contents.get(memory.get("intro"))
        if entry is None:
            entry = self._items.create(thing, page, module)
        elif memory.get("page") != page.digest:
            entry = self._items.replace(thing, page, entry)
        self._memory.add(thing, intro=entry.id, paging=None, page=page.digest, shown=self._items.shown(entry))
        return entry

    # ------------------------------------------------------------------ the steps

    def _step(self, path: UUID, step: LearningStep, module: Module) -> Entry | None:
        """The step's entry in the module; None where a teacher deleted the item's, or there is nothing to show."""
        own = self._items.own(step.item.id, None)
        if own is None:
            return self._first(step.item, module)
        if own.module == module.id:
            return own
        standing = self._course.modules.get(own.module)
        if standing is not None and standing.name == self._settings.module:
            return self._move(step.item.id, own, module)
        return self._beside(path, step.item, own, module)

    def _first(self, item: LearningItem, module: Module) -> Entry | None:
        memory = self._memory.of(item.id)
        if "sent" in memory and not memory.get("removed"):
            return None
        try:
            wanted = written(item, self._settings)
        except BadInput:
            return None  # its own delivery says so
        entry = self._items.create(item.id, wanted, module)
        self._items.note(item.id, item.revision, wanted, entry)
        return entry

    def _move(self, item: UUID, entry: Entry, module: Module) -> Entry:
        moved = self._course.change(entry, [("module_item[module_id]", module.id)])
        if "sent" in self._memory.of(item):
            self._memory.add(item, within=module.id)
        return moved

    def _beside(self, path: UUID, item: LearningItem, own: Entry, module: Module) -> Entry:
        """A further entry of an item that stands in another module."""
        entry = self._known_beside(Marker(item.id, path), module)
        wanted = written(item, self._settings)
        if own.type == PAGE:
            form = [("module_item[type]", PAGE), ("module_item[page_url]", own.page)]
            return entry or self._course.add(module, [*form, ("module_item[title]", own.title)])
        if entry is None:
            return self._items.create(item.id, wanted, module, within=path)
        return self._items.replace(item.id, wanted, entry, within=path)

    def _known_beside(self, marker: Marker, module: Module) -> Entry | None:
        """That further entry, by our map or else by its marker."""
        contents = self._course.contents
        steps = self._memory.steps(marker.within) if marker.within else {}
        marked = [one for one in contents.marked(marker.thing) if contents.marker(one) == marker]
        found = [contents.get(steps.get(str(marker.thing))), *marked]
        return next((one for one in found if one and one.module == module.id), None)

    def _take_out(self, path: UUID, module: Module, kept: Collection[str]) -> None:
        """What is ours there and not kept: an item's own entry goes among the single ones, others are deleted."""
        for thing, entry in list(self._ours(path, module, kept)):
            marker, own = self._course.contents.marker(entry), self._memory.of(thing).get("entry")
            if thing == path:
                self._items.delete(entry, path)
            elif marker == Marker(thing, path) or (marker is None and own not in (None, entry.id)):
                self._course.remove(entry)
            else:
                self._require(self._move(thing, entry, self._items.shelf()), "")

    def _ours(self, path: UUID, module: Module, but: Collection[str]) -> Iterator[tuple[UUID, Entry]]:
        """The entries that we placed in the module with what each is of: by its marker, our map, or its page."""
        steps = self._memory.steps(path)
        placed = {entry: UUID(item) for item, entry in steps.items()}
        for entry in self._course.contents.of(module):
            if entry.id in but:
                continue
            marker = self._course.contents.marker(entry)
            page = self._course.page(entry.page) if entry.type == PAGE and entry.page else None
            thing = marker.thing if marker else placed.get(entry.id) or named_in(page.body if page else None)
            if thing is not None and (thing == path or str(thing) in steps):
                yield thing, entry

    def _require(self, entry: Entry, wanted: str) -> None:
        """Have the entry to be opened, or not; what else a teacher requires stays."""
        entry = self._course.contents.get(entry.id) or entry
        if entry.required == wanted or entry.required not in ("", VIEW):
            return
        field = "module_item[completion_requirement]"
        self._course.change(entry, [(f"{field}[type]", wanted)] if wanted else [(field, "")])

    def _order(self, module: Module, wanted: Sequence[str]) -> None:
        """Ours in their order, in the places that ours have now: a teacher's entries keep theirs."""
        now = [entry.id for entry in self._course.again(module)]
        wanted = [entry for entry in dict.fromkeys(wanted) if entry in now]
        places = [place for place, entry in enumerate(now) if entry in set(wanted)]
        for place, entry in zip(places, wanted, strict=True):
            standing, old = now[place], now.index(entry)
            if standing == entry:
                continue
            self._put(now, entry, place)
            if not set(now[place : old + 1]) <= set(wanted):
                self._put(now, standing, old)

    def _put(self, now: list[str], entry_id: str, place: int) -> None:
        """Move an entry; what stands after it moves on by one, there and in `now`."""
        now.remove(entry_id)
        now.insert(place, entry_id)
        entry = self._course.contents.get(entry_id)
        if entry is not None:
            self._course.change(entry, [("module_item[position]", place + 1)])

    # ------------------------------------------------------------------ what is told

    def _edited(self, thing: UUID, module: Module | None) -> list[str]:
        memory = self._memory.of(thing)
        intro = self._course.contents.get(memory.get("intro"))
        renamed = module is not None and memory.get("name") not in (None, digest_of(module.name))
        return [REPLACED] if renamed or (intro is not None and self._items.is_edited(thing, intro)) else []

    def _lacking(self, path: LearningCollection) -> list[str]:
        count = len(path.steps) - len(self._memory.steps(path.id))
        return [f"{count} of its steps are left out: their entries were deleted in Canvas."] if count else []

    def _receipt(self, module: Module, notes: Sequence[str]) -> Receipt:
        held = [HELD] if module.published is False else []
        url = f"{self._settings.url}/courses/{self._settings.course}/modules#module_{module.id}"
        return Receipt(MODULE + module.id, url, " ".join([*held, *notes]))
