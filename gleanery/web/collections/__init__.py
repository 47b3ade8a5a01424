"""Collections on the web: the list, the builder, the preview, and the addresses of the API for the same.

desk.py    the pages and forms; forms.py what they bring
api.py     the same for programs; shapes.py has its shapes
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.collections.api import CollectionsApi
from gleanery.web.collections.desk import CollectionsDesk
from gleanery.web.pages import Pages


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of collections."""
    made = CollectionsDesk(house, pages).router()
    made.routes.extend(CollectionsApi(house).router().routes)
    return made
