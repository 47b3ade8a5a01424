"""What a report is made of: tables with named columns. Pages, exports and the API show the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

from gleanery.flow.reports.periods import Period


class Kind(StrEnum):
    """What stands in a column: a name of ours or of the platform's, a count, a share of one, seconds, US dollars."""

    NAME = "name"
    DAY = "day"
    COUNT = "count"
    RATIO = "ratio"
    SHARE = "share"
    SECONDS = "seconds"
    MONEY = "money"
    YES = "yes"


class Hidden(StrEnum):
    """Stands for a number of people that is too small to be told."""

    FEW = "few"


HIDDEN: Final = Hidden.FEW
Cell: TypeAlias = str | int | float | date | bool | Hidden | None


@dataclass(frozen=True)
class Column:
    """A column; `code` is its name in exports."""

    code: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True)
class Row:
    """A row of cells, None where there is nothing to tell; `about` says what it counts, so that it can be looked at."""

    cells: tuple[Cell, ...]
    about: Mapping[str, str] = field(default_factory=dict)


class Chart(StrEnum):
    """How a table is drawn: over its first column, the columns that it plots."""

    NONE = ""
    LINES = "lines"
    BARS = "bars"


@dataclass(frozen=True)
class Table:
    """A table and how it is drawn; `plotted` are places of columns."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: Chart = Chart.NONE
    plotted: tuple[int, ...] = ()
    more: int = 0
    """Rows that are not shown."""


@dataclass(frozen=True)
class Figure:
    """The one number of a report and the same number of the period before; None where it cannot be told."""

    code: str
    kind: Kind
    value: Cell
    before: Cell = None


@dataclass(frozen=True)
class Asked:
    """What a report is asked for; `source` and `goal` None: all.

    `framework`, `below`: the place in the tree of a framework from which to look down, None: from the top.
    `in_short`: the number is wanted, and a table that is dear may be left out.
    """

    period: Period
    source: str | None = None
    goal: str | None = None
    framework: str | None = None
    below: str | None = None
    in_short: bool = False


@dataclass(frozen=True)
class Report:
    """A report as it was asked for."""

    name: str
    asked: Asked
    figure: Figure
    tables: tuple[Table, ...]
    way: tuple[Row, ...] = ()
    """Where one stands in a tree, from the top down; a cell each."""

    def table(self, name: str) -> Table | None:
        """The table of this name, the first where none is named."""
        return next((one for one in self.tables if name in ("", one.name)), None)


def share(part: int, whole: int) -> float | None:
    """A part of a whole, None of nothing."""
    return part / whole if whole else None


def plain(cell: Cell) -> Any:
    """A cell as JSON holds it: a number too small to be told is the text `<5`."""
    if isinstance(cell, Hidden):
        return "<5"
    return cell.isoformat() if isinstance(cell, date) else cell
