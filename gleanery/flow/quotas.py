"""How much of each source's quotas is used, and what the month cost: one query, however many sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import col, select

from gleanery.config import SourceSettings
from gleanery.errors import GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.house import House
from gleanery.flow.metering import MICROS, REQUESTS
from gleanery.model.sources import Usage
from gleanery.plugins import plugin
from gleanery.ports import Allots, Allowance, Spent

LOOKED_BACK = timedelta(days=62)
"""A billing month may have begun in the month before."""


@dataclass(frozen=True)
class Spending:
    """What a source may spend and did: its quotas, and requests and US dollars since the first of the month (UTC)."""

    quotas: Sequence[Allowance] = ()
    requests: int = 0
    money: Decimal = Decimal(0)


def spendings(house: House, names: Iterable[str]) -> Mapping[str, Spending]:
    """By source: what it may spend and did."""
    wanted = [house.config.source(name) for name in names]
    rows: dict[str, list[Usage]] = defaultdict(list)
    since = house.now() - LOOKED_BACK
    plugins = [f"source:{one.name}" for one in wanted]
    with house.store.read() as session:
        query = select(Usage).where(col(Usage.plugin).in_(plugins), col(Usage.hour) >= since)
        for row in session.exec(query):
            rows[row.plugin.partition(":")[2]].append(row)
    return {one.name: _spending(house, one, rows[one.name]) for one in wanted}


def _spending(house: House, source: SourceSettings, rows: Sequence[Usage]) -> Spending:
    first = house.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    month = [row for row in rows if row.hour >= first]
    return Spending(
        _quotas(house, source, rows),
        sum(row.units for row in month if row.bucket == REQUESTS),
        Decimal(sum(row.money_micros for row in month)) / MICROS,
    )


def _quotas(house: House, source: SourceSettings, rows: Sequence[Usage]) -> Sequence[Allowance]:
    """The quotas as the connector tells them; none of one that has none or cannot be made."""
    try:
        if not issubclass(plugin("connector", source.connector), Allots):
            return ()
        with blaming("connector", source.connector):
            given = replace(house.context("source", source.name), meter=_Remembered(rows))
            connector = house.connector(source, given)
            return connector.allowances() if isinstance(connector, Allots) else ()
    except GleaneryError:
        return ()


@dataclass(frozen=True)
class _Remembered:
    """A meter that only tells, from rows that were fetched for all sources together (ports.Meter)."""

    rows: Sequence[Usage]
    ignored: list[str] = field(default_factory=list)

    def spend(self, bucket: str, units: int = 1, *, money: Decimal = Decimal(0)) -> None:
        """Nothing is spent by telling."""
        self.ignored.append(bucket)

    def spent(self, bucket: str, since: datetime) -> Spent:
        """What went out since then."""
        found = [row for row in self.rows if row.bucket == bucket and row.hour >= since]
        money = Decimal(sum(row.money_micros for row in found)) / MICROS
        return Spent(sum(row.units for row in found), money)
