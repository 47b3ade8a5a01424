"""Destinations on the web: how each stands, setting one up, the outbox, and the addresses of the API for the same.

desk.py    the pages and forms; wording.py what is said of adapters and their settings
api.py     the same for programs; shapes.py has its shapes
looking.py what would be delivered and what became of our entries, for people and programs
lti.py     the registration at an LMS, for people and programs; lti_shapes.py has its shapes
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.destinations.api import DestinationsApi
from gleanery.web.destinations.desk import DestinationsDesk
from gleanery.web.destinations.looking import LookingDesk
from gleanery.web.destinations.lti import LtiApi, LtiDesk
from gleanery.web.pages import Pages


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of destinations."""
    made = DestinationsDesk(house, pages).router()
    made.routes.extend(DestinationsApi(house).router().routes)
    made.routes.extend(LookingDesk(house).router().routes)
    made.routes.extend(LtiDesk(house, pages).router().routes)
    made.routes.extend(LtiApi(house).router().routes)
    return made
