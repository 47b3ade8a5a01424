"""The pages of reports: one that shows them all, one for each, and what they show as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.reports import keeping
from gleanery.flow.reports.making import REPORTS, make, make_all
from gleanery.flow.reports.periods import LAST
from gleanery.flow.reports.reading import Recent
from gleanery.flow.reports.tables import Kind, Report, Row, Table, plain
from gleanery.flow.rights import Right
from gleanery.ports.cells import safe
from gleanery.web.pages import Pages
from gleanery.web.reports import shown, wording
from gleanery.web.reports.asking import Wanted
from gleanery.web.routes import Routes, Visiting

_NAMES = ", ".join(REPORTS)
_DRAWN = ("funnel", "intake")
"""The reports that the first page draws."""

Wishes = Annotated[Wanted, Query()]


@dataclass(frozen=True)
class Reading:
    """A report with its words, as the templates show it to one visitor."""

    report: Report
    rights: frozenset[Right]

    @property
    def words(self) -> wording.Words:
        """Its title and definition."""
        return wording.REPORTS[self.report.name]

    @property
    def figure(self) -> str:
        """Its one number."""
        return shown.figure(self.report.figure, self.report.figure.value)

    @property
    def figure_words(self) -> str:
        """What the number counts."""
        return wording.FIGURES[self.report.name]

    @property
    def trend(self) -> str:
        """How the number changed."""
        return shown.trend(self.report.figure)

    def address(self, row: Row) -> str:
        """Where what a row counts can be seen."""
        return shown.address(row, self.rights)


class ReportsDesk:
    """The pages of reports."""

    def __init__(self, house: House, pages: Pages, recent: Recent) -> None:
        self._house, self._pages, self._recent = house, pages, recent

    def router(self) -> APIRouter:
        """The routes of the pages."""
        routes = Routes("reports")
        routes.page("/reports", Right.SEE_REPORTS, self.overview)
        routes.page("/reports/{name}", Right.SEE_REPORTS, self.report)
        routes.page("/reports/{name}/{table}.csv", Right.SEE_REPORTS, self.as_csv)
        routes.page("/reports/{name}/{table}.json", Right.SEE_REPORTS, self.as_json)
        return routes.router

    def overview(self, request: Request, visitor: Visiting, wanted: Wishes) -> Response:
        """Every report by its one number, and how far items come as a picture."""
        made = make_all(self._house, self._recent, wanted.asked(self._house))
        readings = {one.name: Reading(one, visitor.rights) for one in made}
        drawn = [readings[name] for name in _DRAWN]
        return self._page(
            request, "reports/overview.html", wanted, cards=list(readings.values()), drawn=drawn,
            may_see_persons=visitor.may(Right.SEE_RECORD),
        )  # fmt: skip

    def report(self, request: Request, visitor: Visiting, name: str, wanted: Wishes) -> Response:
        """One report with its tables."""
        return self._page(request, "reports/report.html", wanted, one=self._reading(visitor, name, wanted))

    def _reading(self, visitor: Visitor, name: str, wanted: Wanted) -> Reading:
        if name not in REPORTS:
            raise HTTPException(404)
        return Reading(make(self._house, self._recent, name, wanted.asked(self._house)), visitor.rights)

    def _page(self, request: Request, template: str, wanted: Wanted, **more: Any) -> Response:
        asked = wanted.asked(self._house)
        return self._pages.page(
            request, template, wanted=wanted, period=asked.period, lengths=LAST, kinds=Kind, shown=shown,
            names={name: wording.REPORTS[name].title for name in REPORTS}, tables=wording.TABLES,
            sources=[one.name for one in self._house.config.sources], goals=self._house.config.goals,
            counted_at=keeping.counted_at(self._house), **more,
        )  # fmt: skip

    # ------------------------------------------------------------------ files

    def as_csv(self, visitor: Visiting, name: str, table: str, wanted: Wishes) -> Response:
        """A table as a file for spreadsheets, with the cells of the page."""
        return self._file(visitor, name, table, wanted, "csv", "text/csv; charset=utf-8", csv_of)

    def as_json(self, visitor: Visiting, name: str, table: str, wanted: Wishes) -> Response:
        """A table as JSON."""
        return self._file(visitor, name, table, wanted, "json", "application/json", json_of)

    def _file(
        self,
        visitor: Visitor,
        name: str,
        table: str,
        wanted: Wanted,
        ending: str,
        kind: str,
        written: Callable[[Report, Table], str],
    ) -> Response:
        report = self._reading(visitor, name, wanted).report
        found = report.table(table)
        if found is None:
            raise HTTPException(404)
        headers = {"content-disposition": f'attachment; filename="{name}-{found.name}.{ending}"'}
        return Response(written(report, found), media_type=kind, headers=headers)


def csv_of(_: Report, table: Table) -> str:
    """A table as CSV; no cell is run by a spreadsheet."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([safe(column.code) for column in table.columns])
    for row in table.rows:
        writer.writerow(["" if one is None else safe(str(plain(one))) for one in row.cells])
    return file.getvalue()


def json_of(report: Report, table: Table) -> str:
    """A table as JSON, with what it was asked for and what it means."""
    asked = report.asked
    return json.dumps(
        {
            "report": report.name,
            "table": table.name,
            "meaning": wording.REPORTS[report.name].meaning,
            "since": asked.period.first.isoformat(),
            "until": asked.period.last.isoformat(),
            "source": asked.source,
            "goal": asked.goal,
            "rows": [_record(table, row.cells) for row in table.rows],
        },
        ensure_ascii=False,
        indent=1,
    )


def _record(table: Table, cells: Sequence[Any]) -> dict[str, Any]:
    return {column.code: plain(one) for column, one in zip(table.columns, cells, strict=True)}
