"""What sources spend: requests, units of a quota, money; by source, bucket and hour (ports.Meter)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, func, select

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
        row = {
            "plugin": self._plugin,
            "bucket": bucket,
            "hour": _hour(self._now()),
            "units": units,
            "money_micros": int(money * MICROS),
        }
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        statement = insert(Usage).values(row)
        with self._store.note() if bucket == REQUESTS else self._store.write() as session:
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
                    Usage.plugin == self._plugin, Usage.bucket == bucket, col(Usage.hour) >= _hour(since)
                )
            ).one()
        return Spent(int(units or 0), Decimal(int(money or 0)) / MICROS)


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


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
