"""/curation/links: what is broken, who is hit by it and what to do; and which items are to be looked at again."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.flow.links import acting, showing, terms
from gleanery.flow.rights import Right
from gleanery.model.links import LinkState
from gleanery.web.curation.links_api import LinksApi
from gleanery.web.pages import Pages
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

PAGE, ITEM = "/curation/links", "/curation/links/{item:uuid}"
PER_PAGE = 50


class Shown(StrEnum):
    """Which list is shown."""

    BROKEN = "broken"
    MOVED = "moved"
    OK = "ok"
    UNKNOWN = "unknown"
    REVIEWS = "reviews"


TABS = {
    Shown.BROKEN: N_("Broken"),
    Shown.MOVED: N_("Moved"),
    Shown.REVIEWS: N_("To look at again"),
    Shown.OK: N_("In order"),
    Shown.UNKNOWN: N_("Not known"),
}
STATES = {
    Shown.BROKEN: showing.BROKEN,
    Shown.MOVED: (LinkState.MOVED,),
    Shown.OK: (LinkState.OK,),
    Shown.UNKNOWN: (LinkState.UNKNOWN,),
}
SAID = {
    "looked": N_("Looked at. What was found stands below."),
    "busy": N_("Links are being looked at just now; this one comes next."),
    "kept": N_("Kept. Nobody is asked about this again."),
    "retracted": N_("Taken back everywhere."),
    "replaced": N_("It leads there from now on, at every destination too."),
    "unchanged": N_("Nothing was changed."),
    "review": N_("The day is set."),
}
STANDS = {
    "gone": N_("gone"),
    "failing": N_("fails"),
    "moved": N_("moved"),
    "ok": N_("in order"),
    "unknown": N_("not known"),
}
REASONS = {
    "link.not_found": N_("The site says that there is no such page."),
    "link.platform": N_("The platform says that it was removed or made private."),
    "link.soft_not_found": N_("The page says in its own words that it is not there."),
    "link.front_page": N_("It leads to the front page instead."),
    "link.moved": N_("It has moved for good."),
    "link.redirect": N_("It leads on and on and nowhere."),
    "link.server": N_("The site reports a fault of its own."),
    "link.refused": N_("The site does not take the request."),
    "link.name_gone": N_("The name of the site is not known any more."),
    "link.certificate": N_("The site's certificate is not valid."),
    "link.endless": N_("The answer did not come to an end in time."),
    "link.no_answer": N_("The site does not answer."),
    "link.wall": N_("Only people who are signed in there may see it: nobody can tell from here."),
    "link.too_many": N_("The site wants to be asked less often."),
    "link.private": N_("It is no public address and was not asked for."),
    "link.proxy": N_("The proxy does not let it through."),
    "link.large": N_("It answers with more than was read."),
    "link.unreadable": N_("It cannot be asked for."),
}


class Look(BaseModel):
    """Which list, from where on, and what was just done."""

    state: Shown = Shown.BROKEN
    after: str = Field(default="", max_length=100)
    said: str = Field(default="", max_length=20)


class Listed(BaseModel):
    """The list that a form stood in."""

    state: Shown = Shown.BROKEN

    def done(self, said: str) -> Response:
        """Back to it, with what was done."""
        return RedirectResponse(f"{PAGE}?state={self.state.value}&said={said}", 303)


class Address(Listed):
    """Where the item shall lead; empty: where its source says."""

    address: str = Field(default="", max_length=5_000)


class Days(Listed):
    """Days as typed; empty: as the kind has them."""

    review_by: str = Field(default="", max_length=20)
    expires_at: str = Field(default="", max_length=20)


class LinksPage:
    """The page of links and reviews."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """The page and its forms."""
        routes.page(PAGE, Right.SEE_QUEUE, self.show)
        routes.act(f"{ITEM}/look", Right.DECIDE, self.look, does="link.look")
        routes.act(f"{ITEM}/keep", Right.DECIDE, self.keep, does="item.decide")
        routes.act(f"{ITEM}/retract", Right.DECIDE, self.retract, does="item.decide")
        routes.act(f"{ITEM}/address", Right.EDIT_ITEMS, self.replace, does="link.replace")
        routes.act(f"{ITEM}/term", Right.EDIT_ITEMS, self.set_days, does="item.set-term")

    def show(self, request: Request, look: Annotated[Look, Query()]) -> Response:
        """The links that stand so, or the items that are to be looked at again."""
        return self._page(request, look)

    def _page(self, request: Request, look: Look, trouble: GleaneryError | None = None) -> Response:
        house, counts = self._house, showing.counts(self._house)
        numbers = {tab: sum(counts[one] for one in states) for tab, states in STATES.items()}
        is_reviews = look.state is Shown.REVIEWS
        found = None if is_reviews else showing.listed(
            house, STATES[look.state], after=look.after, limit=PER_PAGE
        )  # fmt: skip
        return self._pages.page(
            request, "curation/links.html", status=409 if trouble else 200, look=look, tabs=TABS, numbers=numbers,
            page=found, reviews=showing.reviews(house) if is_reviews else (), said=SAID.get(look.said),
            trouble=trouble, stands=STANDS, reasons=REASONS, checks=house.config.links.check,
        )  # fmt: skip

    # ------------------------------------------------------------------ doing

    def look(self, request: Request, item: UUID, form: Annotated[Listed, Form()]) -> Response:
        """Look at its link now."""
        require_item(self._house, item)
        try:
            report = acting.look_again(self._house, str(item))
        except GleaneryError as error:
            return self._page(request, Look(state=form.state), error)
        return form.done("busy" if report.busy else "looked")

    def keep(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Listed, Form()]
    ) -> Response:
        """Say that it is good all the same."""
        require_item(self._house, item)
        try:
            acting.keep(self._house, str(item), visitor.account)
        except GleaneryError as error:
            return self._page(request, Look(state=form.state), error)
        return form.done("kept")

    def retract(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Listed, Form()]
    ) -> Response:
        """Take it back everywhere."""
        require_item(self._house, item)
        try:
            acting.retract(self._house, str(item), visitor.account)
        except GleaneryError as error:
            return self._page(request, Look(state=form.state), error)
        return form.done("retracted")

    def replace(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Address, Form()]
    ) -> Response:
        """Let it lead elsewhere."""
        require_item(self._house, item)
        try:
            done = acting.replace_address(
                self._house, str(item), visitor.account, form.address.strip() or None
            )
        except GleaneryError as error:
            return self._page(request, Look(state=form.state), error)
        return form.done("replaced" if done else "unchanged")

    def set_days(
        self, request: Request, visitor: Visiting, item: UUID, form: Annotated[Days, Form()]
    ) -> Response:
        """Set when it is looked at again and when it ends."""
        require_item(self._house, item)
        try:
            now = self._house.now()
            by, at = terms.day_of(form.review_by, now), terms.day_of(form.expires_at, now)
            terms.set_days(self._house, str(item), visitor.account, by, at)
        except GleaneryError as error:
            return self._page(request, Look(state=form.state), error)
        return form.done("review")


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of the page and of its API."""
    routes = Routes("links")
    LinksPage(house, pages).declare(routes)
    LinksApi(house).declare(routes)
    return routes.router
