"""/api/reports: every report and every table of it, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.flow.house import House
from gleanery.flow.reports import keeping
from gleanery.flow.reports.making import REPORTS, make, make_all
from gleanery.flow.reports.reading import Recent
from gleanery.flow.reports.tables import Figure, Report, Table, plain
from gleanery.flow.rights import Right
from gleanery.web.reports import wording
from gleanery.web.reports.asking import Wanted
from gleanery.web.reports.desk import csv_of
from gleanery.web.routes import Routes

Wishes = Annotated[Wanted, Query()]
Cell = str | int | float | bool | None
"""A number of people that is too small to be told is the text `<5`."""


class ColumnShape(BaseModel):
    """A column: its name in rows and exports, and what stands in it."""

    code: str
    kind: str


class TableShape(BaseModel):
    """A table; the cells of a row stand in the order of the columns. `more`: rows that are left out."""

    name: str
    columns: list[ColumnShape]
    rows: list[list[Cell]]
    more: int


class FigureShape(BaseModel):
    """The one number of a report, and the same of as many days before."""

    code: str
    kind: str
    value: Cell
    before: Cell


class ReportShape(BaseModel):
    """A report: what it means, of which days it is, its number and its tables."""

    name: str
    title: str
    meaning: str
    since: date
    until: date
    figure: FigureShape
    tables: list[TableShape]


class ReportList(BaseModel):
    """Every report by its number; `counted_at`: when the days before today were counted last."""

    items: list[ReportShape]
    next: None = None
    total: int
    counted_at: datetime | None


class ReportsApi:
    """The addresses of reports."""

    def __init__(self, house: House, recent: Recent) -> None:
        self._house, self._recent = house, recent

    def router(self) -> APIRouter:
        """Every address with its policy."""
        routes, see = Routes("reports"), Right.SEE_REPORTS
        routes.api("GET", "/reports", see, self.list, response_model=ReportList)
        routes.api("GET", "/reports/{name}", see, self.show, errors=(404,), response_model=ReportShape)
        routes.api("GET", "/reports/{name}/{table}.csv", see, self.as_csv, errors=(404,), response_class=_Csv)
        return routes.router

    def list(self, wanted: Wishes) -> ReportList:
        """Every report by its one number, without the tables."""
        made = make_all(self._house, self._recent, wanted.asked(self._house))
        shapes = [_report(one, with_tables=False) for one in made]
        return ReportList(items=shapes, total=len(shapes), counted_at=keeping.counted_at(self._house))

    def show(self, name: str, wanted: Wishes) -> ReportShape:
        """One report with its tables."""
        return _report(self._made(name, wanted))

    def as_csv(self, name: str, table: str, wanted: Wishes) -> Response:
        """One table of a report as CSV."""
        report = self._made(name, wanted)
        found = report.table(table)
        if found is None:
            raise HTTPException(404, "There is no such table in this report.")
        return _Csv(csv_of(report, found))

    def _made(self, name: str, wanted: Wanted) -> Report:
        if name not in REPORTS:
            raise HTTPException(404, "There is no such report.")
        return make(self._house, self._recent, name, wanted.asked(self._house))


class _Csv(Response):
    media_type = "text/csv"


def _report(report: Report, *, with_tables: bool = True) -> ReportShape:
    words, period = wording.REPORTS[report.name], report.asked.period
    return ReportShape(
        name=report.name,
        title=words.title,
        meaning=words.meaning,
        since=period.first,
        until=period.last,
        figure=_figure(report.figure),
        tables=[_table(one) for one in report.tables] if with_tables else [],
    )


def _figure(one: Figure) -> FigureShape:
    return FigureShape(code=one.code, kind=one.kind.value, value=plain(one.value), before=plain(one.before))


def _table(one: Table) -> TableShape:
    rows: list[list[Any]] = [[plain(cell) for cell in row.cells] for row in one.rows]
    columns = [ColumnShape(code=column.code, kind=column.kind.value) for column in one.columns]
    return TableShape(name=one.name, columns=columns, rows=rows, more=one.more)
