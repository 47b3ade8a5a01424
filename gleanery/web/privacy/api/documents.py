"""The documents for programs."""

from __future__ import annotations

from typing import Any

from gleanery.flow.people import printing, processing, sheet
from gleanery.flow.rights import Right
from gleanery.web.privacy.office import Language, Office
from gleanery.web.routes import Routes


class DocumentApi:
    """The record of processing activities and the privacy sheet."""

    def __init__(self, office: Office) -> None:
        self._house = office.house

    def add_to(self, routes: Routes) -> None:
        """The addresses of the documents."""
        routes.api("GET", "/privacy/processing", Right.SEE_PRIVACY, self.processing)
        routes.api("GET", "/privacy/sheet", Right.SEE_PRIVACY, self.sheet)

    def processing(self, language: Language = "en") -> dict[str, Any]:
        """The record of processing activities (Art. 30 GDPR)."""
        return processing.as_data(processing.record_of_processing(self._house, language))

    def sheet(self, language: Language = "en") -> dict[str, Any]:
        """The privacy sheet."""
        return printing.as_data(sheet.privacy_sheet(self._house, language))
