"""How long things are kept: the rules, what each would take now, and their application by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.recorded import retaining, working
from gleanery.flow.rights import Right
from gleanery.web.audited.verifying import stop
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes, Visiting

PATH = "/audit/retention"


class Retaining:
    """The page of retention."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def add_to(self, routes: Routes) -> None:
        """Add this page to the routes of the desk."""
        routes.page(PATH, Right.SEE_AUDIT, self.show)
        routes.act(f"{PATH}/count", Right.RETAIN, self.count, does="retention.count")
        routes.act(f"{PATH}/apply", Right.RETAIN, self.apply, does="retention.apply")
        routes.act(f"{PATH}/cancel", Right.RETAIN, self.cancel, does="retention.cancel")

    def show(self, request: Request) -> Response:
        """The rules, when they were last applied, and what the last dry run counted."""
        return self._page(request)

    def _page(self, request: Request, problem: BadInput | None = None) -> Response:
        return self._pages.page(
            request, "audit/retention.html", status=422 if problem else 200, problem=problem,
            stands=retaining.standing(self._house), iso=datetime.fromisoformat,
        )  # fmt: skip

    def count(self, request: Request, visitor: Visiting) -> Response:
        """Count what the rules would take; nothing goes."""
        working.begin(self._house, retaining.ask(self._house, visitor.account, dry_run=True))
        return RedirectResponse(PATH, 303)

    def apply(
        self, request: Request, visitor: Visiting, confirmed: Annotated[bool, Form()] = False
    ) -> Response:
        """Let go what the rules take, once somebody confirmed it."""
        try:
            run = retaining.ask(self._house, visitor.account, dry_run=False, confirmed=confirmed)
        except BadInput as error:
            return self._page(request, error)
        working.begin(self._house, run)
        return RedirectResponse(PATH, 303)

    def cancel(self, request: Request) -> Response:
        """Stop what goes on; what was let go is gone."""
        stop(self._house, retaining.KIND)
        return RedirectResponse(PATH, 303)
