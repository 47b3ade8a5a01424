"""The course: its modules and what stands in them, read once in a run and kept up with our own changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from gleanery.errors import ConfigError, Gone, Unreachable
from lms_adapters.canvas.client import Client, Form
from lms_adapters.canvas.marker import Marker, marker_of, names
from lms_adapters.canvas.refusals import not_canvas
from lms_adapters.canvas.settings import Settings

URL, TOOL, PAGE = "ExternalUrl", "ExternalTool", "Page"


@dataclass(frozen=True, slots=True)
class Entry:
    """A module item; what Canvas left out is None or empty."""

    id: str
    module: str
    title: str
    type: str
    address: str = ""
    page: str = ""
    published: bool | None = None
    required: str = ""

    @classmethod
    def read(cls, body: Mapping[str, Any], module: str = "") -> Entry:
        """From a ModuleItem. Raises: BadInput where it has no id."""
        requirement = body.get("completion_requirement") or {}
        return cls(
            id=_id(body),
            module=str(body.get("module_id") or module),
            title=str(body.get("title") or ""),
            type=str(body.get("type") or ""),
            address=str(body.get("external_url") or ""),
            page=str(body.get("page_url") or ""),
            published=body.get("published"),
            required=str(requirement.get("type") or ""),
        )


@dataclass(slots=True)
class Module:
    """A module; `entries` in their order."""

    id: str
    name: str
    published: bool | None = None
    sequential: bool = False
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Module:
        """From a Module, without its items. Raises: BadInput where it has no id."""
        sequential = bool(body.get("require_sequential_progress"))
        return cls(_id(body), str(body.get("name") or ""), body.get("published"), sequential)


@dataclass(frozen=True, slots=True)
class Page:
    """A page; `slug` is its address in the course, which follows its title."""

    slug: str
    title: str
    body: str

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Page:
        """From a Page. Raises: BadInput where it has no address."""
        if not body.get("url"):
            raise not_canvas("a page without an address")
        return cls(str(body["url"]), str(body.get("title") or ""), str(body.get("body") or ""))


def _id(body: Any) -> str:
    if not isinstance(body, dict) or not body.get("id"):
        raise not_canvas("a record without an id")
    return str(body["id"])


class Course:
    """Reading and writing one course. Every call raises as Client.get; ConfigError where the course is gone."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client, self._launch = client, settings.launch
        self._root = f"courses/{settings.course}"
        self._read: dict[str, Module] | None = None

    # ------------------------------------------------------------------ looking

    @property
    def modules(self) -> dict[str, Module]:
        """By id, in the order of the course."""
        if self._read is None:
            self._read = {module.id: module for module in self._modules()}
        return self._read

    def _modules(self) -> Iterator[Module]:
        query: Form = [("include[]", "items")]
        try:
            bodies = list(self._client.every(f"{self._root}/modules", "list the modules", query))
        except Gone as error:
            raise gone(self._root) from error
        for body in bodies:
            module = Module.read(body)
            listed = body.get("items")  # left out where there are many
            module.entries = (
                [Entry.read(one, module.id) for one in listed]
                if isinstance(listed, list)
                else self._entries(module.id)
            )
            yield module

    def _entries(self, module: str) -> list[Entry]:
        listed = self._client.every(f"{self._root}/modules/{module}/items", "list a module's items")
        return [Entry.read(one, module) for one in listed]

    def again(self, module: Module) -> Module:
        """The module with its entries as they are now."""
        module.entries = self._entries(module.id)
        return module

    def entries(self) -> Iterator[Entry]:
        """Every entry of the course."""
        return (entry for module in self.modules.values() for entry in module.entries)

    def entry(self, entry_id: str | None) -> Entry | None:
        """The entry of an id, None where it is no longer there."""
        return next((entry for entry in self.entries() if entry.id == entry_id), None)

    def marker(self, entry: Entry) -> Marker | None:
        """What a link or launch names; a page must be opened for that."""
        return marker_of(entry.address, self._launch)

    def marked(self, thing: UUID) -> list[Entry]:
        """Links and launches that name the thing, its own entry first, the oldest before others."""
        found = [
            (mark, entry) for entry in self.entries() if (mark := self.marker(entry)) and mark.thing == thing
        ]
        return [
            entry for _, entry in sorted(found, key=lambda one: (one[0].within is not None, _number(one[1])))
        ]

    def page(self, slug: str) -> Page | None:
        """The page of an address, None where there is none."""
        try:
            return Page.read(self._client.get(f"{self._root}/pages/{slug}", "read a page"))
        except Gone:
            return None

    def page_of(self, thing: UUID, title: str) -> Page | None:
        """The page that names the thing, among those of this title: one whose making was not told to us."""
        query: Form = [("search_term", title)] if len(title) > 1 else []
        for body in self._client.every(f"{self._root}/pages", "list the pages", query):
            page = self.page(Page.read(body).slug) if body.get("title") == title else None
            if page is not None and names(page.body, thing):
                return page
        return None

    # ------------------------------------------------------------------ writing

    def add(self, module: Module, form: Form) -> Entry:
        """A new entry at the module's end, or at the position given."""
        entry = Entry.read(self._write("POST", f"modules/{module.id}/items", "add an entry", form), module.id)
        module.entries.append(entry)
        return entry

    def change(self, entry: Entry, form: Form) -> Entry:
        """The entry as it is now. Raises: Gone where somebody deleted it."""
        path = f"modules/{entry.module}/items/{entry.id}"
        changed = Entry.read(self._write("PUT", path, "change an entry", form), entry.module)
        self._forget(entry)
        if changed.module in self.modules:
            self.modules[changed.module].entries.append(changed)
        return changed

    def remove(self, entry: Entry) -> None:
        """Delete the entry; one that somebody else deleted meanwhile is as good."""
        try:
            self._write("DELETE", f"modules/{entry.module}/items/{entry.id}", "delete an entry")
        except Gone:
            self.must_be_there()
        self._forget(entry)

    def make(self, name: str, *, sequential: bool = False) -> Module:
        """A new module, unpublished, at the end of the course."""
        form: Form = [("module[name]", name), ("module[require_sequential_progress]", sequential)]
        module = Module.read(self._write("POST", "modules", "make a module", form))
        self.modules[module.id] = module
        return module

    def alter(self, module: Module, form: Form) -> Module:
        """The module with other facts, its entries as known."""
        body = self._write("PUT", f"modules/{module.id}", "change a module", form)
        altered = replace(Module.read(body), entries=module.entries)
        self.modules[module.id] = altered
        return altered

    def drop(self, module: Module) -> None:
        """Delete the module; one that is gone already is as good."""
        try:
            self._write("DELETE", f"modules/{module.id}", "delete a module")
        except Gone:
            self.must_be_there()
        self.modules.pop(module.id, None)

    def save_page(self, slug: str | None, title: str, body: str, *, published: bool | None = None) -> Page:
        """A page made, or the one of this address changed."""
        form: list[tuple[str, str | int | bool]] = [("wiki_page[title]", title), ("wiki_page[body]", body)]
        if slug is None:
            form.append(("wiki_page[editing_roles]", "teachers"))
        if published is not None:
            form.append(("wiki_page[published]", published))
        method, path = ("POST", "pages") if slug is None else ("PUT", f"pages/{slug}")
        return Page.read(self._write(method, path, "save a page", form))

    def drop_page(self, slug: str) -> None:
        """Delete a page; one that is gone already is as good."""
        try:
            self._write("DELETE", f"pages/{slug}", "delete a page")
        except Gone:
            self.must_be_there()

    def must_be_there(self) -> None:
        """Raises: ConfigError where the course itself was deleted."""
        try:
            body = self._client.get(self._root, "open the course")
        except Gone as error:
            raise gone(self._root) from error
        if isinstance(body, dict) and body.get("workflow_state") == "deleted":
            raise gone(self._root)

    def _write(self, method: str, path: str, what: str, form: Form = ()) -> Any:
        """Write; where the answer was lost or the thing is gone, what we know of the course counts no more."""
        try:
            return self._client.send(method, f"{self._root}/{path}", what, form)
        except Unreachable:
            self._read = None
            raise
        except Gone:
            self._read = None
            self.must_be_there()
            raise

    def _forget(self, entry: Entry) -> None:
        for module in self.modules.values():
            module.entries = [one for one in module.entries if one.id != entry.id]


def gone(course: str) -> ConfigError:
    """The error for a course that is not there (any more)."""
    return ConfigError(
        f"canvas: there is no course {course.removeprefix('courses/')}, or it was deleted.",
        remedy="Set `course` to the number in the address of a course that is there; what was owed is brought to it.",
    )


def _number(entry: Entry) -> tuple[int, str]:
    """Ids in their order; they only grow."""
    return len(entry.id), entry.id
