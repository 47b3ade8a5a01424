"""What sources spend: requests, units of a quota, money; by source, bucket and hour (ports.Meter)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select

from gleanery.model.sources import Usage
from gleanery.ports import Spent
from gleanery.store import Store

if TYPE_CHECKING:
    import requests
    from requests.adapters import BaseAdapter

    from gleanery.http import GuardedHttp

REQUESTS = "requests"
"""The bucket in which the house counts every request by itself."""

MICROS = Decimal(1_000_000)
"""Millionths: money is kept in whole ones."""


class PluginMeter:
    """The meter of one plugin; each note is a transaction of its own, so that a kill forgets nothing.

    Requests are many and cost nothing: their count does not wait for the disk, what is a budget's does.
    """

    def __init__(self, store: Store, plugin: str, now: Callable[[], datetime]) -> None:
        self._store, self._plugin, self._now = store, plugin, now

    def spend(self, bucket: str, units: int = 1, *, money: Decimal = Decimal(0)) -> None:
        """Note what goes out, at once."""
        with self._store.note() if bucket == REQUESTS else self._store.write() as session:
            self._write(session, bucket, hour_of(self._now()), units, money)

    def _write(
        self, session: Session, bucket: str, hour: datetime, units: int, money: Decimal = Decimal(0)
    ) -> None:
        row = {
            "plugin": self._plugin,
            "bucket": bucket,
            "hour": hour,
            "units": units,
            "money_micros": int(money * MICROS),
        }
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        statement = insert(Usage).values(row)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["plugin", "bucket", "hour"],
                set_={
                    "units": col(Usage.units) + statement.excluded.units,
                    "money_micros": col(Usage.money_micros) + statement.excluded.money_micros,
                },
            )
        )

    def spent(self, bucket: str, since: datetime) -> Spent:
        """What went out since then, to the hour."""
        with self._store.read() as session:
            units, money = session.exec(
                select(func.sum(Usage.units), func.sum(Usage.money_micros)).where(
                    Usage.plugin == self._plugin, Usage.bucket == bucket, col(Usage.hour) >= hour_of(since)
                )
            ).one()
        return Spent(int(units or 0), Decimal(int(money or 0)) / MICROS)


class CarriedMeter(PluginMeter):
    """A meter whose requests are noted together (`keep`); what is a budget's is noted at once as ever."""

    def __init__(self, store: Store, plugin: str, now: Callable[[], datetime]) -> None:
        super().__init__(store, plugin, now)
        self._requests: Counter[datetime] = Counter()

    def spend(self, bucket: str, units: int = 1, *, money: Decimal = Decimal(0)) -> None:
        """Note what goes out; requests with the next answers."""
        if bucket == REQUESTS and not money:
            self._requests[hour_of(self._now())] += units
        else:
            super().spend(bucket, units, money=money)

    def spent(self, bucket: str, since: datetime) -> Spent:
        """What went out since then, to the hour."""
        kept = super().spent(bucket, since)
        waiting = sum(units for hour, units in self._requests.items() if hour >= hour_of(since))
        return Spent(kept.units + waiting, kept.money) if bucket == REQUESTS else kept

    def keep(self, session: Session) -> None:
        """Write what waits."""
        for hour, units in self._requests.items():
            self._write(session, REQUESTS, hour, units)
        self._requests.clear()


class MeteredHttp:
    """The guarded session of one plugin: every request is counted before it is sent (ports.Http).

    `sent`: how many went out through it.
    """

    def __init__(self, http: GuardedHttp, meter: PluginMeter) -> None:
        self._http, self._meter = http, meter
        self.sent = 0

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Fetch; see GuardedHttp.get."""
        self._count()
        return self._http.get(url, headers=headers, params=params)

    def post(
        self, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Send a form; see GuardedHttp.post."""
        self._count()
        return self._http.post(url, data=data, headers=headers)

    def send(
        self, method: str, url: str, *, data: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Send bytes as they are; see GuardedHttp.send."""
        self._count()
        return self._http.send(method, url, data=data, headers=headers)

    def transport(self) -> BaseAdapter:
        """The same as a transport adapter."""
        from gleanery.http import Transport

        return Transport(self)

    def _count(self) -> None:
        self._meter.spend(REQUESTS)
        self.sent += 1


def hour_of(at: datetime) -> datetime:
    """The hour in which something is counted."""
    return at.replace(minute=0, second=0, microsecond=0)
