"""Reports on the web, and the digest that a person may ask for.

desk.py     the pages; wording.py what each report and column means; shown.py how a cell is put into words
api.py      the same for programs
evidence.py the one report on single persons
digests.py  choosing a digest and leaving it; letters.py how one reads
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.flow.reports.reading import Recent
from gleanery.web.pages import Pages
from gleanery.web.reports.api import ReportsApi
from gleanery.web.reports.desk import ReportsDesk
from gleanery.web.reports.digests import DigestDesk
from gleanery.web.reports.evidence import EvidenceDesk


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of reports and digests."""
    recent, made = Recent(house), APIRouter()
    for part in (
        EvidenceDesk(house, pages),
        ReportsDesk(house, pages, recent),
        ReportsApi(house, recent),
        DigestDesk(house, pages),
    ):
        made.routes.extend(part.router().routes)
    return made
