"""The entries of items."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from gleanery.errors import BadInput, Conflict, Gone
from gleanery.ports import LearningItem, Receipt
from lms_adapters.canvas.course import Course
from lms_adapters.canvas.marker import Marker, launched, linked, names
from lms_adapters.canvas.memory import Memory
from lms_adapters.canvas.records import PAGE, TOOL, Entry, Module
from lms_adapters.canvas.settings import Settings
from lms_adapters.canvas.writing import Written, digest_of, written

HELD = "Not published in Canvas yet: a teacher publishes it."
REPLACED = "The entry had been edited in Canvas since; the new revision replaced that."
_Fields = list[tuple[str, str | int | bool]]


class Items:
    """Finding and writing them; every call raises as Client.get."""

    def __init__(self, course: Course, memory: Memory, settings: Settings) -> None:
        self._course, self._memory, self._settings = course, memory, settings

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Create or update the entry. Raises: Gone, Conflict, BadInput."""
        wanted, memory = written(item, self._settings), self._memory.of(item.id)
        entry = self.own(item.id, remote_id)
        notes: list[str] = []
        if entry is not None and memory.get("sent") == wanted.digest:
            self._memory.add(item.id, revision=item.revision, entry=entry.id)
            return self._receipt(entry, notes)
        if entry is None:
            if remote_id is not None and not self._memory.may_return(item.id, item.revision):
                raise Gone(
                    f"canvas: entry {remote_id[:40]} of item {item.id} was deleted in Canvas.",
                    remedy="Retract the item, or edit it: a newer revision is delivered again.",
                )
            entry = self.create(item.id, wanted, self.shelf())
        else:
            notes += [REPLACED] if self.is_edited(item.id, entry) else []
            entry = self.replace(item.id, wanted, entry, first=memory.get("entry") != entry.id)
            entry = entry if "sent" in memory else self._back(entry, memory.get("within"))
        self.note(item.id, item.revision, wanted, entry)
        return self._receipt(entry, notes)

    def retract(self, thing: UUID, remote_id: str | None) -> Receipt:
        """Delete every entry of the item; none counts as done."""
        own = self.own(thing, remote_id)
        found = {entry.id: entry for entry in [*([own] if own else []), *self._course.contents.marked(thing)]}
        for entry in found.values():
            self.delete(entry, thing)
        self.drop_lost_page(thing)
        self._memory.keep(thing, removed=True)
        return Receipt(
            remote_id or "", None, "Removed from Canvas." if found else "It was no longer in Canvas."
        )

    # ------------------------------------------------------------------ finding

    def own(self, thing: UUID, remote_id: str | None) -> Entry | None:
        """The thing's own entry. Raises: Conflict where the known one names another and none names this."""
        memory = self._memory.of(thing)
        remote_id = _checked(remote_id) or memory.get("entry")
        known = self._course.contents.get(remote_id)
        if known is not None and self._is_of(known, thing, memory.get("entry")):
            return known
        found = [
            entry
            for entry in self._course.contents.marked(thing)
            if _is_own(self._course.contents.marker(entry))
        ]
        if found:
            return found[0]
        if known is not None:
            raise Conflict(
                f"canvas: entry {known.id} in the course is not that of item {thing}; it is left alone.",
                remedy="Look at the entry in Canvas; deleted there, it can be delivered anew.",
            )
        return None

    def _is_of(self, entry: Entry, thing: UUID, remembered: str | None) -> bool:
        """By its marker; one that a teacher took out does not count where our map has the entry."""
        marker = self._course.contents.marker(entry)
        if marker is not None:
            return marker == Marker(thing)
        if entry.id == remembered:
            return True
        page = self._course.page(entry.page) if entry.type == PAGE and entry.page else None
        return page is not None and names(page.body, thing)

    def is_edited(self, thing: UUID, entry: Entry) -> bool:
        """True if somebody changed what is shown after our last write, as far as we remember that."""
        shown = self._memory.of(thing).get("shown")
        return shown is not None and shown != self.shown(entry)

    def shown(self, entry: Entry) -> str:
        """A digest of what Canvas shows of an entry."""
        page = self._course.page(entry.page) if entry.type == PAGE and entry.page else None
        return digest_of(entry.type, entry.title, entry.address, page.body if page else "")

    def shelf(self) -> Module:
        """The module for what is in no path, made where there is none of that name."""
        name = self._settings.module
        found = next((one for one in self._course.modules.values() if one.name == name), None)
        if found is not None:
            return found
        made = self._course.make(name)
        return self._course.alter(made, [("module[published]", True)]) if self._settings.published else made

    # ------------------------------------------------------------------ writing

    def create(self, thing: UUID, wanted: Written, module: Module, within: UUID | None = None) -> Entry:
        """A new entry, shown where the settings say so; a page that was made without our knowing is taken up."""
        form: _Fields = [("module_item[type]", wanted.type), ("module_item[title]", wanted.title)]
        if wanted.type == PAGE:
            slug = self._page(thing, wanted)
            lost = next((one for one in self._course.contents.of(module) if one.page == slug), None)
            if lost is not None:
                return self._show(lost)
            form.append(("module_item[page_url]", slug))
        else:
            form.append(("module_item[external_url]", self._address(wanted, Marker(thing, within))))
            form.append(("module_item[new_tab]", True))
        if wanted.type == TOOL and self._settings.tool is not None:
            form.append(("module_item[content_id]", self._settings.tool))
        return self._show(self._course.add(module, form))

    def _show(self, entry: Entry) -> Entry:
        """Published where the settings say so; Canvas makes every entry unpublished."""
        if not self._settings.published or entry.published:
            return entry
        return self._course.change(entry, [("module_item[published]", True)])

    def _page(self, thing: UUID, wanted: Written) -> str:
        """The address of a page with what is wanted; one whose making was not told to us is taken up."""
        lost = self._course.page_of(thing, wanted.title.__eq__, wanted.title)
        self._memory.add(thing, paging=digest_of(wanted.title))
        slug = lost.slug if lost else None
        return self._course.save_page(
            slug, wanted.title, wanted.body, published=self._settings.published
        ).slug

    def _address(self, wanted: Written, marker: Marker) -> str:
        return (launched if wanted.type == TOOL else linked)(wanted.address, marker)

    def replace(
        self, thing: UUID, wanted: Written, entry: Entry, *, first: bool = False, within: UUID | None = None
    ) -> Entry:
        """The entry with what is wanted; one of another type cannot be changed into it and is made anew."""
        if entry.type != wanted.type:
            self.delete(entry, thing)
            return self.create(thing, wanted, self._course.modules.get(entry.module) or self.shelf(), within)
        form: _Fields = [("module_item[title]", wanted.title)]
        if entry.type == PAGE:
            self._course.save_page(entry.page, wanted.title, wanted.body)
        else:
            form.append(("module_item[external_url]", self._address(wanted, Marker(thing, within))))
        if first and self._settings.published:
            form.append(("module_item[published]", True))
        return self._course.change(entry, form)

    def _back(self, entry: Entry, within: str | None) -> Entry:
        """The entry where it was placed: a person wants everything as it was delivered."""
        if within in (None, entry.module) or within not in self._course.modules:
            return entry
        return self._course.change(entry, [("module_item[module_id]", within)])

    def delete(self, entry: Entry, thing: UUID) -> None:
        """Delete an entry, and its page where that is ours."""
        page = self._course.page(entry.page) if entry.type == PAGE and entry.page else None
        is_ours = page is not None and names(page.body, thing)
        if page is not None and is_ours:
            self._memory.add(thing, paging=digest_of(page.title))
        self._course.remove(entry)
        if page is not None and is_ours:
            self._course.drop_page(page.slug)

    def drop_lost_page(self, thing: UUID) -> None:
        """Delete a page that was being made or deleted when we were cut off."""
        title = self._memory.of(thing).get("paging")
        page = self._course.page_of(thing, lambda found: digest_of(found) == title) if title else None
        if page is not None:
            self._course.drop_page(page.slug)

    def note(self, thing: UUID, revision: int, wanted: Written, entry: Entry) -> None:
        """Remember what was delivered."""
        self._memory.keep(
            thing,
            revision=revision,
            sent=wanted.digest,
            entry=entry.id,
            shown=self.shown(entry),
            within=entry.module,
        )

    def _receipt(self, entry: Entry, notes: Sequence[str]) -> Receipt:
        held = [HELD] if entry.published is False else []
        return Receipt(entry.id, url_of(self._settings, entry.id), " ".join([*held, *notes]))


def url_of(settings: Settings, entry_id: str) -> str:
    """Where the entry is seen in Canvas."""
    return f"{settings.url}/courses/{settings.course}/modules/items/{entry_id}"


def _is_own(marker: Marker | None) -> bool:
    return marker is not None and marker.within is None


def _checked(remote_id: str | None) -> str | None:
    if remote_id is not None and not (remote_id.isascii() and remote_id.isdigit()):
        raise BadInput(f"canvas: {remote_id[:40]!r} is not the number of an entry.")
    return remote_id
