"""How cells, columns and changes of a report are put into words, and where the things they count can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from babel import dates

from gleanery.flow.reports.tables import Cell, Column, Figure, Hidden, Kind, Row
from gleanery.flow.rights import Right
from gleanery.web import words
from gleanery.web.reports.wording import COLUMNS
from gleanery.web.words import gettext as _

_FEW = "<5"
_STAGES = ("imported", "kept", "approved", "delivered", "opened", "completed")
_SEEN_BY: Mapping[str, Right] = {
    "items": Right.SEE_QUEUE,
    "statements": Right.SEE_RECORD,
    "deliveries": Right.SEE_DESTINATIONS,
    "source": Right.SEE_SOURCES,
    "competencies": Right.SEE_REPORTS,
}


def cell(value: Cell, column: Column) -> str:
    """A cell in words; what there is nothing to tell of is a dash, what is too small to be told `<5`."""
    if isinstance(value, Hidden):
        return _FEW
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, str):
        return _name(value, column)
    return _number(value, column.kind)


def _number(value: float, kind: Kind) -> str:
    if kind is Kind.SHARE:
        return words.percent(value)
    if kind is Kind.SECONDS:
        return length(value)
    return words.number(round(value, 2 if kind is Kind.MONEY else 1))


def _name(value: str, column: Column) -> str:
    if column.code == "stage" and value in _STAGES:
        return _(COLUMNS[value])
    if column.code == "verb":
        return verb(value)
    return value or (_("no unit") if column.code == "unit" else _("unknown"))


def heading(column: Column) -> str:
    """The heading of a column: in words, or the last word of a verb's address."""
    return _(COLUMNS[column.code]) if column.code in COLUMNS else verb(column.code)


def verb(iri: str) -> str:
    """The last word of a verb's address: `completed`."""
    return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2] or iri


def length(seconds: float) -> str:
    """5 minutes, 3 hours, 2 days."""
    return dates.format_timedelta(timedelta(seconds=seconds), threshold=1.2, locale=words.locale())


def figure(one: Figure, value: Cell) -> str:
    """The one number of a report in words."""
    return cell(value, Column(one.code, one.kind))


def trend(one: Figure) -> str:
    """How the number changed against the period before, in words; empty where that cannot be told."""
    now, before = one.value, one.before
    if not isinstance(now, int | float) or not isinstance(before, int | float):
        return ""
    if now == before:
        return _("the same as in the period before")
    by = abs(now - before)
    if one.kind is Kind.SHARE:
        changed = _("%(points)s points") % {"points": words.number(round(100 * by, 1))}
    else:
        changed = figure(one, by)
    told = (
        _("%(changed)s more than in the period before")
        if now > before
        else _("%(changed)s less than in the period before")
    )
    return told % {"changed": changed}


def address(row: Row, rights: frozenset[Right]) -> str:
    """Where what a row counts can be seen; empty where it cannot, or not by this visitor."""
    about = dict(row.about)
    kind = about.pop("rows", "")
    if kind not in _SEEN_BY or _SEEN_BY[kind] not in rights:
        return ""
    query = urlencode({name: value for name, value in about.items() if value})
    if kind == "items":
        return f"/?{query}" if about.get("state") else ""
    if kind == "competencies":
        return f"/reports/coverage?{query}"
    if kind == "statements":
        return f"/record?{query}"
    return f"/sources/{about['source']}" if kind == "source" else "/destinations"
