"""The desk of connectors: what is read and how it fares, the catalogue, the wizard, and the API that does the same."""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes
from gleanery.web.sources.api import SourcesApi
from gleanery.web.sources.drafts_api import DraftsApi
from gleanery.web.sources.overview import Overview
from gleanery.web.sources.signing import SigningIn
from gleanery.web.sources.source import SourcePages
from gleanery.web.sources.wizard import Wizard


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of the desk; the fixed addresses come before those that hold a source's name."""
    routes = Routes("sources")
    for part in (Overview, SigningIn, Wizard, SourcePages):
        part(house, pages).add_to(routes)
    for api in (DraftsApi, SourcesApi):
        api(house).add_to(routes)
    return routes.router
