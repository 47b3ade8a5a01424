"""One item for programs: read, edit, note, tag, compare, merge, split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from starlette.exceptions import HTTPException

from gleanery.errors import BadInput
from gleanery.flow import desk, grouping
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.items import editing, noting, redacting, tagging
from gleanery.flow.items.comparing import Side, compare
from gleanery.flow.items.concepts import MOST_FOUND, find_concepts
from gleanery.flow.rights import Right
from gleanery.web.items.answers import (
    ComparedTold,
    Concepts,
    ConceptTold,
    ItemTold,
    NoteAsked,
    OtherAsked,
    PieceTold,
    PostAsked,
    SideTold,
    TagAsked,
    WordingAsked,
)
from gleanery.web.items.forms import Number
from gleanery.web.pages import language_of
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting

ITEM = "/items/{item:uuid}"


class ItemApi:
    """What the pages of an item do, for a token. Every change answers the item as it is then."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """The addresses of one item, and of the search for competencies."""
        routes.api("GET", "/concepts", Right.SEE_QUEUE, self.concepts, response_model=Concepts)
        routes.api("GET", ITEM, Right.SEE_QUEUE, self.item, response_model=ItemTold, errors=(404,))
        path = f"{ITEM}/alike/{{other:uuid}}"
        routes.api(
            "GET", path, Right.SEE_QUEUE, self.compared, response_model=ComparedTold, errors=(404, 409)
        )
        for method, path, endpoint, does in (
            ("PUT", "/wording", self.edit, "item.edit"),
            ("POST", "/wording/undo", self.undo_edit, "item.undo-edit"),
            ("POST", "/wording/{number}", self.restore, "item.restore-edit"),
            ("POST", "/notes", self.note, "item.note"),
            ("DELETE", "/notes/{note:uuid}", self.remove_note, "item.remove-note"),
            ("POST", "/tags", self.tag, "item.tag"),
            ("POST", "/tags/remove", self.untag, "item.untag"),
            ("POST", "/tags/accept", self.accept, "item.accept-tags"),
            ("POST", "/reveal", self.reveal, "item.reveal"),
            ("POST", "/merge", self.merge, "item.merge"),
            ("POST", "/apart", self.keep_apart, "item.keep-apart"),
            ("POST", "/split", self.split, "item.split"),
            ("POST", "/regrouping/undo", self.undo_regrouping, "item.undo-regrouping"),
        ):
            routes.api(
                method, f"{ITEM}{path}", Right.EDIT_ITEMS, endpoint, does=does, response_model=ItemTold,
                errors=(404, 409, 410),
            )  # fmt: skip

    # ------------------------------------------------------------------ reading

    def concepts(
        self,
        request: Request,
        visitor: Visiting,
        q: Annotated[str, Query(max_length=400)] = "",
        limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = MOST_FOUND,
    ) -> Concepts:
        """Competencies of every framework, found by the beginning of any word of any of their labels."""
        found = find_concepts(self._house, q, language_of(request, visitor), limit)
        return Concepts(items=[ConceptTold.model_validate(one) for one in found])

    def item(self, visitor: Visiting, item: UUID) -> ItemTold:
        """Everything about one item."""
        return self._told(visitor, item)

    def compared(self, visitor: Visiting, item: UUID, other: UUID) -> ComparedTold:
        """Two items side by side."""
        require_item(self._house, item)
        require_item(self._house, other)
        try:
            found = compare(self._house, str(item), str(other), visitor.person_id)
        except BadInput as error:
            raise HTTPException(409, error.message) from error
        return ComparedTold(
            older=_side(found.older),
            younger=_side(found.younger),
            likeness=found.likeness,
            settled=found.settled,
        )

    # ------------------------------------------------------------------ writing

    def edit(self, visitor: Visiting, item: UUID, asked: WordingAsked) -> ItemTold:
        """Give the item another title and a summary; where it stands at a destination it is owed anew."""
        wording = editing.Wording.typed(asked.title, asked.summary)
        return self._do(
            visitor,
            item,
            lambda one: editing.edit(self._house, one, visitor.account, wording, seen=asked.seen),
        )

    def undo_edit(self, visitor: Visiting, item: UUID) -> ItemTold:
        """Take the last edit back."""
        return self._do(visitor, item, lambda one: editing.undo_edit(self._house, one, visitor.account))

    def restore(self, visitor: Visiting, item: UUID, number: Number) -> ItemTold:
        """Word the item as an earlier edit did; 0: as its source does."""
        return self._do(visitor, item, lambda one: editing.restore(self._house, one, visitor.account, number))

    def note(self, visitor: Visiting, item: UUID, asked: NoteAsked) -> ItemTold:
        """Leave a note."""
        return self._do(
            visitor, item, lambda one: noting.add_note(self._house, one, visitor.account, asked.body)
        )

    def remove_note(self, visitor: Visiting, item: UUID, note: UUID) -> ItemTold:
        """Take one's own note away."""
        return self._do(
            visitor, item, lambda one: noting.remove_note(self._house, one, visitor.account, note)
        )

    def tag(self, visitor: Visiting, item: UUID, asked: TagAsked) -> ItemTold:
        """Tag the item with a competency."""
        concept = tagging.Concept(asked.framework, asked.concept)
        return self._do(
            visitor, item, lambda one: tagging.add_tag(self._house, one, visitor.account, concept)
        )

    def untag(self, visitor: Visiting, item: UUID, asked: TagAsked) -> ItemTold:
        """Take a tag off, and keep rules from putting it there again."""
        concept = tagging.Concept(asked.framework, asked.concept)
        return self._do(
            visitor, item, lambda one: tagging.remove_tag(self._house, one, visitor.account, concept)
        )

    def accept(self, visitor: Visiting, item: UUID) -> ItemTold:
        """Say the same as the rules of all that they propose."""
        return self._do(visitor, item, lambda one: tagging.accept_tags(self._house, one, visitor.account))

    def reveal(self, visitor: Visiting, item: UUID) -> ItemTold:
        """Show the passages behind bars to the holder of this token for ten minutes; the audit log says so."""
        return self._do(visitor, item, lambda one: redacting.reveal(self._house, one, visitor.account))

    def merge(self, visitor: Visiting, item: UUID, asked: OtherAsked) -> ItemTold:
        """Make two items one; answers the older, which survives."""
        require_item(self._house, asked.other)
        return self._do(
            visitor, item, lambda one: grouping.merge(self._house, one, str(asked.other), visitor.account)
        )

    def keep_apart(self, visitor: Visiting, item: UUID, asked: OtherAsked) -> ItemTold:
        """Say that two look-alikes are different things."""
        require_item(self._house, asked.other)
        return self._do(
            visitor,
            item,
            lambda one: grouping.keep_apart(self._house, one, str(asked.other), visitor.account),
        )

    def split(self, visitor: Visiting, item: UUID, asked: PostAsked) -> ItemTold:
        """Give one of the posts an item of its own; answers the item it came from."""
        return self._do(
            visitor, item, lambda one: grouping.split(self._house, one, str(asked.post), visitor.account)
        )

    def undo_regrouping(self, visitor: Visiting, item: UUID) -> ItemTold:
        """Take back the last merge or split."""
        return self._do(
            visitor, item, lambda one: grouping.undo_regrouping(self._house, one, visitor.account)
        )

    # ------------------------------------------------------------------ parts

    def _do(self, visitor: Visitor, item: UUID, act: Callable[[str], Any]) -> ItemTold:
        require_item(self._house, item)
        act(str(item))
        return self._told(visitor, item)

    def _told(self, visitor: Visitor, item: UUID) -> ItemTold:
        require_item(self._house, item)
        return ItemTold.of(desk.show(self._house, str(item), visitor.person_id))


def _side(side: Side) -> SideTold:
    return SideTold(
        item=side.detail.row.id,
        title=[PieceTold.model_validate(one) for one in side.title],
        text=[PieceTold.model_validate(one) for one in side.text],
    )
