"""absorb(source): events that came in by themselves are taken in, oldest first, as pages are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import update
from sqlmodel import Session, col, select

from gleanery.config import SourceSettings
from gleanery.errors import (
    BadInput,
    BrokenPlugin,
    ConfigError,
    Conflict,
    GleaneryError,
    Gone,
    QuotaExhausted,
    Unreachable,
)
from gleanery.flow.blaming import blaming
from gleanery.flow.house import House
from gleanery.flow.inbox import PLACE, opened
from gleanery.flow.keeping import PluginStore
from gleanery.flow.reading import take_page
from gleanery.flow.sources import ensure_source, is_paused, keep_faults, source_id_of
from gleanery.leases import Held, held
from gleanery.model.sources import InboxEvent
from gleanery.ports import Connector, Fault, Page, Received, Receives
from gleanery.store.faults import Overtaken

log = structlog.get_logger()

BATCH = 100
"""Events taken in together."""

REST = timedelta(minutes=1)
"""How long an inbox rests after a failure for which nobody said when to try again."""

_OF_THE_EVENT = (BadInput, BrokenPlugin, Conflict, Gone)
"""What a single event may raise; everything else is the source's, and its events wait."""


@dataclass
class AbsorbReport:
    """What the events of one source brought; `faults` are (place, message)."""

    source: str
    events: int = 0
    new_posts: int = 0
    changed_posts: int = 0
    gone_posts: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    busy: bool = False
    paused: bool = False


def absorb(house: House, name: str) -> AbsorbReport:
    """Take in every event that waits for a source. A broken one is told; none is lost, none is taken in twice."""
    settings, report = house.config.source(name), AbsorbReport(name)
    if _resting(house, name):
        report.paused = True
        return report
    with held(house.store, f"read:{name}", house.now) as lease:
        if lease is None:
            report.busy = True
        elif is_paused(house, name):
            report.paused = True
        else:
            _absorb_all(house, settings, lease, report)
    return report


def _absorb_all(house: House, settings: SourceSettings, lease: Held, report: AbsorbReport) -> None:
    try:
        with blaming("connector", settings.connector):
            connector = house.connector(settings)
        if not isinstance(connector, Receives):
            raise ConfigError(f"The connector {settings.connector!r} takes no events.", remedy="Update it.")
        taking = _Taking(house, settings, lease, connector, report)
        while events := _waiting(house, settings.name):
            taking.take(events)
    except GleaneryError as error:
        report.faults.append((f"{settings.name}/{PLACE}", str(error)))
        _rest(house, settings.name, error)
        log.warning("inbox.fault", source=settings.name, error=str(error))


def _waiting(house: House, name: str) -> list[InboxEvent]:
    query = select(InboxEvent).where(InboxEvent.source == name, col(InboxEvent.sealed).is_not(None))
    with house.store.read() as session:
        return list(session.exec(query.order_by(col(InboxEvent.seq)).limit(BATCH)))


@dataclass
class _Taking:
    """The events of one source being taken in."""

    house: House
    settings: SourceSettings
    lease: Held
    connector: Connector
    report: AbsorbReport

    def take(self, events: Sequence[InboxEvent]) -> None:
        """Take in some events together; where one of them is broken, each by itself."""
        try:
            self._commit(events, self._page(events))
        except _OF_THE_EVENT as error:
            if len(events) == 1:
                self._commit(events, _nothing(Fault(f"event {events[0].id}", str(error))))
                return
            for event in events:
                self.take([event])

    def _page(self, events: Sequence[InboxEvent]) -> Page:
        """What the connector makes of the events; those that do not open are faults."""
        received: list[Received] = []
        faults: list[Fault] = []
        for event in events:
            try:
                received.append(opened(event, self.house.vault))
            except ConfigError as error:
                faults.append(Fault(f"event {event.id}", str(error)))
        if not received or not isinstance(self.connector, Receives):
            return _nothing(*faults)
        with blaming("connector", self.connector.name):
            page = self.connector.receive(received)
        return Page(page.posts, {}, True, page.gone, [*page.faults, *faults], page.deeds)

    def _commit(self, events: Sequence[InboxEvent], page: Page) -> None:
        """What the events say, and that they are taken in; once more where another source wrote the same."""
        try:
            self._write(events, page)
        except Overtaken:
            self._write(events, page)
        self.report.events += len(events)
        places = ((f"{self.settings.name}/{fault.where}", fault.message) for fault in page.faults)
        self.report.faults.extend(places)

    def _write(self, events: Sequence[InboxEvent], page: Page) -> None:
        house, settings = self.house, self.settings
        source_id = source_id_of(house, settings.name)
        with house.change() as change:
            self.lease.confirm(change.session, house.now())
            ensure_source(change.session, settings, source_id)
            counts = take_page(house, change, settings, self.connector, page, holding=False)
            keep_faults(change, source_id, PLACE, page.faults)
            _empty(change.session, events)
            if any(counts):
                actor = f"connector:{settings.connector}"
                change.audit("source.heard", actor, f"source:{settings.name}", **counts._asdict())
        self.report.new_posts += counts.new
        self.report.changed_posts += counts.changed
        self.report.gone_posts += counts.gone


def _empty(session: Session, events: Sequence[InboxEvent]) -> None:
    """The events are taken in; their ids stay for a while, so that a repetition is known."""
    taken = col(InboxEvent.seq).in_([event.seq for event in events])
    session.execute(update(InboxEvent).where(taken).values(sealed=None))


def _nothing(*faults: Fault) -> Page:
    return Page((), {}, True, faults=faults)


# --------------------------------------------------------------------------- resting


def _resting(house: House, name: str) -> bool:
    return _kept(house).get(name) is not None


def _rest(house: House, name: str, error: GleaneryError) -> None:
    """Leave the inbox alone for as long as the other side says; its events wait."""
    pause = REST
    if isinstance(error, QuotaExhausted):
        pause = max(REST, error.until - house.now())
    elif isinstance(error, Unreachable) and error.retry_after is not None:
        pause = timedelta(seconds=error.retry_after)
    _kept(house).put(name, True, expires_in=pause)


def _kept(house: House) -> PluginStore:
    return PluginStore(house.store, "absorbing", house.now)
