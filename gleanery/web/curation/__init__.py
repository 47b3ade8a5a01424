"""The desk of curation: what screens, groups, rates and looks again, each with its page.

overview.py   the first page
frameworks/   competency frameworks: versions, trees, what waits
duplicates.py what looks alike and what was put together; for people and for programs
rules/        rules that curators write
links.py      what is broken, and what is to be looked at again; links_api.py the same for programs
learned.py    what was learned from decisions
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.curation import duplicates, frameworks, learned, links, overview, quarantine, rules
from gleanery.web.pages import Pages

ROUTERS: tuple[Callable[[House, Pages], APIRouter], ...] = (
    overview.router,
    duplicates.router,
    frameworks.router,
    learned.router,
    links.router,
    quarantine.router,
    rules.router,
)


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of every page of the desk; what stands in its tabs is in `navigation.CURATION`."""
    made = APIRouter()
    for part in ROUTERS:
        made.routes.extend(part(house, pages).routes)
    return made
