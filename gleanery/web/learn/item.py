"""The page of an item or a path: read it, open it at its source, say that it is done, go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import nh3
from fastapi import Query, Request
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from gleanery.flow.house import House
from gleanery.flow.learners import arriving
from gleanery.flow.learners.arriving import AGAIN, Guest, NoVisit, VisitOver
from gleanery.flow.learners.showing import ItemShown, Shown, look
from gleanery.ports import LearningItem
from gleanery.web.addresses import href
from gleanery.web.learn.picker import PickerPages
from gleanery.web.learn.visiting import Typed, Visiting
from gleanery.web.routes import Routes
from gleanery.web.words import N_
from xapi.grades import Grade

SAID = {
    "done": N_("Done. Your course will know in a moment."),
    "right": N_("That is right. Your course will know in a moment."),
    "not-right": N_("That is not right yet. Look again, then try once more."),
    "thanks": N_("Thank you."),
    "told": N_("Thank you. Those who look after this will read it."),
}
"""What was just done, by its name in the address."""

REASONS = {
    "broken-link": N_("The link does not work"),
    "wrong": N_("Something in it is wrong"),
    "out-of-date": N_("It is out of date"),
    "offensive": N_("It is offensive or harmful"),
    "other": N_("Something else"),
}
"""What may be wrong with an item."""

_MARKS = (
    N_("You say so yourself"),
    N_("You opened it"),
    N_("You watched enough of it"),
    N_("You answered the question"),
    N_("Your course said so"),
)
"""How a completion came about, by the grades of evidence in their order."""


class ItemPages:
    """The pages of a visit."""

    def __init__(self, house: House, visiting: Visiting, picker: PickerPages) -> None:
        self._house, self._visiting, self._picker = house, visiting, picker

    def declare(self, routes: Routes) -> None:
        """Every page and form."""
        one, step = "/learn/v/{visit}", "/learn/v/{visit}/step/{item}"
        routes.page("/learn/enter", None, self.enter)
        routes.page(one, None, self.show)
        routes.act(one, None, self.show, does="visit.show")
        routes.page(step, None, self.step)
        routes.act(step, None, self.step, does="visit.show")
        routes.page("/learn/v/{visit}/open/{item}", None, self.open_source)
        routes.act("/learn/v/{visit}/done/{item}", None, self.declare_done, does="visit.declare")

    # ------------------------------------------------------------------ pages

    def enter(self, request: Request, ticket: Annotated[str, Query(max_length=200)] = "") -> Response:
        """Let somebody in by a ticket, who then sees what they came for."""
        try:
            guest, key = self._visiting.enter(request, ticket)
        except (NoVisit, VisitOver) as error:
            return self._visiting.refused(request, error)
        chooses = guest.visit.thing is None
        on = self._visiting.on(request, guest, "/pick" if chooses else "")
        if on is None:
            return self._picker.page(request, guest, FormData()) if chooses else self._first(request, guest)
        return self._visiting.hand_over(on, guest, key)

    def show(
        self, request: Request, visit: UUID, typed: Typed, said: Annotated[str, Query(max_length=20)] = ""
    ) -> Response:
        """What the visit is for."""
        return self.admitted(request, visit, typed, lambda guest: self._first(request, guest, said))

    def step(
        self,
        request: Request,
        visit: UUID,
        item: UUID,
        typed: Typed,
        said: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        """A step of the path that the visit is for."""
        return self.admitted(request, visit, typed, lambda guest: self._at(request, guest, item, said))

    def admitted(
        self, request: Request, visit: UUID, typed: FormData, then: Callable[[Guest], Response]
    ) -> Response:
        """What `then` answers a guest; whoever is none is told how to come again."""
        try:
            return then(self._visiting.guest(request, visit, typed))
        except (NoVisit, VisitOver) as error:
            return self._visiting.refused(request, error)

    def _first(self, request: Request, guest: Guest, said: str = "") -> Response:
        return self._at(request, guest, None, said)

    def _at(self, request: Request, guest: Guest, item: UUID | None, said: str = "") -> Response:
        shown = look(self._house, guest.visit, item)
        if shown.doing is not None:
            shown.doing.open_page()
            shown = look(self._house, guest.visit, item)
        return self.page(request, guest, shown, said)

    def page(self, request: Request, guest: Guest, shown: Shown, said: str = "", **more: Any) -> Response:
        """What there is to see, with what was just said."""
        if shown.path is None and shown.item is None:
            return self._visiting.page(request, guest, "withdrawn", status=410, again=AGAIN)
        values: dict[str, Any] = {
            "shown": shown,
            "said": SAID.get(said),
            "mark": mark,
            "text": text_of,
            "problem": None,
            "typed": {},
            "reasons": REASONS,
            **more,
        }
        if shown.item is None:
            return self._visiting.page(request, guest, "path", **values)
        return self._visiting.page(request, guest, "item", may=_may(shown.item), **values)

    # ------------------------------------------------------------------ what learners do

    def open_source(
        self,
        request: Request,
        visit: UUID,
        item: UUID,
        key: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """On to the source of an item, which is noted. In a tab of its own no cookie of the frame counts."""
        request.state.visitor = None
        try:
            found = look(self._house, arriving.following(self._house, visit, item, key), item)
        except (NoVisit, VisitOver) as error:
            return self._visiting.refused(request, error)
        if found.doing is None or found.item is None or not href(found.item.item.url):
            gone = VisitOver("This is no longer offered.")
            return self._visiting.refused(request, gone)
        found.doing.open_source()
        return RedirectResponse(str(found.item.item.url), 303)

    def declare_done(self, request: Request, visit: UUID, item: UUID, typed: Typed) -> Response:
        """The learner says that it is done."""

        def act(guest: Guest) -> Response:
            shown = look(self._house, guest.visit, item)
            if shown.doing is None or shown.item is None or not shown.item.may_declare:
                return self.page(request, guest, shown)
            shown.doing.declare()
            return self.back(request, guest, item, "done")

        return self.admitted(request, visit, typed, act)

    def back(self, request: Request, guest: Guest, item: UUID, said: str) -> Response:
        """On to the page of an item after something was done on it."""
        path = "" if item == guest.visit.thing else f"/step/{item}"
        on = self._visiting.on(request, guest, path, said)
        return on or self.page(request, guest, look(self._house, guest.visit, item), said)


def mark(evidence: str) -> str:
    """How a completion came about, in words that are still to be translated."""
    return _MARKS[Grade.of(evidence) - 1]


def text_of(item: LearningItem) -> Markup:
    """The words of an item as paragraphs; whatever else stood in them is gone."""
    return Markup(nh3.clean(item.html, tags={"p", "br"}, attributes={}))  # noqa: S704 cleaned just before


def _may(shown: ItemShown) -> dict[str, str]:
    """What the page's policy lets in for the item's player."""
    if shown.player is None:
        return {}
    return {"framed" if shown.player.is_frame else "media": shown.player.origin}
