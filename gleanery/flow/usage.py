"""What sources spent: requests, units of quotas and money, by source and day (UTC)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.metering import MICROS, REQUESTS
from gleanery.model.sources import Usage

KEPT_FOR = timedelta(days=400)
"""A year and the month in which it is looked back on."""


class Day(NamedTuple):
    """What a source spent on one day: requests, units by bucket of the platform's quotas, and US dollars."""

    source: str
    day: date
    requests: int
    units: dict[str, int]
    money: Decimal


def usage(house: House, names: Iterable[str], days: int) -> list[Day]:
    """What these sources spent in the last days, today included; days without any are left out."""
    wanted = {f"source:{name}": name for name in names}
    first = house.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    query = select(Usage).where(col(Usage.plugin).in_(list(wanted)), col(Usage.hour) >= first)
    found: dict[tuple[str, date], Day] = {}
    with house.store.read() as session:
        for row in session.exec(query.order_by(col(Usage.plugin), col(Usage.hour), col(Usage.bucket))):
            key = wanted[row.plugin], row.hour.date()
            found[key] = _with(found.get(key) or Day(*key, 0, {}, Decimal(0)), row)
    order = {name: place for place, name in enumerate(wanted.values())}
    return sorted(found.values(), key=lambda one: (order[one.source], one.day))


def _with(day: Day, row: Usage) -> Day:
    money = day.money + Decimal(row.money_micros) / MICROS
    if row.bucket == REQUESTS:
        return day._replace(requests=day.requests + row.units, money=money)
    units = {**day.units, row.bucket: day.units.get(row.bucket, 0) + row.units}
    return day._replace(units=units, money=money)


def forget_old(session: Session, now: datetime) -> None:
    """Drop what was spent longer ago than anybody looks back."""
    session.execute(delete(Usage).where(col(Usage.hour) < now - KEPT_FOR))
