"""The first page of the desk: what each of its pages is for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes


def router(house: House, pages: Pages) -> APIRouter:
    """The route of the first page."""

    def overview(request: Request) -> Response:
        return pages.page(request, "curation/overview.html")

    routes = Routes("curation")
    routes.page("/curation", Right.SEE_QUEUE, overview)
    return routes.router
