"""The documents of the desk: the record of processing activities and the privacy sheet, to read, print, take away."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.responses import Response

from gleanery.flow.people import printing, processing, sheet
from gleanery.flow.rights import Right
from gleanery.web.privacy.office import Language, Office, spoken
from gleanery.web.routes import Routes, Visiting

Form = Literal["md", "json"]
Spoken = Annotated[Language | None, Query()]


class DocumentPages:
    """The record of processing and the sheet."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The routes of the documents."""
        routes.page("/privacy/processing", Right.SEE_PRIVACY, self.processing)
        routes.page("/privacy/processing.{form}", Right.SEE_PRIVACY, self.processing_file)
        routes.page("/privacy/sheet", Right.SEE_PRIVACY, self.sheet)
        routes.page("/privacy/sheet.{form}", Right.SEE_PRIVACY, self.sheet_file)

    def processing(self, request: Request, visitor: Visiting, language: Spoken = None) -> Response:
        """The record of processing activities as a page."""
        language = language or spoken(request, visitor)
        record = processing.record_of_processing(self._house, language)
        return self._office.page(request, "processing", visitor, record=record, spoken=language)

    def processing_file(self, form: Form, language: Language = "en") -> Response:
        """The same as a file."""
        record = processing.record_of_processing(self._house, language)
        text = processing.as_markdown(record) if form == "md" else _json(processing.as_data(record))
        return _file(text, form, f"processing-{language}")

    def sheet(self, request: Request, visitor: Visiting, language: Spoken = None) -> Response:
        """The privacy sheet as a page."""
        language = language or spoken(request, visitor)
        made = sheet.privacy_sheet(self._house, language)
        return self._office.page(request, "sheet", visitor, sheet=made, spoken=language)

    def sheet_file(self, form: Form, language: Language = "en") -> Response:
        """The same as a file."""
        made = sheet.privacy_sheet(self._house, language)
        text = printing.as_markdown(made) if form == "md" else _json(printing.as_data(made))
        return _file(text, form, f"privacy-sheet-{language}")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def _file(text: str, form: Form, name: str) -> Response:
    media = {"md": "text/markdown", "json": "application/json"}[form]
    headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return Response(text, media_type=f"{media}; charset=utf-8", headers=headers)
