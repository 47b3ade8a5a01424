"""The one report on single persons, as a page, as files and for programs: for those who may see the record."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.reports.evidence import COLUMNS, Evidence, EvidenceReport, evidence
from gleanery.flow.reports.tables import plain
from gleanery.flow.rights import Right
from gleanery.ports.cells import safe
from gleanery.web.pages import Pages
from gleanery.web.reports import shown
from gleanery.web.reports.wording import GRADES, HOLDS
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import locale

_SEE = Right.SEE_RECORD
PAGE_ROWS = 500
"""Rows of the page; the files have all."""


class Wanted(BaseModel):
    """One person by their id, one competency by its address; all where they are empty."""

    person: str = Field(default="", max_length=36)
    competency: str = Field(default="", max_length=2_000)


Wishes = Annotated[Wanted, Query()]


class EvidenceShape(BaseModel):
    """What one person did with one thing, for one competency it serves; see the page of the report."""

    person: UUID
    account: str
    unit: str
    competency: str
    label: str
    thing: str
    title: str
    grade: str
    on: date
    valid_until: date | None
    holds: str
    statements: int
    verb: str


class EvidenceList(BaseModel):
    """The rows. `left_out`: people not shown, `<5` where they are few. `more`: older statements, not in it."""

    items: list[EvidenceShape]
    left_out: int | str
    more: int
    is_off: bool
    next: None = None
    total: int


class EvidenceDesk:
    """The page, its files and its address for programs."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def router(self) -> APIRouter:
        """Every address with its policy."""
        routes = Routes("reports")
        routes.page("/reports/evidence", _SEE, self.page)
        routes.page("/reports/evidence.csv", _SEE, self.as_csv)
        routes.page("/reports/evidence.json", _SEE, self.as_json)
        routes.api("GET", "/reports/evidence", _SEE, self.show, response_model=EvidenceList)
        return routes.router

    def _made(self, visitor: Visitor, wanted: Wanted) -> EvidenceReport:
        return evidence(
            self._house,
            visitor.account,
            person=wanted.person,
            competency=wanted.competency,
            language=locale().language,
        )

    def page(self, request: Request, visitor: Visiting, wanted: Wishes) -> Response:
        """The report as a table whose every row opens the statements it counts."""
        made = self._made(visitor, wanted)
        rows = [(one, shown.address(one.row(), visitor.rights)) for one in made.rows[:PAGE_ROWS]]
        return self._pages.page(
            request, "reports/evidence.html", report=made, rows=rows, wanted=wanted, grades=GRADES, holds=HOLDS,
            not_shown=max(0, len(made.rows) - PAGE_ROWS), left_out=plain(made.left_out), shown=shown,
        )  # fmt: skip

    def show(self, visitor: Visiting, wanted: Wishes) -> EvidenceList:
        """The report for programs."""
        made = self._made(visitor, wanted)
        items = [EvidenceShape.model_validate(one, from_attributes=True) for one in made.rows]
        return EvidenceList(
            items=items, left_out=plain(made.left_out), more=made.more, is_off=made.is_off, total=len(items)
        )

    def as_csv(self, visitor: Visiting, wanted: Wishes) -> Response:
        """The report as a file for spreadsheets."""
        return _file(csv_of(self._made(visitor, wanted)), "text/csv; charset=utf-8", "evidence.csv")

    def as_json(self, visitor: Visiting, wanted: Wishes) -> Response:
        """The report as JSON."""
        return _file(json_of(self._made(visitor, wanted)), "application/json", "evidence.json")


def _file(content: str, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def csv_of(report: EvidenceReport) -> str:
    """The report as CSV; no cell is run by a spreadsheet."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([column.code for column in COLUMNS])
    for one in report.rows:
        cells = one.row().cells
        writer.writerow(["" if cell is None else safe(str(plain(cell))) for cell in cells])
    return file.getvalue()


def json_of(report: EvidenceReport) -> str:
    """The report as JSON, with how many people it leaves out."""
    told = {
        "left_out": plain(report.left_out),
        "more": report.more,
        "is_off": report.is_off,
        "rows": [_record(one) for one in report.rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=str)


def _record(one: Evidence) -> dict[str, Any]:
    return EvidenceShape.model_validate(one, from_attributes=True).model_dump(mode="json")
