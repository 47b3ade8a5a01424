"""The desk of one item: read it, see why it is here, edit, note, tag, compare, merge and split it."""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.items.api import ItemApi
from gleanery.web.items.comparing import ComparePages
from gleanery.web.items.reading import ItemPages
from gleanery.web.items.tagging import TagPages
from gleanery.web.pages import Pages
from gleanery.web.queue.looking import Looking
from gleanery.web.routes import Routes


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of one item."""
    routes = Routes("items")
    reading = ItemPages(house, pages, Looking(house))
    for part in (
        reading,
        TagPages(house, pages, reading),
        ComparePages(house, pages, reading),
        ItemApi(house),
    ):
        part.declare(routes)
    return routes.router
