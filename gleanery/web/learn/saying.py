"""What learners say on the page of an item: an answer, a reflection, a rating, a note to the curators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from gleanery.errors import BadInput, Denied
from gleanery.flow.house import House
from gleanery.flow.learners import asking, noting
from gleanery.flow.learners.arriving import Guest
from gleanery.flow.learners.evidence import Doing
from gleanery.flow.learners.showing import look
from gleanery.model.learners import NoteKind, QuestionKind
from gleanery.web.learn.item import ItemPages
from gleanery.web.learn.visiting import Typed, text
from gleanery.web.routes import Routes

Act = Callable[[Guest, Doing], str]
"""Does what a form asks for; the name of what is said about it then."""


class SayingForms:
    """The forms below an item."""

    def __init__(self, house: House, items: ItemPages) -> None:
        self._house, self._items = house, items

    def declare(self, routes: Routes) -> None:
        """Every form."""
        for name, endpoint, does in (
            ("answer", self.answer, "visit.answer"),
            ("rate", self.rate, "visit.rate"),
            ("note", self.note, "visit.note"),
        ):
            routes.act(f"/learn/v/{{visit}}/{name}/{{item}}", None, endpoint, does=does)

    def answer(self, request: Request, visit: UUID, item: UUID, typed: Typed) -> Response:
        """Answer the question at the end of an item, or write what one thinks."""

        def act(_: Guest, doing: Doing) -> str:
            question = asking.of_item(self._house, doing.item.id)
            if question is not None and question.kind is QuestionKind.REFLECTION:
                asking.reflect(doing, text(typed, "words", asking.MOST_REFLECTION))
                return "thanks"
            ticked = [str(one) for one in typed.getlist("chosen")]
            chosen = [int(one) for one in ticked if one.isdecimal() and len(one) < 3]
            return "right" if asking.answer(doing, chosen) else "not-right"

        return self._do(request, visit, item, typed, act)

    def rate(self, request: Request, visit: UUID, item: UUID, typed: Typed) -> Response:
        """Say how good it is."""

        def act(_: Guest, doing: Doing) -> str:
            stars = text(typed, "stars", 1)
            asking.rate(doing, int(stars) if stars.isdecimal() else 0)
            return "thanks"

        return self._do(request, visit, item, typed, act)

    def note(self, request: Request, visit: UUID, item: UUID, typed: Typed) -> Response:
        """Tell the curators something."""

        def act(guest: Guest, doing: Doing) -> str:
            kind = text(typed, "kind", 20)
            if kind not in list(NoteKind):
                raise BadInput("The address or form is not one of ours.", remedy="Open the page again.")
            noting.write(
                self._house, guest.visit, NoteKind(kind), item=doing.item.id,
                reason=text(typed, "reason", 40), words=text(typed, "words", noting.MOST_WORDS),
                url=text(typed, "url", noting.MOST_ADDRESS + 1) or None,
            )  # fmt: skip
            return "told"

        return self._do(request, visit, item, typed, act)

    def _do(self, request: Request, visit: UUID, item: UUID, typed: FormData, act: Act) -> Response:
        def done(guest: Guest) -> Response:
            shown = look(self._house, guest.visit, item)
            if shown.doing is None:
                return self._items.page(request, guest, shown)
            try:
                said = act(guest, shown.doing)
            except (BadInput, Denied) as error:
                told: dict[str, Any] = {"problem": error, "typed": typed, "status": 422}
                return self._items.page(request, guest, look(self._house, guest.visit, item), **told)
            return self._items.back(request, guest, item, said)

        return self._items.admitted(request, visit, typed, done)
