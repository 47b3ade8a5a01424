"""/curation/quarantine: what is held back, by kind; one item as it would be masked; letting it out, or rejecting it.

No page here holds a blocked word: the list has none at all, and a preview is masked before it comes here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, Denied, GleaneryError
from gleanery.flow import deciding
from gleanery.flow.house import House
from gleanery.flow.quarantine.listing import listed, preview
from gleanery.flow.quarantine.releasing import release_as_is, release_masked
from gleanery.flow.rights import Right
from gleanery.model.items import DecisionVerdict
from gleanery.model.quarantine import MAX_REASON
from gleanery.web.pages import Pages
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

PATH = "/curation/quarantine"
ITEM = f"{PATH}/{{item:uuid}}"
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
SAID = {
    "masked": N_("The item waits in the queue with its passages masked."),
    "released": N_("The item waits in the queue with all its words."),
    "rejected": N_("The item is rejected."),
}
"""What was just done, by its name in the address."""


class Looked(BaseModel):
    """Which kind is listed, after which item, and what was just done."""

    kind: str = Field(default="", max_length=40)
    after: Count = 0
    said: str = Field(default="", max_length=20)


class Asked(BaseModel):
    """What is done with an item: the revision that was looked at, and why."""

    seen: Count = 0
    reason: str = Field(default="", max_length=4 * MAX_REASON)


class QuarantinePages:
    """The pages of quarantine."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """The list, one item, and the three ways out."""
        routes.page(PATH, Right.SEE_QUEUE, self.list)
        routes.page(ITEM, Right.DECIDE, self.show)
        routes.act(f"{ITEM}/mask", Right.DECIDE, self.mask, does="item.mask")
        routes.act(f"{ITEM}/release", Right.RELEASE, self.release, does="item.release")
        routes.act(f"{ITEM}/reject", Right.DECIDE, self.reject, does="quarantine.reject")

    def list(self, request: Request, looked: Annotated[Looked, Query()]) -> Response:
        """What is in quarantine, oldest first."""
        found = listed(self._house, looked.kind, after=looked.after)
        following = urlencode({"kind": looked.kind, "after": found.rows[-1].seq}) if found.more else ""
        return self._pages.page(
            request, "curation/quarantine.html", found=found, looked=looked, following=following,
            said=SAID.get(looked.said, ""),
        )  # fmt: skip

    def show(self, request: Request, visitor: Visiting, item: UUID) -> Response:
        """One item, masked."""
        return self._show(request, item)

    def _show(
        self, request: Request, item: UUID, problem: GleaneryError | None = None, typed: str = ""
    ) -> Response:
        try:
            seen = preview(self._house, str(item))
        except BadInput as error:
            return self._pages.message(request, 404, error.message, remedy=error.remedy)
        except Denied as error:
            told = problem or error
            return self._pages.message(request, 409, told.message, remedy=told.remedy)
        status = 200 if problem is None else 422 if isinstance(problem, BadInput) else 409
        return self._pages.page(
            request, "curation/quarantined.html", status=status, seen=seen, problem=problem, typed=typed,
            longest=MAX_REASON,
        )  # fmt: skip

    def mask(
        self, request: Request, visitor: Visiting, item: UUID, asked: Annotated[Asked, Form()]
    ) -> Response:
        """Let it into the queue with its passages masked."""
        return self._do(
            request, item, asked, "masked",
            lambda: release_masked(self._house, str(item), visitor.account, seen=asked.seen),
        )  # fmt: skip

    def release(
        self, request: Request, visitor: Visiting, item: UUID, asked: Annotated[Asked, Form()]
    ) -> Response:
        """Let it into the queue as it is."""
        return self._do(
            request, item, asked, "released",
            lambda: release_as_is(self._house, str(item), visitor.account, asked.reason, seen=asked.seen),
        )  # fmt: skip

    def reject(
        self, request: Request, visitor: Visiting, item: UUID, asked: Annotated[Asked, Form()]
    ) -> Response:
        """Reject it."""
        verdict = DecisionVerdict.REJECT
        return self._do(
            request, item, asked, "rejected",
            lambda: deciding.decide(
                self._house, str(item), verdict, visitor.account, asked.reason[:500], seen=asked.seen
            ),
        )  # fmt: skip

    def _do(
        self, request: Request, item: UUID, asked: Asked, said: str, act: Callable[[], object]
    ) -> Response:
        """Do it and go back to the list, or say on the item's page why not."""
        require_item(self._house, item)
        try:
            act()
        except (BadInput, Denied) as error:
            return self._show(request, item, error, asked.reason)
        return RedirectResponse(f"{PATH}?said={said}", 303)


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of quarantine, for people and for programs."""
    from gleanery.web.curation.quarantine_api import QuarantineApi

    routes = Routes("curation")
    QuarantinePages(house, pages).declare(routes)
    QuarantineApi(house).declare(routes)
    return routes.router
