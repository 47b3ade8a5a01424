"""The desk of audit: what was done in the house and by whom, whether the record is whole, how long it is kept.

sentences.py   an entry as a sentence; actions.py: those of every action
desk.py        the pages of the log and of one thing's trail
verifying.py   how the logs stand, and their verification
retaining.py   the rules of retention
api.py         the same for programs
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.model.searches import SearchedLog
from gleanery.web.audited.api import AuditApi
from gleanery.web.audited.desk import AuditDesk
from gleanery.web.audited.retaining import Retaining
from gleanery.web.audited.verifying import Verifying
from gleanery.web.pages import Pages
from gleanery.web.recorded.searching import Searching
from gleanery.web.routes import Routes


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of the desk of audit."""
    routes = Routes("audit")
    AuditDesk(house, pages).add_to(routes)
    Verifying(house, pages).add_to(routes)
    Retaining(house, pages).add_to(routes)
    Searching(house, pages, SearchedLog.AUDIT).add_to(routes)
    AuditApi(house).add_to(routes)
    return routes.router
