"""The desk of privacy for programs: whatever its pages can do."""

from __future__ import annotations

from gleanery.web.privacy.api.documents import DocumentApi
from gleanery.web.privacy.api.erasures import ErasureApi
from gleanery.web.privacy.api.inquiries import InquiryApi
from gleanery.web.privacy.api.ledger import LedgerApi
from gleanery.web.privacy.api.lists import ListApi
from gleanery.web.privacy.api.own import OwnApi
from gleanery.web.privacy.api.people import PeopleApi
from gleanery.web.privacy.office import Office
from gleanery.web.routes import Routes

PARTS = (InquiryApi, ErasureApi, LedgerApi, PeopleApi, ListApi, DocumentApi, OwnApi)


def add_api(routes: Routes, office: Office) -> None:
    """The addresses below /api/privacy and /api/me/privacy."""
    for part in PARTS:
        part(office).add_to(routes)
