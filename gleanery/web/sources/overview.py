"""The list of what is read, and the catalogue of what could be."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from gleanery.flow import readings, runs, standing
from gleanery.flow.catalogue import catalogue
from gleanery.flow.drafts import drafts_of
from gleanery.flow.quotas import spendings
from gleanery.flow.rights import Right
from gleanery.web.routes import Routes, Visiting
from gleanery.web.runs import shown
from gleanery.web.sources.shared import Desk
from gleanery.web.sources.wording import said


class Overview(Desk):
    """The entrance of the desk."""

    def add_to(self, routes: Routes) -> None:
        """The routes of the list and the catalogue."""
        routes.page("/sources", Right.SEE_SOURCES, self.sources)
        routes.page("/sources/new", Right.MANAGE_SOURCES, self.offered)

    def sources(
        self,
        request: Request,
        visitor: Visiting,
        done: Annotated[str, Query(alias="said", max_length=20)] = "",
    ) -> Response:
        """Every source with how it fares, what it spends and what is under way."""
        house = self.house
        rows = standing.standing(house)
        under_way = runs.under_way(house)
        reading = {run.subject for run in under_way if run.kind == readings.KIND}
        drafts = [one for one in drafts_of(house, visitor.person_id) if not one.is_sign_in]
        return self.page(
            request,
            "list",
            rows=rows,
            reading=reading,
            spendings=spendings(house, [row["name"] for row in rows]),
            warnings=standing.warnings(house),
            runs=shown(under_way, visitor, house.now()),
            titles={one.name: one.about.title for one in catalogue()},
            drafts=drafts if visitor.may(Right.MANAGE_SOURCES) else (),
            fault=house.settings_fault,
            said=lambda: said(done),
        )

    def offered(self, request: Request, visitor: Visiting) -> Response:
        """What can be connected."""
        drafts = [one for one in drafts_of(self.house, visitor.person_id) if not one.is_sign_in]
        return self.page(request, "catalogue", offered=catalogue(), drafts=drafts)
