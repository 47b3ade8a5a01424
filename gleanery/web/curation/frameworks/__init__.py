"""Frameworks on the web: the list, the tree of one, its versions, and the addresses of the API for the same.

desk.py     the pages, and the forms for a version that waits
wording.py  kinds of changes and states in words
api.py      the same for programs; shapes.py has its shapes
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.curation.frameworks.api import FrameworksApi
from gleanery.web.curation.frameworks.desk import FrameworksDesk
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of frameworks."""
    routes = Routes("frameworks")
    FrameworksDesk(house, pages).declare(routes)
    FrameworksApi(house).declare(routes)
    return routes.router
