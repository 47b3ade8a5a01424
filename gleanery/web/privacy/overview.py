"""The first page of the desk: find somebody, what waits, what ends soon."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from gleanery.flow.erasing import cases
from gleanery.flow.inquiries import kept
from gleanery.flow.people import ledger, sheet
from gleanery.flow.people.ledger import Standing, Wanted
from gleanery.flow.rights import Right
from gleanery.web.privacy.inquiries import Sought
from gleanery.web.privacy.office import Office, spoken
from gleanery.web.routes import Routes, Visiting

SHOWN = 5


class Overview:
    """The first page."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The route of the first page."""
        routes.page("/privacy", Right.SEE_PRIVACY, self.desk)

    def desk(self, request: Request, visitor: Visiting) -> Response:
        """What an officer of privacy looks at in the morning."""
        soon = ledger.page(self._house, visitor.account, Wanted(standing=Standing.ENDS_SOON), limit=SHOWN)
        return self._office.page(
            request, "desk", visitor, sought=Sought(), soon=soon.rows, more=soon.after is not None,
            waiting=cases.open_cases(self._house), recent=kept.recent(self._house, visitor.account, SHOWN),
            gaps=sheet.gaps(self._house, spoken(request, visitor)),
            needs_two=self._house.config.people.erasure_needs_two,
        )  # fmt: skip
