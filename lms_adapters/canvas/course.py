"""The course: its modules and what stands in them, read once in a run and kept up with our own changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from gleanery.errors import ConfigError, Gone, Unreachable
from lms_adapters.canvas.client import Client, Form
from lms_adapters.canvas.contents import Contents
from lms_adapters.canvas.marker import names
from lms_adapters.canvas.records import Entry, Module, Page
from lms_adapters.canvas.settings import Settings


class Course:
    """Reading and writing one course. Every call raises as Client.get; ConfigError where the course is gone."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client, self._launch = client, settings.launch
        self._root = f"courses/{settings.course}"
        self._read: Contents | None = None

    # ------------------------------------------------------------------ looking

    @property
    def contents(self) -> Contents:
        """What stands in the course, with our own changes."""
        if self._read is None:
            contents = Contents(self._launch)
            for module, entries in self._modules():
                contents.fill(module, entries)
            self._read = contents
        return self._read

    @property
    def modules(self) -> Mapping[str, Module]:
        """By id, in the order of the course."""
        return self.contents.modules

    def _modules(self) -> Iterator[tuple[Module, list[Entry]]]:
        query: Form = [("include[]", "items")]
        try:
            bodies = list(self._client.every(f"{self._root}/modules", "list the modules", query))
        except Gone as error:
            raise gone(self._root) from error
        for body in bodies:
            module, listed = Module.read(body), body.get("items")  # left out where there are many
            if isinstance(listed, list):
                yield module, [Entry.read(one, module.id) for one in listed]
            else:
                yield module, self._entries(module)

    def _entries(self, module: Module) -> list[Entry]:
        listed = self._client.every(f"{self._root}/modules/{module.id}/items", "list a module's items")
        return [Entry.read(one, module.id) for one in listed]

    def again(self, module: Module) -> list[Entry]:
        """The module's entries as they are now."""
        self.contents.fill(module, self._entries(module))
        return self.contents.of(module)

    def page(self, slug: str) -> Page | None:
        """The page of an address, None where there is none."""
        try:
            return Page.read(self._client.get(f"{self._root}/pages/{slug}", "read a page"))
        except Gone:
            return None

    def page_of(self, thing: UUID, is_title: Callable[[str], bool], search: str = "") -> Page | None:
        """The page that names the thing, among those of a title: one that we were not told of."""
        query: Form = [("search_term", search)] if len(search) > 1 else []
        for body in self._client.every(f"{self._root}/pages", "list the pages", query):
            page = self.page(Page.read(body).slug) if is_title(str(body.get("title"))) else None
            if page is not None and names(page.body, thing):
                return page
        return None

    # ------------------------------------------------------------------ writing

    def add(self, module: Module, form: Form) -> Entry:
        """A new entry at the module's end, or at the position given."""
        entry = Entry.read(self._write("POST", f"modules/{module.id}/items", "add an entry", form), module.id)
        self.contents.put(entry)
        return entry

    def change(self, entry: Entry, form: Form) -> Entry:
        """The entry as it is now. Raises: Gone where somebody deleted it."""
        path = f"modules/{entry.module}/items/{entry.id}"
        changed = Entry.read(self._write("PUT", path, "change an entry", form), entry.module)
        self.contents.put(changed)
        return changed

    def remove(self, entry: Entry) -> None:
        """Delete the entry; one that somebody else deleted meanwhile is as good."""
        try:
            self._write("DELETE", f"modules/{entry.module}/items/{entry.id}", "delete an entry")
        except Gone:
            self.must_be_there()
        self.contents.drop(entry)

    def make(self, name: str, *, sequential: bool = False) -> Module:
        """A new module, unpublished, at the end of the course."""
        form: Form = [("module[name]", name), ("module[require_sequential_progress]", sequential)]
        module = Module.read(self._write("POST", "modules", "make a module", form))
        self.contents.fill(module, ())
        return module

    def alter(self, module: Module, form: Form) -> Module:
        """The module with other facts."""
        altered = Module.read(self._write("PUT", f"modules/{module.id}", "change a module", form))
        self.contents.modules[module.id] = altered
        return altered

    def drop(self, module: Module) -> None:
        """Delete the module; one that is gone already is as good."""
        try:
            self._write("DELETE", f"modules/{module.id}", "delete a module")
        except Gone:
            self.must_be_there()
        self.contents.drop_module(module)

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


def gone(course: str) -> ConfigError:
    """The error for a course that is not there (any more)."""
    return ConfigError(
        f"canvas: there is no course {course.removeprefix('courses/')}, or it was deleted.",
        remedy="Set `course` to the number in the address of a course that is there; what was owed is brought to it.",
    )
