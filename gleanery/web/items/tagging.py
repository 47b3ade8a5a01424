"""Tags of an item: added from a search by name, removed, accepted. Without scripts the search is a page of its own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request
from starlette.responses import Response

from gleanery.errors import BadInput
from gleanery.flow import desk
from gleanery.flow.house import House
from gleanery.flow.items import tagging
from gleanery.flow.items.concepts import MOST_TYPED, find_concepts
from gleanery.flow.rights import Right
from gleanery.web.items.forms import Back, Said, TagNamed
from gleanery.web.items.reading import ITEM, ItemPages
from gleanery.web.pages import Pages, language_of
from gleanery.web.routes import Routes, Visiting


class TagPages:
    """What an item is about, as a person says."""

    def __init__(self, house: House, pages: Pages, reading: ItemPages) -> None:
        self._house, self._pages, self._reading = house, pages, reading

    def declare(self, routes: Routes) -> None:
        """The routes of tags."""
        routes.page(f"{ITEM}/tags", Right.EDIT_ITEMS, self.search)
        routes.act(f"{ITEM}/tags", Right.EDIT_ITEMS, self.add, does="item.tag")
        routes.act(f"{ITEM}/tags/remove", Right.EDIT_ITEMS, self.remove, does="item.untag")
        routes.act(f"{ITEM}/tags/accept", Right.EDIT_ITEMS, self.accept, does="item.accept-tags")

    def search(
        self,
        request: Request,
        visitor: Visiting,
        item: UUID,
        q: Annotated[str, Query(max_length=400)] = "",
        back: Annotated[str, Query(max_length=4_000)] = "",
    ) -> Response:
        """Competencies by name, each with a button that adds it."""
        try:
            detail = desk.show(self._house, str(item), visitor.person_id)
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        found = find_concepts(self._house, q, language_of(request, visitor))
        return self._pages.page(
            request, "items/tags.html", detail=detail, q=q[:MOST_TYPED], found=found, back=Back(back=back),
        )  # fmt: skip

    def add(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[TagNamed, Form()]
    ) -> Response:
        """Tag the item."""

        def tagged() -> Said:
            concept = tagging.Concept(form.framework, form.concept)
            done = tagging.add_tag(self._house, str(item), visitor.account, concept)
            return Said.TAGGED if done else Said.TAGGED_BEFORE

        return self._reading.act(request, visitor, item, form, "tag", tagged)

    def remove(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[TagNamed, Form()]
    ) -> Response:
        """Take a tag off, and keep rules from putting it there again."""

        def removed() -> Said:
            concept = tagging.Concept(form.framework, form.concept)
            done = tagging.remove_tag(self._house, str(item), visitor.account, concept)
            return Said.UNTAGGED if done else Said.UNCHANGED

        return self._reading.act(request, visitor, item, form, "tag", removed)

    def accept(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Back, Form()]
    ) -> Response:
        """Say the same as the rules of all that they propose."""

        def accepted() -> Said:
            done = tagging.accept_tags(self._house, str(item), visitor.account)
            return Said.ACCEPTED if done else Said.UNCHANGED

        return self._reading.act(request, visitor, item, form, "tag", accepted)
