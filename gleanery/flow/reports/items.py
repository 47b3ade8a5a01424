"""Reports on items: how far they came, what each source yields, how long a verdict takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import sqrt

from sqlmodel import col, func, select

from gleanery.flow import usage
from gleanery.flow.reports import lengths
from gleanery.flow.reports.counting import day_of
from gleanery.flow.reports.measures import APPROVED, DECIDED, IMPORTED, KEPT, REJECTED, STAGES, WAITED
from gleanery.flow.reports.periods import Period, monday
from gleanery.flow.reports.reading import Counts
from gleanery.flow.reports.tables import Asked, Cell, Chart, Column, Figure, Kind, Report, Row, Table, share
from gleanery.model.items import DecisionVerdict, Item, ItemState

_SURE = 1.96
"""Standard deviations of a confidence of 95 %."""

_STATE_OF = {APPROVED: "approved", REJECTED: "rejected"}
Waits = Counter[int]


def funnel(counts: Counts, asked: Asked) -> Report:
    """How far the items of a period came, stage by stage, and the same by source."""
    of = {"key": asked.goal or "", "source": asked.source}
    sums = counts.grouped(STAGES, asked.period, "measure", "source", **of)
    totals = Counter({stage: sum(n for (one, _), n in sums.items() if one == stage) for stage in STAGES})
    before = counts.total(APPROVED, asked.period.before, **of)
    return Report(
        "funnel",
        asked,
        Figure("approved", Kind.COUNT, totals[APPROVED], before),
        (_stages(totals, asked), _by_source(sums, asked)),
    )


def _stages(totals: Mapping[str, int], asked: Asked) -> Table:
    before = [totals[STAGES[0]], *(totals[stage] for stage in STAGES)]
    rows = tuple(
        Row(
            (stage, totals[stage], share(totals[stage], last), share(totals[stage], totals[IMPORTED])),
            _about(asked, stage),
        )
        for stage, last in zip(STAGES, before, strict=False)
    )
    columns = (
        Column("stage", Kind.NAME),
        Column("items"),
        Column("of_stage_before", Kind.SHARE),
        Column("of_imported", Kind.SHARE),
    )
    return Table("stages", columns, rows, Chart.BARS, (1,))


def _by_source(sums: Mapping[tuple[str, str], int], asked: Asked) -> Table:
    sources = sorted({source for _, source in sums})
    rows = tuple(
        Row((source, *(sums.get((stage, source), 0) for stage in STAGES)), _about(asked, APPROVED, source))
        for source in sources
    )
    return Table("by-source", (Column("source", Kind.NAME), *map(Column, STAGES)), rows)


def _about(asked: Asked, stage: str, source: str | None = None) -> dict[str, str]:
    """What a row of items counts."""
    told = {"rows": "items", "since": asked.period.first.isoformat(), "until": asked.period.last.isoformat()}
    told |= {"state": _STATE_OF[stage]} if stage in _STATE_OF else {}
    told |= {"source": source or asked.source or ""}
    return told | ({"goal": asked.goal} if asked.goal else {})


def intake(counts: Counts, asked: Asked) -> Report:
    """What came in and what was decided, day by day."""
    period = asked.period
    made = counts.grouped([IMPORTED], period, "day", key=asked.goal or "", source=asked.source)
    given = counts.grouped([DECIDED], period, "day", "key", source=asked.source)
    verdicts = [one.value for one in DecisionVerdict]
    rows = tuple(
        Row(
            (day, made[(day,)], *(given[day, one] for one in verdicts)),
            _about(Asked(Period(day, day), asked.source, asked.goal), ""),
        )
        for day in period
    )
    columns = (
        Column("day", Kind.DAY),
        Column(IMPORTED),
        Column("approvals"),
        Column("rejections"),
        Column("retractions"),
    )
    before = counts.total(IMPORTED, period.before, key=asked.goal or "", source=asked.source)
    figure = Figure(IMPORTED, Kind.COUNT, sum(made.values()), before)
    return Report("intake", asked, figure, (Table("days", columns, rows, Chart.LINES, (1, 2, 3)),))


# --------------------------------------------------------------------------- yield


def yields(counts: Counts, asked: Asked) -> Report:
    """What each source brought, how much of it was accepted, and what an approved item cost."""
    of = {"key": asked.goal or "", "source": asked.source}
    sums = counts.grouped(_YIELD, asked.period, "source", "measure", **of)
    spent = _spent(counts, asked)
    rows = tuple(
        Row(
            (source, *_yield([sums[source, one] for one in _YIELD], spent.get(source))),
            _about(asked, APPROVED, source),
        )
        for source in sorted({source for source, _ in sums} | spent.keys())
    )
    approved, rejected = (
        sum(n for (_, one), n in sums.items() if one == measure) for measure in (APPROVED, REJECTED)
    )
    old = counts.grouped([APPROVED, REJECTED], asked.period.before, "measure", **of)
    before = share(old[(APPROVED,)], old[(APPROVED,)] + old[(REJECTED,)])
    figure = Figure("acceptance", Kind.SHARE, share(approved, approved + rejected), before)
    return Report("yield", asked, figure, (Table("sources", _YIELD_COLUMNS, rows, Chart.BARS, (1, 3)),))


_YIELD = (IMPORTED, KEPT, APPROVED, REJECTED)
_YIELD_COLUMNS = (
    Column("source", Kind.NAME),
    *map(Column, _YIELD),
    Column("acceptance", Kind.SHARE),
    Column("acceptance_low", Kind.SHARE),
    Column("acceptance_high", Kind.SHARE),
    Column("requests"),
    Column("cost", Kind.MONEY),
    Column("cost_per_approved", Kind.MONEY),
)


def _yield(counted: list[int], spent: tuple[int, Decimal] | None) -> tuple[Cell, ...]:
    _, _, approved, rejected = counted
    requests, money = spent or (0, Decimal(0))
    low, high = wilson(approved, approved + rejected)
    each = round(float(money) / approved, 4) if approved else None
    return *counted, share(approved, approved + rejected), low, high, requests, round(float(money), 4), each


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """Between which shares the true one lies with 95 % confidence (Wilson 1927, eq. for the score interval)."""
    if not whole:
        return None, None
    found, square = part / whole, _SURE**2 / whole
    middle, half = found + square / 2, _SURE * sqrt(found * (1 - found) / whole + square / (4 * whole))
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


def _spent(counts: Counts, asked: Asked) -> dict[str, tuple[int, Decimal]]:
    """Requests and US dollars by source within the period."""
    found: dict[str, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for one in days_spent(counts, asked):
        requests, money = found[one.source]
        found[one.source] = requests + one.requests, money + one.money
    return dict(found)


def days_spent(counts: Counts, asked: Asked) -> list[usage.Day]:
    """What the configured sources spent, by day of the period."""
    names = [one.name for one in counts.house.config.sources if asked.source in (None, one.name)]
    days = usage.usage(counts.house, names, (counts.today - asked.period.first).days + 1)
    return [one for one in days if asked.period.first <= one.day <= asked.period.last]


# --------------------------------------------------------------------------- time to a verdict


def speed(counts: Counts, asked: Asked) -> Report:
    """How long items waited for a person's verdict, by week and by source, and what waits still."""
    period = asked.period
    by_week, by_source = defaultdict[date, Waits](Counter), defaultdict[str, Waits](Counter)
    for (day, step), number in counts.grouped([WAITED], period, "day", "key", source=asked.source).items():
        by_week[monday(day)][int(step)] += number
    for (source, step), number in counts.grouped(
        [WAITED], period, "source", "key", source=asked.source
    ).items():
        by_source[source][int(step)] += number
    old: Waits = Counter()
    for (step,), number in counts.grouped([WAITED], period.before, "key", source=asked.source).items():
        old[int(step)] += number
    every = sum(by_source.values(), Counter[int]())
    columns = (Column("verdicts"), Column("median", Kind.SECONDS), Column("nine_of_ten", Kind.SECONDS))
    weeks = tuple(Row((week, *_waits(by_week[week]))) for week in sorted(by_week))
    sources = tuple(
        Row((one, *_waits(by_source[one])), _about(asked, APPROVED, one)) for one in sorted(by_source)
    )
    return Report(
        "speed",
        asked,
        Figure("median", Kind.SECONDS, _seconds(every, 0.5), _seconds(old, 0.5)),
        (
            Table("weeks", (Column("week", Kind.DAY), *columns), weeks, Chart.LINES, (2, 3)),
            Table("by-source", (Column("source", Kind.NAME), *columns), sources),
            _waiting(counts),
        ),
    )


def _waits(waits: Waits) -> tuple[Cell, ...]:
    return sum(waits.values()), _seconds(waits, 0.5), _seconds(waits, 0.9)


def _seconds(waits: Waits, part: float) -> int | None:
    found = lengths.quantile(waits, part)
    return round(found.total_seconds()) if found is not None else None


def _waiting(counts: Counts) -> Table:
    """What waits now, and since when the oldest does."""
    living = (Item.state == ItemState.WAITING, col(Item.merged_into).is_(None))
    number = counts.session.exec(select(func.count()).select_from(Item).where(*living)).one()
    oldest = counts.session.exec(select(Item.made_at).where(*living).order_by(col(Item.seq)).limit(1)).first()
    row = Row((number, day_of(oldest) if oldest else None), {"rows": "items", "state": "waiting"})
    return Table("waiting", (Column("waiting"), Column("oldest", Kind.DAY)), (row,))
