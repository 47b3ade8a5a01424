"""The page of the queue and what a person does there with one item.

Every verdict is a form that posts and is led back to the queue; with htmx the same answer is blended into the page in
place. So there is one way through, and it works without scripts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow import deciding, desk
from gleanery.flow.house import House
from gleanery.flow.queue import claims, listing, putting_off
from gleanery.flow.rights import Right
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.web.navigation import first_desk
from gleanery.web.pages import Pages, is_partial
from gleanery.web.queue.looking import CAN, Looking
from gleanery.web.queue.places import Place, Verdict
from gleanery.web.routes import Routes, Visiting

Put = Annotated[Verdict, Form()]


class QueuePages:
    """The list, and the verdicts on one item."""

    def __init__(self, house: House, pages: Pages, looking: Looking) -> None:
        self._house, self._pages, self._looking = house, pages, looking

    def declare(self, routes: Routes) -> None:
        """The routes of the list and of one verdict."""
        routes.page("/", Right.OWN, self.queue)
        routes.page("/queue/news", Right.SEE_QUEUE, self.news)
        for verdict in DecisionVerdict:
            path = f"/items/{{item}}/{verdict.value}"
            routes.act(path, Right.DECIDE, self._deciding(verdict), does="item.decide")
        routes.act("/items/{item}/undo", Right.DECIDE, self.undo, does="item.undo")
        routes.act("/items/{item}/later", Right.DECIDE, self.later, does="item.put-off")
        routes.act("/items/{item}/now", Right.DECIDE, self.now, does="item.take-up")
        routes.act("/items/{item}/claim", Right.DECIDE, self.claim, does="claim.take")

    def queue(self, request: Request, visitor: Visiting, place: Annotated[Place, Query()]) -> Response:
        """The list of one tab with an item in the reader; who may not see it is led to a desk of theirs."""
        if not visitor.may(Right.SEE_QUEUE):
            return RedirectResponse(first_desk(visitor), 303)
        return self._page(request, visitor, place)

    def news(
        self,
        request: Request,
        visitor: Visiting,
        place: Annotated[Place, Query()],
        than: Annotated[int, Query(ge=0, le=2**53)] = 0,
    ) -> Response:
        """How many items came in since the list was made; the list itself is left as it is."""
        total = listing.newer(self._house, place.filter, visitor.person_id, than)
        return self._pages.page(request, "queue/news.html", place=place, than=than, total=total)

    # ------------------------------------------------------------------ verdicts

    def _deciding(self, verdict: DecisionVerdict) -> Callable[..., Response]:
        def decide(request: Request, visitor: Visiting, item: UUID, form: Put) -> Response:
            """Approve, reject or retract, and go on with the next item."""
            return self._act(
                request, visitor, item, form,
                lambda: deciding.decide(
                    self._house, str(item), verdict, visitor.account, form.why, seen=form.seen, known=form.known
                ),
            )  # fmt: skip

        return decide

    def later(self, request: Request, visitor: Visiting, item: UUID, form: Put) -> Response:
        """Put the item off until tomorrow, and go on with the next one."""
        return self._act(
            request, visitor, item, form,
            lambda: putting_off.put_off(self._house, visitor.account, str(item)),
        )  # fmt: skip

    def _act(
        self, request: Request, visitor: Visiting, item: UUID, form: Verdict, act: Callable[[], Any]
    ) -> Response:
        """Do it and go on, or show the item with the reason why not and everything that was typed."""
        try:
            act()
        except GleaneryError as error:
            return self._refused(request, visitor, form, item, error)
        return RedirectResponse(form.address(item=form.next, done=item), 303)

    def undo(self, request: Request, visitor: Visiting, item: UUID, form: Put) -> Response:
        """Take back the last verdict on the item and show it where it stands again."""
        try:
            deciding.undo(self._house, visitor.account, str(item), known=form.known)
            state = desk.show(self._house, str(item)).row.state
        except GleaneryError as error:
            return self._refused(request, visitor, form, item, error)
        if ItemState(state) is form.state:
            return RedirectResponse(form.address(item=item, done=item), 303)
        return RedirectResponse(Place(state=ItemState(state), item=item).address(done=item), 303)

    def now(self, request: Request, visitor: Visiting, item: UUID, form: Put) -> Response:
        """Take up again what was put off."""
        try:
            putting_off.take_up(self._house, visitor.account, str(item))
        except GleaneryError as error:
            return self._refused(request, visitor, form, item, error)
        return RedirectResponse(form.address(item=item, done=item), 303)

    def claim(self, visitor: Visiting, item: UUID) -> Response:
        """Say that this person looks at the item now."""
        claims.take(self._house, visitor.person_id, item)
        return Response(status_code=204)

    # ------------------------------------------------------------------ the page

    def _refused(
        self, request: Request, visitor: Visiting, form: Verdict, item: UUID, error: GleaneryError
    ) -> Response:
        here = form.model_copy(update={"item": item})
        return self._page(request, visitor, here, problem=error, typed=form.reason)

    def _page(
        self,
        request: Request,
        visitor: Visiting,
        place: Place,
        *,
        problem: GleaneryError | None = None,
        typed: str = "",
    ) -> Response:
        """The queue at a place; after a refused verdict with the reason at the item, status 409."""
        try:
            view = self._looking.view(visitor, place)
        except BadInput as error:
            is_known = place.item is None or listing.exists(self._house, place.item)
            status = 422 if is_known else 404
            return self._pages.message(request, status, error.message, remedy=error.remedy)
        return self._pages.page(
            request, "queue/queue.html", status=409 if problem else 200, headers=_without_done(request, view.place),
            view=view, place=view.place, detail=view.detail, next=view.next, problem=str(problem or ""), typed=typed,
            undo_seconds=self._undo_seconds, may=visitor.may, verdicts_of=lambda state: CAN.get(state, ()),
            can_choose=bool(view.rows) and visitor.may(Right.DECIDE), **self._looking.verdicts(visitor, view.detail),
        )  # fmt: skip

    @property
    def _undo_seconds(self) -> int:
        """How long a verdict is held back; 0 where nothing would leave anyway."""
        config = self._house.config
        return config.delivery.undo_seconds if config.destinations else 0


def _without_done(request: Request, place: Place) -> dict[str, str]:
    """After a verdict the address line shows the place alone, so that a reload tells no old news."""
    return {"hx-replace-url": place.address()} if is_partial(request) else {}
