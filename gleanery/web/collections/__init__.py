"""Collections on the web: the list, the builder, the preview, and the addresses of the API for the same.

desk.py     the list, a new draft, the preview
builder.py  the page on which one is built
changes.py  its forms, each one change; forms.py has what they bring
api.py      the same for programs; shapes.py has its shapes
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.collections.api import CollectionsApi
from gleanery.web.collections.builder import Builder
from gleanery.web.collections.changes import Changes
from gleanery.web.collections.desk import CollectionsDesk
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of collections."""
    routes, builder = Routes("collections"), Builder(house, pages)
    for part in (CollectionsDesk(house, pages), builder, Changes(house, builder)):
        part.declare(routes)
    routes.router.routes.extend(CollectionsApi(house).router().routes)
    return routes.router
