"""One course: modules with their items in order, pages by their address."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import nh3

from gleanery.testing import Reply

Form = Mapping[str, str]
_TAGS = {"div", "p", "br", "ul", "ol", "li", "a", "em", "strong", "h3", "h4", "blockquote", "code", "pre"}


class Refused(Exception):
    """A request that is answered with a refusal."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def _bad(message: str) -> Refused:
    return Refused(Reply(400, {"message": message}))


def _true(value: str) -> bool:
    return value.lower() in ("1", "true", "on", "yes")


class Course:
    """The course. Looking something up that is not there raises KeyError."""

    def __init__(self, number: int) -> None:
        self.id = number
        self.deleted = False
        self.modules: list[dict[str, Any]] = []
        self.pages: dict[str, dict[str, Any]] = {}
        self._slugs: dict[int, str] = {}
        self._numbers = itertools.count(9_007_199_254_740_990)  # beyond what JSON's numbers hold exactly

    # ------------------------------------------------------------------ for tests

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items of all modules, in order."""
        return [item for module in self.modules for item in module["items"]]

    def named(self, name: str) -> dict[str, Any]:
        """The module of a name."""
        return next(module for module in self.modules if module["name"] == name)

    def outline(self) -> dict[str, list[str]]:
        """The titles in each module."""
        return {module["name"]: [item["title"] for item in module["items"]] for module in self.modules}

    # ------------------------------------------------------------------ modules

    def module(self, number: int) -> dict[str, Any]:
        found = [module for module in self.modules if module["id"] == number]
        if not found:
            raise KeyError(number)
        return found[0]

    def shown_module(self, module: dict[str, Any], inline: int = 0) -> dict[str, Any]:
        """As the API shows it; items only where they are few."""
        place = {"position": self.modules.index(module) + 1 if module in self.modules else 1}
        shown = {**module, **place, "items_count": len(module["items"]), "workflow_state": "active"}
        del shown["items"]
        if 0 < len(module["items"]) <= inline or (inline and not module["items"]):
            shown["items"] = [self.shown(one) for one in module["items"]]
        return shown

    def make_module(self, form: Form) -> dict[str, Any]:
        if not form.get("module[name]"):
            raise _bad("missing module name")
        module = {
            "id": next(self._numbers),
            "name": form["module[name]"],
            "unlock_at": None,
            "require_sequential_progress": _true(form.get("module[require_sequential_progress]", "")),
            "prerequisite_module_ids": [],
            "published": False,
            "items": [],
        }
        self.modules.append(module)
        return self.shown_module(module)

    def change_module(self, number: int, form: Form) -> dict[str, Any]:
        module = self.module(number)
        module["name"] = form.get("module[name]", module["name"])
        for name in ("require_sequential_progress", "published"):
            if f"module[{name}]" in form:
                module[name] = _true(form[f"module[{name}]"])
        if form.get("module[published]"):
            for item in module["items"]:
                item["published"] = module["published"]
        return self.shown_module(module)

    def delete_module(self, number: int) -> dict[str, Any]:
        module = self.module(number)
        self.modules.remove(module)
        return self.shown_module(module)

    # ------------------------------------------------------------------ items

    def item(self, number: int) -> dict[str, Any]:
        found = [item for item in self.items if item["id"] == number]
        if not found:
            raise KeyError(number)
        return found[0]

    def shown(self, item: dict[str, Any]) -> dict[str, Any]:
        """As the API shows it; a page's address is that of today."""
        shown = {**item, "indent": 0}
        page = shown.pop("page_id", None)
        if page is not None:
            shown["page_url"] = self._slugs.get(page, "")
        return shown

    def make_item(self, number: int, form: Form) -> dict[str, Any]:
        module, kind = self.module(number), form.get("module_item[type]", "")
        item: dict[str, Any] = {
            "id": next(self._numbers),
            "title": form.get("module_item[title]", "No title"),
            "type": kind,
            "module_id": number,
            "published": False,
        }
        if kind == "Page":
            page = self.pages.get(form.get("module_item[page_url]", ""))
            if page is None:
                raise _bad("invalid page_url parameter")
            item |= {"page_id": page["page_id"], "title": page["title"], "published": page["published"]}
        elif kind in ("ExternalUrl", "ExternalTool"):
            if not re.match("https?://", form.get("module_item[external_url]", "")):
                raise Refused(Reply(400, {"errors": {"url": [{"message": "is not a valid URL"}]}}))
            item |= {"external_url": form["module_item[external_url]"], "new_tab": True}
        else:
            raise _bad("Could not find content")
        if kind == "ExternalTool":
            item["content_id"] = int(form["module_item[content_id]"])
        module["items"].append(item)
        return self.shown(item)

    def change_item(self, number: int, form: Form) -> dict[str, Any]:
        item = self.item(number)
        for name, value in form.items():
            field = name.removeprefix("module_item[").rstrip("]")
            if field in ("title", "external_url"):
                item[field] = value
            elif field == "published":
                item[field] = _true(value)
            elif field.startswith("completion_requirement"):
                item.pop("completion_requirement", None)
                if value:
                    item["completion_requirement"] = {"type": value}
        self._place(item, form)
        return self.shown(item)

    def _place(self, item: dict[str, Any], form: Form) -> None:
        old = self.module(item["module_id"])
        module = self.module(int(form.get("module_item[module_id]", old["id"])))
        position = int(form.get("module_item[position]", 0))
        if module is old and not position:
            return
        old["items"].remove(item)
        item["module_id"] = module["id"]
        module["items"].insert(position - 1 if position else len(module["items"]), item)

    def delete_item(self, number: int) -> dict[str, Any]:
        item = self.item(number)
        shown = self.shown(item)
        self.module(item["module_id"])["items"].remove(item)
        return shown

    # ------------------------------------------------------------------ pages

    def save_page(self, slug: str | None, form: Form) -> dict[str, Any]:
        """Made or changed; its address follows its title, and no two are the same."""
        page: dict[str, Any] = (
            self.pages.pop(slug) if slug is not None else {"page_id": next(self._numbers), "published": False}
        )
        page["title"] = form["wiki_page[title]"]
        page["body"] = nh3.clean(
            form["wiki_page[body]"],
            tags=_TAGS,
            attributes={"*": {"id", "class"}, "a": {"href"}},
            link_rel=None,
        )
        if "wiki_page[published]" in form:
            page["published"] = _true(form["wiki_page[published]"])
        plain = re.sub("[^a-z0-9]+", "-", page["title"].lower()).strip("-") or "page"
        free = (f"{plain}-{number}" if number > 1 else plain for number in itertools.count(1))
        page["url"] = next(one for one in free if one not in self.pages)
        self.pages[page["url"]] = page
        self._slugs[page["page_id"]] = page["url"]
        return page

    def delete_page(self, slug: str) -> dict[str, Any]:
        page = self.pages.pop(slug)
        for module in self.modules:
            module["items"] = [one for one in module["items"] if one.get("page_id") != page["page_id"]]
        return page
