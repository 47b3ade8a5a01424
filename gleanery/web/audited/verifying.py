"""Whether the record is whole: how each log stands, the verification while one watches, what to do about a fault."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import Conflict
from gleanery.flow import runs
from gleanery.flow.house import House
from gleanery.flow.recorded import verification, working
from gleanery.flow.recorded.names import names_of, uuid_in
from gleanery.flow.rights import Right
from gleanery.model.runs import Run
from gleanery.web.audited.sentences import EntrySentences
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes, Visiting


class Verifying:
    """The page of verification."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def add_to(self, routes: Routes) -> None:
        """Add this page to the routes of the desk."""
        path = "/audit/verification"
        routes.page(path, Right.SEE_AUDIT, self.show)
        routes.act(path, Right.SEE_AUDIT, self.begin, does="record.verify")
        routes.act(f"{path}/cancel", Right.SEE_AUDIT, self.cancel, does="verification.cancel")

    def show(self, request: Request) -> Response:
        """How the logs stand, and what the last verification found."""
        stands = verification.standing(self._house)
        by = uuid_in((stands.found or {}).get("by", "").removeprefix("person:"))
        with self._house.store.read() as session:
            names = names_of(self._house, session, {by} if by else (), ())
        return self._pages.page(
            request, "audit/verification.html", stands=stands, say=EntrySentences(names), iso=datetime.fromisoformat,
            seconds=self._house.config.record.checkpoint_seconds,
        )  # fmt: skip

    def begin(self, request: Request, visitor: Visiting) -> Response:
        """Verify all logs now; one that goes on is joined."""
        working.begin(self._house, verification.ask(self._house, visitor.account))
        return RedirectResponse("/audit/verification", 303)

    def cancel(self, request: Request) -> Response:
        """Stop the verification that goes on."""
        stop(self._house, verification.KIND)
        return RedirectResponse("/audit/verification", 303)


def stop(house: House, kind: str) -> Run:
    """Ask the run of a kind that goes on to stop. Raises: Conflict where none does."""
    run = next(iter(runs.under_way(house, kind)), None)
    if run is None:
        raise Conflict("Nothing goes on that could be stopped.", remedy="It may have ended meanwhile.")
    return runs.cancel(house, run.id)
