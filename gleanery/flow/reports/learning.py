"""Reports on what learners are offered and do: overload, statements, and how many learners."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from sqlmodel import col, func, or_, select

from gleanery.flow.reports.counting import daily
from gleanery.flow.reports.measures import COMPLETING, OPENING, STATEMENTS
from gleanery.flow.reports.periods import Period, monday
from gleanery.flow.reports.reading import Counts
from gleanery.flow.reports.small import guarded, told
from gleanery.flow.reports.tables import (
    HIDDEN,
    Asked,
    Cell,
    Chart,
    Column,
    Figure,
    Kind,
    Report,
    Row,
    Table,
    share,
)
from gleanery.model.people import Person
from xapi.vocabulary import tla

_RELEASED = tla.RELEASED.id
_SHOWN_VERBS = 6
_FRESH_LEARNERS = timedelta(minutes=5)
NO_UNIT = ""
"""The unit of those that the HR list puts into none."""


def overload(counts: Counts, asked: Asked) -> Report:
    """How many items came to the destinations in each week, and how many that is for each of them and each learner."""
    weeks: Counter[object] = Counter()
    for (day,), number in counts.grouped([STATEMENTS], asked.period, "day", key=_RELEASED).items():
        weeks[monday(day)] += number
    places, learners = len(counts.house.config.destinations), _learners_known(counts)
    mondays = sorted({monday(day) for day in asked.period})
    rows = tuple(
        Row(
            (week, weeks[week], share(weeks[week], places), learners, share(weeks[week], learners)),
            _record(_RELEASED, Period(week, week + timedelta(days=6))),
        )
        for week in mondays
    )
    columns = (
        Column("week", Kind.DAY), Column("deliveries"), Column("new_to_each", Kind.RATIO), Column("learners"),
        Column("per_learner", Kind.RATIO),
    )  # fmt: skip
    before = counts.total(STATEMENTS, asked.period.before, key=_RELEASED)
    figure = Figure("deliveries", Kind.COUNT, sum(weeks.values()), before)
    return Report("overload", asked, figure, (Table("weeks", columns, rows, Chart.BARS, (1,)),))


def _learners_known(counts: Counts) -> int:
    """People of the HR list who are here today."""
    here = or_(col(Person.ends_on).is_(None), col(Person.ends_on) >= counts.today)
    known = (col(Person.merged_into).is_(None), col(Person.directory_mark).is_not(None), here)
    return counts.session.exec(select(func.count()).select_from(Person).where(*known)).one()


def _record(verb: str, period: Period) -> dict[str, str]:
    """What a row of statements counts."""
    return {
        "rows": "statements",
        "verb": verb,
        "since": period.first.isoformat(),
        "until": period.last.isoformat(),
    }


# --------------------------------------------------------------------------- the record


def statements(counts: Counts, asked: Asked) -> Report:
    """How many statements were stored each day, by verb."""
    found = counts.grouped([STATEMENTS], asked.period, "day", "key")
    verbs = Counter[str]()
    for (_, verb), number in found.items():
        verbs[verb] += number
    named = [verb for verb, _ in verbs.most_common(_SHOWN_VERBS)]
    others: Counter[object] = Counter()
    for (day, verb), number in found.items():
        others[day] += number if verb not in named else 0
    days = tuple(
        Row(
            (day, *(found[day, verb] for verb in named), others[day]),
            {"rows": "statements", "since": f"{day}", "until": f"{day}"},
        )
        for day in asked.period
    )
    whole = verbs.total()
    by_verb = tuple(
        Row((verb, number, share(number, whole)), _record(verb, asked.period))
        for verb, number in verbs.most_common()
    )
    columns = (Column("day", Kind.DAY), *(Column(verb) for verb in named), Column("others"))
    figure = Figure("statements", Kind.COUNT, whole, counts.total(STATEMENTS, asked.period.before))
    tables = (
        Table("days", columns, days, Chart.LINES if named else Chart.NONE, tuple(range(1, 1 + len(named)))),
        Table(
            "verbs", (Column("verb", Kind.NAME), Column("statements"), Column("share", Kind.SHARE)), by_verb
        ),
    )
    return Report("statements", asked, figure, tables)


# --------------------------------------------------------------------------- learners


def learners(counts: Counts, asked: Asked) -> Report:
    """How many different learners opened and completed something, in all and by unit: none told below five."""
    opened, completed = (_active(counts, verbs, asked.period) for verbs in (OPENING, COMPLETING))
    units = _units(counts, opened | completed)
    columns = (Column("unit", Kind.NAME), Column("opened"), Column("completed"))
    by_unit = [_guarded(Counter(units[one] for one in who)) for who in (opened, completed)]
    rows = tuple(Row((unit, *(_cell(one.get(unit, 0)) for one in by_unit))) for unit in sorted(by_unit[0]))
    every = Row(tuple(_cell(told(len(who))) for who in (opened, completed)))
    before = _active(counts, OPENING, asked.period.before)
    return Report(
        "learners",
        asked,
        Figure("opened", Kind.COUNT, _cell(told(len(opened))), _cell(told(len(before)))),
        (Table("all", columns[1:], (every,)), Table("units", columns, rows, Chart.BARS, (1, 2))),
    )


def _guarded(groups: Mapping[str, int]) -> dict[str, int | None]:
    return guarded(groups, total_shown=True)


def _cell(number: int | None) -> Cell:
    return HIDDEN if number is None else number


def _active(counts: Counts, verbs: Collection[str], period: Period) -> frozenset[str]:
    """The humans who did one of these things, each by the id that survives a merge."""
    return counts.recent.get(
        ("learners", tuple(sorted(verbs)), period.first, period.last),
        lambda: frozenset(_humans(counts, _named(counts, verbs, period))),
        _FRESH_LEARNERS,
    )


def _named(counts: Counts, verbs: Collection[str], period: Period) -> set[str]:
    home = counts.house.bridge.people_home
    return daily(counts.session).actors(verbs, period.first, period.last, home)


def _humans(counts: Counts, names: Iterable[str]) -> Iterable[str]:
    merged = select(Person.id, Person.merged_into).where(col(Person.merged_into).is_not(None))
    into = {str(one): str(other) for one, other in counts.session.exec(merged)}
    for name in names:
        person = name
        while person in into:
            person = into[person]
        yield person


def _units(counts: Counts, humans: Collection[str]) -> Mapping[str, str]:
    units: dict[str, str] = defaultdict(lambda: NO_UNIT)
    rows = counts.session.exec(select(Person.id, Person.unit).where(col(Person.unit).is_not(None)))
    named = ((str(person), unit) for person, unit in rows)
    units.update({person: unit or NO_UNIT for person, unit in named if person in humans})
    return units
