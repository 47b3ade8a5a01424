"""The desk of record: statements as sentences beside what was received, exports, searches that are kept.

filters.py     what an address asks for, and back
sentences.py   a statement as a sentence; verbs.py: those of every verb
layout.py      JSON laid out to be read
desk.py        the pages
exporting.py   exports of both logs
searching.py   searches that are kept
api.py         the same for programs
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.model.searches import SearchedLog
from gleanery.web.pages import Pages
from gleanery.web.recorded.api import RecordApi
from gleanery.web.recorded.desk import RecordDesk
from gleanery.web.recorded.exporting import Exporting
from gleanery.web.recorded.searching import Searching
from gleanery.web.routes import Routes


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of the record."""
    routes = Routes("record")
    Exporting(house, pages).add_to(routes)
    Searching(house, pages, SearchedLog.STATEMENTS).add_to(routes)
    RecordDesk(house, pages).add_to(routes)
    RecordApi(house).add_to(routes)
    return routes.router
