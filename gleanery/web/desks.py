"""Every desk of the house, put together in one place."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web import (
    audited,
    collections,
    curation,
    destinations,
    items,
    pictures,
    privacy,
    queue,
    recorded,
    reports,
    runs,
    sources,
)
from gleanery.web.pages import Pages


def routers(house: House, pages: Pages) -> Sequence[APIRouter]:
    """The routes of all desks."""
    return (
        items.router(house, pages),
        queue.router(house, pages),
        collections.router(house, pages),
        curation.router(house, pages),
        destinations.router(house, pages),
        recorded.router(house, pages),
        sources.router(house, pages),
        runs.router(house, pages),
        pictures.router(house, pages),
        audited.router(house, pages),
        privacy.router(house, pages),
        reports.router(house, pages),
    )
