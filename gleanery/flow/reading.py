"""read(source): pages of posts into the house, posts and cursor committed together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from gleanery.config import SourceSettings
from gleanery.errors import GleaneryError, QuotaExhausted, Unreachable
from gleanery.flow import holding, reading_log
from gleanery.flow.blaming import blaming
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.metering import MeteredHttp
from gleanery.flow.people.witnessing import witness
from gleanery.flow.runs import Cancelled
from gleanery.flow.sources import (
    Outcome,
    ensure_source,
    forget_faults,
    is_paused,
    keep_faults,
    note_partition,
    rest_until_next,
    settle,
    source_id_of,
)
from gleanery.flow.taking import take_gone, take_posts
from gleanery.leases import Held, LeaseLost, held
from gleanery.model.sources import Partition
from gleanery.ports import Connector, Page
from gleanery.store.faults import Overtaken

Progress = Callable[[str, int], None]

_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass
class ReadReport:
    """What reading one source brought; `faults` are (place, message).

    `held_back` counts the posts that its first reading keeps from the curators until somebody releases them.
    """

    source: str
    new_posts: int = 0
    changed_posts: int = 0
    gone_posts: int = 0
    held_back: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    busy: bool = False
    paused: bool = False


class Counts(NamedTuple):
    """What a page brought."""

    new: int
    changed: int
    gone: int


def read(house: House, name: str, progress: Progress = lambda _name, _count: None) -> ReadReport:
    """Read one source to the end of its window; a broken partition is told and the others go on.

    `progress` is told the posts of each page once it is committed; what it raises as Cancelled ends the reading there.
    """
    settings = house.config.source(name)
    report = ReadReport(name)
    with held(house.store, f"read:{name}", house.now) as lease:
        if lease is None:
            report.busy = True
        elif is_paused(house, name):
            report.paused = True
        else:
            _read_and_note(house, settings, lease, report, progress)
    return report


def _read_and_note(
    house: House, settings: SourceSettings, lease: Held, report: ReadReport, progress: Progress
) -> None:
    began, source_id = house.now(), source_id_of(house, settings.name)
    try:
        error = _read_source(house, settings, lease, report, progress)
    except Cancelled as cancelled:
        rest_until_next(house, settings, lease)
        reading_log.note(house, source_id, began, report, cancelled)
        raise
    reading_log.note(house, source_id, began, report, error)


def _read_source(
    house: House, settings: SourceSettings, lease: Held, report: ReadReport, progress: Progress
) -> GleaneryError | None:
    """Read its parts in turn; the gravest error that there was. Raises: Cancelled."""
    try:
        with blaming("connector", settings.connector):
            http = house.metered(settings.name)
            given = replace(house.context("source", settings.name), http=http)
            connector = house.connector(settings, given)
            partitions = list(connector.partitions())
    except GleaneryError as error:
        report.faults.append((settings.name, str(error)))
        settle(house, settings, lease, Outcome([error]))
        return error
    reading = Reading(house, settings, lease, connector, http, report, progress)
    for partition in in_turn(house, reading.source_id, partitions):
        refused = reading.read(partition)
        if refused is not None and refused.stops_source:
            break
    if not any(isinstance(error, LeaseLost) for error in reading.errors.values()):
        reading.end(partitions)
    return Outcome(list(reading.errors.values())).gravest


def take_page(
    house: House, change: Change, settings: SourceSettings, connector: Connector, page: Page, *, holding: bool
) -> Counts:
    """What a page says, in the transaction that also moves on from it: posts, disappearances, deeds of people."""
    source_id = source_id_of(house, settings.name)
    new, changed = take_posts(house, change, source_id, page.posts, connector.policy, holding=holding)
    gone = take_gone(house, change, page.gone)
    witness(house, change, settings, page, connector)
    return Counts(new, changed, gone)


@dataclass
class Reading:
    """One source being read: `errors` by partition, `idle` those with nothing to ask for, and what the others did.

    `told`: one came to its end with pages; `answered`: after it had asked. What was told unasked is no answer, unless
    nothing here has to be asked for (a file).
    """

    house: House
    settings: SourceSettings
    lease: Held
    connector: Connector
    http: MeteredHttp
    report: ReadReport
    progress: Progress
    errors: dict[str, GleaneryError] = field(default_factory=dict)
    idle: set[str] = field(default_factory=set)
    told: bool = False
    answered: bool = False

    @property
    def source_id(self) -> UUID:
        """The id of the source."""
        return source_id_of(self.house, self.settings.name)

    def read(self, partition: str) -> GleaneryError | None:
        """Read one partition to the end of its window; the error that kept it from its end."""
        pages, before = 0, self.http.sent
        try:
            state = state_of(self.house, self.source_id, partition)
            for page in pages_of(self.connector, partition, state):
                self._take(partition, page, is_first=pages == 0)
                pages += 1
        except Cancelled:
            raise
        except GleaneryError as error:
            self.report.faults.append((f"{self.settings.name}/{partition}", str(error)))
            self.errors[partition] = error
            note_partition(self.house, self.source_id, partition, str(error))
            return error
        if not pages:
            note_partition(self.house, self.source_id, partition, "")
            self.idle.add(partition)
        self.told = self.told or pages > 0
        self.answered = self.answered or (pages > 0 and self.http.sent > before)
        return None

    def end(self, partitions: Sequence[str]) -> None:
        """Say how the source is doing, and let through what its first reading may bring."""
        answered = self.answered or (self.told and not self.http.sent)
        outcome = Outcome(list(self.errors.values()), self.told or bool(self.idle), answered)
        settle(self.house, self.settings, self.lease, outcome)
        with self.house.store.read() as session:
            source = ensure_source(session, self.settings, self.source_id)
            rows = session.exec(select(Partition).where(Partition.source_id == self.source_id)).all()
        if not source.first_read_done:
            self._let_through(self._progress(partitions, rows))
        with self.house.store.read() as session:
            self.report.held_back = holding.held_back(session, [self.source_id]).get(self.source_id, 0)

    def _let_through(self, progress: holding.Progress) -> None:
        with self.house.change() as change:
            self.lease.confirm(change.session, self.house.now())
            source = ensure_source(change.session, self.settings, self.source_id, locked=True)
            holding.let_first_through(change, self.settings, source, progress)

    def _progress(self, partitions: Sequence[str], rows: Sequence[Partition]) -> holding.Progress:
        """How far the first reading came; what only a person can mend is not waited for."""
        begun = {row.name for row in rows} & set(partitions)
        passing = {name for name, one in self.errors.items() if isinstance(one, Unreachable | QuotaExhausted)}
        through = {row.name for row in rows if row.complete} | self.idle | (self.errors.keys() - passing)
        return holding.Progress(len(begun), len(partitions), set(partitions) <= through)

    # ------------------------------------------------------------------ pages

    def _take(self, partition: str, page: Page, *, is_first: bool) -> None:
        """Commit one page; once more where another source wrote one of its posts at the same moment."""
        try:
            counts = self._commit(partition, page, is_first)
        except Overtaken:
            counts = self._commit(partition, page, is_first)
        self.report.new_posts += counts.new
        self.report.changed_posts += counts.changed
        self.report.gone_posts += counts.gone
        places = ((f"{self.settings.name}/{fault.where}", fault.message) for fault in page.faults)
        self.report.faults.extend(places)
        self.progress(self.settings.name, len(page.posts))

    def _commit(self, partition: str, page: Page, is_first: bool) -> Counts:
        """Posts, disappearances, faults and the state to go on from, together."""
        with self.house.change() as change:
            self.lease.confirm(change.session, self.house.now())
            source = ensure_source(change.session, self.settings, self.source_id)
            is_holding = holding.is_holding(self.settings, source)
            counts = take_page(self.house, change, self.settings, self.connector, page, holding=is_holding)
            moved = self._move(change, partition, page, is_first)
            if any(counts) or moved:
                self._tell(change, partition, counts)
        return counts

    def _move(self, change: Change, partition: str, page: Page, is_first: bool) -> bool:
        """Keep the state to go on from and what could not be read; whether the state is another."""
        row = _partition_row(change.session, self.source_id, partition)
        moved = row.state != dict(page.state)
        if is_first and row.complete and (moved or page.posts or page.faults):
            forget_faults(change, self.source_id, partition)
        keep_faults(change, self.source_id, partition, page.faults)
        row.state, row.complete, row.message, row.read_at = dict(page.state), page.complete, "", change.at
        change.session.add(row)
        return moved

    def _tell(self, change: Change, partition: str, counts: Counts) -> None:
        mark = hashlib.sha256(partition.encode("utf-8", "replace")).hexdigest()[:16]
        actor = f"connector:{self.settings.connector}"
        subject = f"source:{self.settings.name}"
        change.audit("source.read", actor, subject, partition=mark, **counts._asdict())


def _partition_row(session: Session, source_id: UUID, partition: str) -> Partition:
    found = session.get(Partition, (source_id, partition))
    return found or Partition(source_id=source_id, name=partition)


def in_turn(house: House, source_id: UUID, partitions: Sequence[str]) -> list[str]:
    """The partitions, those read longest ago first; of those never read, in the connector's order.

    Before all others comes the one at which a kill cut the last reading, so that posts come in as they would have.
    """
    with house.store.read() as session:
        rows = session.exec(select(Partition).where(Partition.source_id == source_id)).all()
    last = {row.name: row.read_at or _NEVER for row in rows}
    amid = {row.name for row in rows if row.state and not (row.complete or row.message)}
    newest = max(last, key=lambda name: (last[name], name in amid), default="")
    cut = newest if newest in amid else None
    return sorted(partitions, key=lambda name: (name != cut, last.get(name, _NEVER)))


def state_of(house: House, source_id: UUID, partition: str) -> dict[str, object]:
    """The state from which a partition goes on."""
    with house.store.read() as session:
        row = session.get(Partition, (source_id, partition))
        return dict(row.state) if row else {}


def pages_of(connector: Connector, partition: str, state: Mapping[str, object]) -> Iterator[Page]:
    """The connector's pages; what it raises besides deliberate errors is its fault, by name."""
    pages = iter(connector.pages(partition, state))
    while True:
        with blaming("connector", connector.name):
            page = next(pages, None)
        if page is None:
            return
        yield page
