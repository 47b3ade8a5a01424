"""What the forms of collections bring: taken as it was typed, so that a refused form comes back whole."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, Field

from gleanery.errors import BadInput
from gleanery.model.collections import CollectionKind, Content, Due

Typed = Annotated[str, Field(max_length=20_000)]
Short = Annotated[str, Field(max_length=1_000)]


class DueForm(BaseModel):
    """Until when, in two fields of which one is left empty."""

    due_on: Short = ""
    due_days: Short = ""

    def due(self) -> dict[str, Any]:
        """The due date as a content has it."""
        return {"on": self.due_on.strip() or None, "days": self.due_days.strip() or None}


class AboutForm(DueForm):
    """The words and aims of a collection; `seen` is the revision that was looked at."""

    kind: CollectionKind = CollectionKind.PATH
    title: Typed = ""
    summary: Typed = ""
    objectives: Typed = ""
    goal: Short = ""
    destinations: list[Short] = Field(default_factory=list, max_length=50)
    seen: int | None = None

    def values(self) -> dict[str, Any]:
        """What they mean for the content."""
        lines = [line for line in self.objectives.splitlines() if line.strip()]
        return {
            "kind": self.kind,
            "title": self.title,
            "summary": self.summary,
            "objectives": lines,
            "goal": self.goal or None,
            "due": self.due(),
            "destinations": list(dict.fromkeys(self.destinations)),
        }


class StepForm(DueForm):
    """What is said of one item in a collection."""

    note: Typed = ""
    required: bool = False
    after: Short = ""
    seen: int | None = None

    def values(self, content: Content, item: UUID) -> dict[str, Any]:
        """What it means for the step of an item. Raises: BadInput where no earlier step has the number `after`."""
        after = self.after.strip()
        earlier = content.items[: content.items.index(item)] if item in content.items else ()
        if after and not (after.isdecimal() and 1 <= int(after) <= len(earlier)):
            raise BadInput(
                "No earlier item has this number.", remedy="Give the number of one above it, or nothing."
            )
        first = earlier[int(after) - 1] if after else None
        return {"note": self.note, "required": self.required, "due": self.due(), "after": first}


def about(content: Content, seen: int | None) -> AboutForm:
    """The form filled in with a content as it is."""
    return AboutForm(
        kind=content.kind,
        title=content.title,
        summary=content.summary,
        objectives="\n".join(content.objectives),
        goal=content.goal or "",
        destinations=list(content.destinations),
        seen=seen,
        **due_fields(content.due),
    )


def due_fields(due: Due) -> dict[str, str]:
    """A due date in the two fields of a form."""
    return {
        "due_on": due.on.isoformat() if due.on else "",
        "due_days": str(due.days) if due.days else "",
    }


class Here(BaseModel):
    """Where somebody is in the builder: what they look for, and what they just did to which item."""

    find: str = Field(default="", max_length=200)
    looks: bool = False
    competency: str = Field(default="", max_length=80)
    did: str = Field(default="", max_length=20)
    item: UUID | None = None

    def after(self, did: str, item: UUID | None = None) -> str:
        """The query string of the place to come back to."""
        kept = {"find": self.find, "looks": "true" if self.looks else "", "did": did, "item": item or ""}
        return urlencode({name: str(value) for name, value in kept.items() if value})


class Back(Here):
    """The part of every small form that says where to come back to, and which revision was seen."""

    seen: int | None = None


class Chosen(Back):
    """An item that is added."""

    chosen: UUID


class Moved(Back):
    """The place an item is moved to, counted from 1."""

    to: int = Field(ge=-1_000, le=10_000)


class AimForm(Back):
    """A competency that is added or taken away."""

    framework: str = Field(max_length=200)
    concept: str = Field(max_length=500)
    away: bool = False
