"""Reports on the house at work: what the destinations are owed, and what the sources spend of their quotas."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

from sqlmodel import col, func, select

from gleanery.flow.reports.items import days_spent
from gleanery.flow.reports.reading import Counts
from gleanery.flow.reports.tables import Asked, Chart, Column, Figure, Kind, Report, Row, Table
from gleanery.flow.usage import Day
from gleanery.model.destinations import Delivery, DeliveryState


def outbox(counts: Counts, asked: Asked) -> Report:
    """What each destination is owed now and since when, and what waits for a person; it has no period."""
    rows = counts.session.exec(
        select(Delivery.destination, Delivery.state, func.count(), func.min(Delivery.not_before))
        .where(col(Delivery.state).in_((DeliveryState.OWED, DeliveryState.DEAD)))
        .group_by(col(Delivery.destination), col(Delivery.state))
    ).all()
    found = {(name, DeliveryState(state)): (number, oldest) for name, state, number, oldest in rows}
    names = sorted({name for name, _ in found} | {one.name for one in counts.house.config.destinations})
    told = tuple(
        Row(
            (
                name,
                found.get((name, DeliveryState.OWED), (0,))[0],
                _age(counts, found.get((name, DeliveryState.OWED))),
                found.get((name, DeliveryState.DEAD), (0,))[0],
            ),
            {"rows": "deliveries", "destination": name},
        )
        for name in names
    )
    columns = (
        Column("destination", Kind.NAME),
        Column("owed"),
        Column("oldest_owed", Kind.SECONDS),
        Column("dead"),
    )
    owed = sum(number for (_, state), (number, _) in found.items() if state is DeliveryState.OWED)
    return Report(
        "outbox",
        asked,
        Figure("owed", Kind.COUNT, owed),
        (Table("destinations", columns, told, Chart.BARS, (1, 3)),),
    )


def _age(counts: Counts, found: tuple[int, datetime | None] | None) -> int | None:
    """Seconds that the oldest is owed."""
    if found is None or found[1] is None:
        return None
    return max(0, round((counts.house.now() - found[1]).total_seconds()))


def quota(counts: Counts, asked: Asked) -> Report:
    """What the sources asked of their platforms and what that cost, by day and by source."""
    spent = days_spent(counts, asked)
    requests: Counter[object] = Counter()
    for one in spent:
        requests[one.day] += one.requests
    days = tuple(Row((day, requests[day])) for day in asked.period)
    sources = tuple(
        Row((name, *_spent([one for one in spent if one.source == name])), {"rows": "source", "source": name})
        for name in dict.fromkeys(one.source for one in spent)
    )
    before = sum(one.requests for one in days_spent(counts, Asked(asked.period.before, asked.source)))
    tables = (
        Table("days", (Column("day", Kind.DAY), Column("requests")), days, Chart.LINES, (1,)),
        Table(
            "sources",
            (Column("source", Kind.NAME), Column("requests"), Column("units"), Column("cost", Kind.MONEY)),
            sources,
        ),
    )
    return Report("quota", asked, Figure("requests", Kind.COUNT, requests.total(), before), tables)


def _spent(days: list[Day]) -> tuple[int, int, float]:
    """Requests, units of the platform's quotas, US dollars."""
    money = sum((one.money for one in days), Decimal(0))
    return (
        sum(one.requests for one in days),
        sum(sum(one.units.values()) for one in days),
        round(float(money), 4),
    )
