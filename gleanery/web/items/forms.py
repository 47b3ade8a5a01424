"""The forms of an item's page: what is typed, and where to come back to."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, Field, ValidationError

from gleanery.web.queue.places import Place
from gleanery.web.words import N_

Number = Annotated[int, Path(ge=0, le=2**31 - 1)]
"""The number of an edit in an address."""


class Said(StrEnum):
    """What was done last, as the address tells the page."""

    EDITED = "edited"
    UNCHANGED = "unchanged"
    EDIT_UNDONE = "edit-undone"
    NOTED = "noted"
    NOTE_REMOVED = "note-removed"
    TAGGED = "tagged"
    TAGGED_BEFORE = "tagged-before"
    UNTAGGED = "untagged"
    ACCEPTED = "accepted"
    REVEALED = "revealed"
    MERGED = "merged"
    APART = "apart"
    SPLIT = "split"
    REGROUPING_UNDONE = "regrouping-undone"


SAID = {
    Said.EDITED: N_("Saved. Pages and destinations show these words now."),
    Said.UNCHANGED: N_("Nothing was changed."),
    Said.EDIT_UNDONE: N_("The edit is undone."),
    Said.NOTED: N_("The note is saved."),
    Said.NOTE_REMOVED: N_("The note is removed."),
    Said.TAGGED: N_("Tagged."),
    Said.TAGGED_BEFORE: N_("It has this tag already."),
    Said.UNTAGGED: N_("The tag is removed. No rule puts it there again."),
    Said.ACCEPTED: N_("The proposed tags are yours now."),
    Said.REVEALED: N_("Hidden passages are shown to you for ten minutes. The audit log says so."),
    Said.MERGED: N_("The items are one now."),
    Said.APART: N_("Noted: these are different things."),
    Said.SPLIT: N_("The post is an item of its own now."),
    Said.REGROUPING_UNDONE: N_("The merge or split is undone."),
}


class Back(BaseModel):
    """Where somebody is in the queue, as the query of its address."""

    back: str = Field(default="", max_length=4_000)

    @property
    def place(self) -> Place:
        """The place; the start of the queue where the text names none."""
        try:
            return Place.model_validate(dict(parse_qsl(self.back.removeprefix("?"))))
        except ValidationError:
            return Place()

    def item(self, item: UUID, said: Said | None = None) -> str:
        """The address of an item's page, from where it goes on to the same place."""
        place = self.place
        kept = place.address(item=None, next=place.next).partition("?")[2]
        more = urlencode({"said": said.value} if said else {})
        return f"/items/{item}?{'&'.join(part for part in (kept, more) if part)}"


class Wording(Back):
    """A title and a summary; `seen` is the number of the edit that was shown."""

    title: str = Field(default="", max_length=2_000)
    summary: str = Field(default="", max_length=20_000)
    seen: int | None = Field(default=None, ge=0, le=1_000_000)


class NoteText(Back):
    """A note."""

    body: str = Field(default="", max_length=20_000)


class TagNamed(Back):
    """A competency."""

    framework: str = Field(default="", max_length=500)
    concept: str = Field(default="", max_length=2_000)


class OtherItem(Back):
    """Another item."""

    other: UUID


class PostNamed(Back):
    """One of the item's posts."""

    post: UUID
