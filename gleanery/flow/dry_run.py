"""read --dry-run: what reading a source would bring and cost. Nothing is kept but the meter's count of what was sent.

A connector that can tell beforehand is asked. Any other reads, and what it brings is compared and thrown away: its
store is a copy that is forgotten, its inbox takes nothing, its folder is another.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from gleanery.config import SourceSettings
from gleanery.errors import GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.comparing import by_id, compare
from gleanery.flow.house import House
from gleanery.flow.reading import in_turn, pages_of, state_of
from gleanery.flow.sources import source_id_of
from gleanery.ports import Connector, Context, Estimates, Meter, Page, Spent
from gleanery.ports import Store as Keeping


@dataclass
class Outlook:
    """What reading one partition would bring and cost. `posts` None: that is not known beforehand.

    `is_estimate`: the connector told it; else it was read, and `requests` were sent for it. `new` and `changed`
    are of what was read. `error`: why it could not be read.
    """

    source: str
    partition: str
    is_estimate: bool = False
    posts: int | None = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    faults: int = 0
    requests: int = 0
    units: dict[str, int] = field(default_factory=dict)
    money: Decimal = Decimal(0)
    error: str = ""


def dry_run(house: House, name: str) -> Iterator[Outlook]:
    """The outlook of each partition, in the order in which they would be read."""
    source = house.config.source(name)
    with tempfile.TemporaryDirectory(prefix="gleanery-dry-run-") as folder:
        given = house.context("source", name)
        meter = _Tally(given.meter)
        given = replace(given, store=_Rehearsed(given), inbox=_Deaf(), meter=meter, folder=folder)
        try:
            with blaming("connector", source.connector):
                connector = house.connector(source, given)
                partitions = list(connector.partitions())
        except GleaneryError as error:
            yield Outlook(name, "", posts=None, error=str(error))
            return
        for partition in in_turn(house, source_id_of(house, name), partitions):
            outlook, stops = _of(house, source, connector, partition, meter)
            yield outlook
            if stops:
                return


def _of(
    house: House, source: SourceSettings, connector: Connector, partition: str, meter: _Tally
) -> tuple[Outlook, bool]:
    """One partition's outlook, and whether what went wrong there holds for the whole source."""
    outlook = Outlook(source.name, partition)
    state = state_of(house, source_id_of(house, source.name), partition)
    before = house.http.sent
    meter.begin()
    stops = False
    try:
        if isinstance(connector, Estimates):
            with blaming("connector", connector.name):
                _estimate(connector, partition, state, outlook)
        else:
            coming = _Coming(outlook)
            for page in pages_of(connector, partition, state):
                coming.add(house, source, page)
    except GleaneryError as error:
        outlook.error, stops = str(error), error.stops_source
    if not outlook.is_estimate:
        outlook.requests, outlook.units = house.http.sent - before, dict(meter.units)
        outlook.money = meter.money
    return outlook, stops


def _estimate(connector: Estimates, partition: str, state: Mapping[str, Any], outlook: Outlook) -> None:
    told = connector.estimate(partition, state)
    outlook.is_estimate = True
    outlook.posts, outlook.requests = told.posts, told.requests
    outlook.units, outlook.money = dict(told.units), told.money


@dataclass
class _Coming:
    """What the pages of a partition would bring: a post that is shown twice comes once."""

    outlook: Outlook
    new: set[UUID] = field(default_factory=set)
    changed: set[UUID] = field(default_factory=set)
    posts: set[UUID] = field(default_factory=set)
    gone: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, house: House, source: SourceSettings, page: Page) -> None:
        """Add what a page would bring."""
        drafts = by_id(house, page.posts)
        with house.store.read() as session:
            compared = compare(house, session, source_id_of(house, source.name), drafts)
        self.posts.update(drafts)
        self.new.update(compared.new)
        self.changed.update(compared.changed)
        self.gone.update((one.platform, one.realm, one.external_id) for one in page.gone)
        outlook = self.outlook
        outlook.posts, outlook.new, outlook.changed = len(self.posts), len(self.new), len(self.changed)
        outlook.gone = len(self.gone)
        outlook.faults += len(page.faults)


# --------------------------------------------------------------------------- what the connector is given


class _Rehearsed:
    """The plugin's store as it is; what is put there is forgotten (ports.Store)."""

    def __init__(self, given: Context) -> None:
        self._kept: Keeping = given.store
        self._now = given.now
        self._put: dict[str, tuple[Any, datetime | None]] = {}

    def get(self, key: str) -> Any:
        """What was put there, now or before."""
        if key not in self._put:
            return self._kept.get(key)
        value, until = self._put[key]
        return value if until is None or until > self._now() else None

    def put(self, key: str, value: Any, *, expires_in: timedelta | None = None) -> None:
        """Keep it until the end of the rehearsal."""
        self._put[key] = value, self._now() + expires_in if expires_in is not None else None

    def lease(self, key: str, seconds: float) -> bool:
        """Whether nobody holds it."""
        name = f"lease:{key}"
        if self.get(name) is not None:
            return False
        self.put(name, True, expires_in=timedelta(seconds=seconds))
        return True


class _Deaf:
    """An inbox that takes nothing (ports.Inbox)."""

    def put(self, event_id: str, body: Mapping[str, Any]) -> bool:
        """Keep nothing."""
        return False


class _Tally:
    """The meter, and what went out of it since `begin` (ports.Meter)."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.units: Counter[str] = Counter()
        self.money = Decimal(0)

    def begin(self) -> None:
        """Count from here on."""
        self.units, self.money = Counter(), Decimal(0)

    def spend(self, bucket: str, units: int = 1, *, money: Decimal = Decimal(0)) -> None:
        """Note it, for it does go out."""
        self._meter.spend(bucket, units, money=money)
        self.units[bucket] += units
        self.money += money

    def spent(self, bucket: str, since: datetime) -> Spent:
        """What went out since then."""
        return self._meter.spent(bucket, since)
