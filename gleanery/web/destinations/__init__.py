"""Destinations on the web: how each stands, setting one up, the outbox, and the addresses of the API for the same.

desk.py    the pages and forms; wording.py what is said of adapters and their settings
api.py     the same for programs; shapes.py has its shapes
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.destinations.api import DestinationsApi
from gleanery.web.destinations.desk import DestinationsDesk
from gleanery.web.pages import Pages


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of destinations."""
    made = DestinationsDesk(house, pages).router()
    made.routes.extend(DestinationsApi(house).router().routes)
    return made
