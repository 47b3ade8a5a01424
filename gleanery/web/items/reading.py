"""The page of one item, which is also what the list loads into its reader, and what is written on it.

Every form posts and is led back to the page; with htmx the reader of the answer is blended into the one that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow import desk
from gleanery.flow.house import House
from gleanery.flow.items import editing, noting, redacting
from gleanery.flow.rights import Right
from gleanery.web.items.forms import SAID, Back, NoteText, Number, Said, Wording
from gleanery.web.pages import Pages
from gleanery.web.queue.looking import Looking, require_item
from gleanery.web.queue.places import Place
from gleanery.web.routes import Routes, Visiting

ITEM = "/items/{item:uuid}"


class Shown(Place):
    """Where somebody is, and what they did last."""

    said: str = ""
    fill: str = ""
    """`summary`: the form of the summary begins with the sentences marked in the text."""

    @property
    def told(self) -> str:
        """What to say of it; it is translated where it is shown."""
        return SAID[Said(self.said)] if self.said in set(Said) else ""


@dataclass(frozen=True)
class Trouble:
    """Why a form was refused, which one, and what was typed into it."""

    form: str
    error: GleaneryError
    typed: Mapping[str, str] = field(default_factory=dict)


class ItemPages:
    """Reading an item, its wording, its notes, its hidden passages."""

    def __init__(self, house: House, pages: Pages, looking: Looking) -> None:
        self._house, self._pages, self._looking = house, pages, looking

    def declare(self, routes: Routes) -> None:
        """The routes of reading and writing."""
        edits = Right.EDIT_ITEMS
        routes.page(ITEM, Right.SEE_QUEUE, self.read)
        routes.act(f"{ITEM}/wording", edits, self.edit, does="item.edit")
        routes.act(f"{ITEM}/wording/undo", edits, self.undo_edit, does="item.undo-edit")
        routes.act(f"{ITEM}/wording/{{number}}", edits, self.restore, does="item.restore-edit")
        routes.act(f"{ITEM}/notes", edits, self.note, does="item.note")
        routes.act(f"{ITEM}/notes/{{note}}/remove", edits, self.remove_note, does="item.remove-note")
        routes.act(f"{ITEM}/reveal", edits, self.reveal, does="item.reveal")

    def read(
        self, request: Request, visitor: Visiting, item: UUID, shown: Annotated[Shown, Query()]
    ) -> Response:
        """One item, with everything that is known about it."""
        return self.page(request, visitor, item, shown, said=shown.told, fill=shown.fill == "summary")

    def page(
        self,
        request: Request,
        visitor: Visiting,
        item: UUID,
        place: Place,
        *,
        said: str = "",
        trouble: Trouble | None = None,
        fill: bool = False,
    ) -> Response:
        """The page at a place; after a refused form with the reason there, and all that was typed."""
        try:
            detail = desk.show(self._house, str(item), visitor.person_id)
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        here = Place.model_validate(
            place.model_dump(include=set(Place.model_fields)) | {"item": detail.row.id}
        )
        status = (422 if isinstance(trouble.error, BadInput) else 409) if trouble else 200
        return self._pages.page(
            request, "item.html", status=status, detail=detail, place=here, next=place.next, problem="", typed="",
            said=said, trouble=trouble, fill=fill, **self._looking.verdicts(visitor, detail),
        )  # fmt: skip

    def act(
        self,
        request: Request,
        visitor: Visiting,
        item: UUID,
        back: Back,
        form: str,
        act: Callable[[], Said],
        typed: Mapping[str, Any] | None = None,
    ) -> Response:
        """Do it and go back to the item, or show the item with the reason why not and everything that was typed."""
        require_item(self._house, item)
        try:
            said = act()
        except GleaneryError as error:
            kept = {name: str(value) for name, value in (typed or {}).items()}
            return self.page(request, visitor, item, back.place, trouble=Trouble(form, error, kept))
        return RedirectResponse(back.item(item, said), 303)

    # ------------------------------------------------------------------ what is written on it

    def edit(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Wording, Form()]
    ) -> Response:
        """Give the item another title and a summary."""

        def edited() -> Said:
            wording = editing.Wording.typed(form.title, form.summary)
            done = editing.edit(self._house, str(item), visitor.account, wording, seen=form.seen)
            return Said.EDITED if done else Said.UNCHANGED

        typed = {"title": form.title, "summary": form.summary}
        return self.act(request, visitor, item, form, "edit", edited, typed)

    def undo_edit(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Take the last edit back."""

        def undone() -> Said:
            editing.undo_edit(self._house, str(item), visitor.account)
            return Said.EDIT_UNDONE

        return self.act(request, visitor, item, form, "history", undone)

    def restore(
        self, request: Request, visitor: Visiting, item: UUID, number: Number, form: Annotated[Back, Form()]
    ) -> Response:
        """Word the item as an earlier edit did; 0: as its source does."""

        def restored() -> Said:
            done = editing.restore(self._house, str(item), visitor.account, number)
            return Said.EDITED if done else Said.UNCHANGED

        return self.act(request, visitor, item, form, "history", restored)

    def note(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[NoteText, Form()]
    ) -> Response:
        """Leave a note."""

        def noted() -> Said:
            noting.add_note(self._house, str(item), visitor.account, form.body)
            return Said.NOTED

        return self.act(request, visitor, item, form, "note", noted, {"body": form.body})

    def remove_note(
        self, request: Request, visitor: Visiting, item: UUID, note: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Take one's own note away."""

        def removed() -> Said:
            noting.remove_note(self._house, str(item), visitor.account, note)
            return Said.NOTE_REMOVED

        return self.act(request, visitor, item, form, "note", removed)

    def reveal(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Show the passages behind bars to this person for a while."""

        def revealed() -> Said:
            redacting.reveal(self._house, str(item), visitor.account)
            return Said.REVEALED

        return self.act(request, visitor, item, form, "reveal", revealed)
