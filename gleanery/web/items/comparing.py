"""Two items side by side, and what a person says of them: one thing, or two."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow import grouping
from gleanery.flow.house import House
from gleanery.flow.items.comparing import compare
from gleanery.flow.rights import Right
from gleanery.web.items.forms import Back, OtherItem, PostNamed, Said
from gleanery.web.items.reading import ITEM, ItemPages
from gleanery.web.pages import Pages
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting


class ComparePages:
    """Look-alikes, merging and splitting."""

    def __init__(self, house: House, pages: Pages, reading: ItemPages) -> None:
        self._house, self._pages, self._reading = house, pages, reading

    def declare(self, routes: Routes) -> None:
        """The routes of comparing."""
        edits = Right.EDIT_ITEMS
        routes.page(f"{ITEM}/alike/{{other:uuid}}", Right.SEE_QUEUE, self.compare)
        routes.act(f"{ITEM}/merge", edits, self.merge, does="item.merge")
        routes.act(f"{ITEM}/apart", edits, self.keep_apart, does="item.keep-apart")
        routes.act(f"{ITEM}/split", edits, self.split, does="item.split")
        routes.act(f"{ITEM}/regrouping/undo", edits, self.undo, does="item.undo-regrouping")

    def compare(
        self,
        request: Request,
        visitor: Visiting,
        item: UUID,
        other: UUID,
        back: Annotated[str, Query(max_length=4_000)] = "",
    ) -> Response:
        """Both items, with what differs marked."""
        require_item(self._house, item)
        require_item(self._house, other)
        try:
            found = compare(self._house, str(item), str(other), visitor.person_id)
        except BadInput:  # merged since: there is only one left to look at
            return RedirectResponse(Back(back=back).item(item), 303)
        return self._pages.page(
            request, "items/compare.html", found=found, item=item, other=other, back=Back(back=back)
        )

    def merge(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[OtherItem, Form()]
    ) -> Response:
        """Make the two one: the older survives."""
        require_item(self._house, form.other)
        require_item(self._house, item)
        try:
            older = grouping.merge(self._house, str(item), str(form.other), visitor.account)
        except GleaneryError as error:
            return self._pages.message(request, 409, error.message, remedy=error.remedy)
        return RedirectResponse(form.item(older.id, Said.MERGED), 303)

    def keep_apart(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[OtherItem, Form()]
    ) -> Response:
        """Say that the two are different."""
        require_item(self._house, form.other)

        def apart() -> Said:
            grouping.keep_apart(self._house, str(item), str(form.other), visitor.account)
            return Said.APART

        return self._reading.act(request, visitor, item, form, "alike", apart)

    def split(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[PostNamed, Form()]
    ) -> Response:
        """Give one of the posts an item of its own."""

        def apart() -> Said:
            grouping.split(self._house, str(item), str(form.post), visitor.account)
            return Said.SPLIT

        return self._reading.act(request, visitor, item, form, "provenance", apart)

    def undo(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Take back the last merge or split."""

        def undone() -> Said:
            grouping.undo_regrouping(self._house, str(item), visitor.account)
            return Said.REGROUPING_UNDONE

        return self._reading.act(request, visitor, item, form, "provenance", undone)
