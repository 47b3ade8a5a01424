"""The desk of privacy: what is held about somebody, on which basis and how long; given out, corrected, erased.

overview.py    find somebody, what waits, what ends soon
inquiries.py   everything held about somebody, the file for them, the preview of an erasure
erasures.py    erasures from asked for to the certificate
ledger.py      legal bases and the texts of consents
people.py      persons, their accounts, merges, objections
lists.py       HR lists
documents.py   the record of processing activities, the privacy sheet
own.py         everybody's own page
api/           the same for programs
office.py      what they share; errands.py does longer looks beside the pages; wording.py has the codes in words
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.pages import Pages
from gleanery.web.privacy.api import add_api
from gleanery.web.privacy.documents import DocumentPages
from gleanery.web.privacy.erasures import ErasurePages
from gleanery.web.privacy.inquiries import InquiryPages
from gleanery.web.privacy.ledger import LedgerPages
from gleanery.web.privacy.lists import ListPages
from gleanery.web.privacy.office import Office
from gleanery.web.privacy.overview import Overview
from gleanery.web.privacy.own import OwnPages
from gleanery.web.privacy.people import PeoplePages
from gleanery.web.routes import Routes

PARTS = (
    Overview,
    InquiryPages,
    ErasurePages,
    LedgerPages,
    PeoplePages,
    ListPages,
    DocumentPages,
    OwnPages,
)


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of the desk and of everybody's own page."""
    routes, office = Routes("privacy"), Office(house, pages)
    for part in PARTS:
        part(office).add_to(routes)
    add_api(routes, office)
    return routes.router
