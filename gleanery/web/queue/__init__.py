"""The queue: what waits for a curator, the item in the reader beside it, and the verdicts, one by one or many."""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.pages import Pages
from gleanery.web.queue.api import PARTS
from gleanery.web.queue.kept import ViewPages
from gleanery.web.queue.listed import QueuePages
from gleanery.web.queue.looking import Looking
from gleanery.web.queue.many import BulkPages
from gleanery.web.routes import Routes


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of the queue."""
    routes = Routes("queue")
    parts = (
        QueuePages(house, pages, Looking(house)),
        BulkPages(house, pages),
        ViewPages(house, pages),
        *(part(house) for part in PARTS),
    )
    for part in parts:
        part.declare(routes)
    return routes.router
