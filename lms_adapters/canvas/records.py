"""What Canvas tells of a course, read from its API's JSON: modules, their items, pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms_adapters.canvas.refusals import not_canvas

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


@dataclass(frozen=True, slots=True)
class Module:
    """A module, without what stands in it."""

    id: str
    name: str
    published: bool | None = None
    sequential: bool = False

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Module:
        """From a Module. Raises: BadInput where it has no id."""
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
