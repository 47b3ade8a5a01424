"""The looks that are due, a few at a time and one at each host; what they said is kept.

The platforms are asked first, for many at once; the rest one after the other. Each answer is committed by itself, so
that an address which answers for ever costs its time limit and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.links import noting, platforms, settling
from gleanery.flow.links.answers import Said
from gleanery.flow.links.asking import asking
from gleanery.flow.subjects import words_of_many
from gleanery.leases import Held, held
from gleanery.model.items import Item
from gleanery.model.links import ItemLink, LinkLook, LinkState
from gleanery.model.types import derived_id

CONSIDERED = 400
"""Due addresses that a batch chooses from."""

HOST_REST = timedelta(minutes=1)
"""Between two looks at one host."""

CONFIRM_AFTER, SOONEST, GONE_AGAIN = timedelta(days=1), timedelta(hours=6), timedelta(days=30)
"""Until a "not found" is asked for once more; after a first failure; at what is gone."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Due:
    """An address that is to be looked at."""

    mark: bytes
    address: str

    @property
    def host(self) -> str:
        """Its host, in small letters."""
        return (urlsplit(self.address).hostname or "").lower()


@dataclass
class LookReport:
    """What a batch of looks found. `said`: how many of each state; `left`: due ones that wait for the next batch."""

    noted: int = 0
    said: dict[LinkState, int] = field(default_factory=dict)
    retracted: int = 0
    asked: int = 0
    back: int = 0
    left: int = 0
    busy: bool = False

    @property
    def looked(self) -> int:
        """How many addresses were looked at."""
        return sum(self.said.values())

    def count(self, said: Said) -> None:
        """Count one answer."""
        self.said[said.state] = self.said.get(said.state, 0) + 1


def look(
    house: House, *, only: Collection[bytes] | None = None, progress: Progress = lambda _done, _all: None
) -> LookReport:
    """Look at what is due, or at these addresses whether due or not, and let follow what follows."""
    report = LookReport()
    with held(house.store, "links", house.now) as lease:
        if lease is None:
            report.busy = True
            return report
        report.noted = noting.note_new(house, lease.confirm)
        if house.config.links.check or only is not None:
            _look_at_due(house, lease, only, report, progress)
        settling.settle(house, lease.confirm, report)
        noting.forget(house)
    return report


def _look_at_due(
    house: House, lease: Held, only: Collection[bytes] | None, report: LookReport, progress: Progress
) -> None:
    due = _due(house, only)
    told, rest = platforms.told(house, due)
    for one, said in told:
        _keep(house, lease, one, said)
        report.count(said)
    chosen, later = (rest, []) if only is not None else _spread(rest, house.config.links.at_once)
    report.left = len(later)
    _put_off(house, lease, later)
    asker = asking(house)
    for done, one in enumerate(chosen, 1):
        said = asker.ask(one.address)
        _keep(house, lease, one, said)
        report.count(said)
        progress(len(told) + done, len(told) + len(chosen))


def _due(house: House, only: Collection[bytes] | None) -> list[Due]:
    """The addresses that are due, those longest due first, each with the words it stands in."""
    query = select(LinkLook.mark).order_by(col(LinkLook.next_look_at), col(LinkLook.mark))
    if only is None:
        query = query.where(col(LinkLook.next_look_at) <= house.now()).limit(CONSIDERED)
    else:
        query = query.where(col(LinkLook.mark).in_(only))
    with house.store.read() as session:
        marks = session.exec(query).all()
        found = addresses_of(house, session, marks)
    return [Due(mark, found[mark]) for mark in marks if mark in found]


def addresses_of(house: House, session: Session, marks: Sequence[bytes]) -> dict[bytes, str]:
    """By mark: the address, out of the words of an item that leads there; absent where the words are gone."""
    rows = session.exec(
        select(ItemLink.mark, Item)
        .join(Item, col(Item.id) == col(ItemLink.item_id))
        .where(col(ItemLink.mark).in_(marks), col(Item.merged_into).is_(None))
        .order_by(col(Item.seq))
    ).all()
    told = words_of_many(house, session, [item for _, item in rows])
    found: dict[bytes, str] = {}
    for mark, item in rows:
        address = noting.address_of(house, told[item.id]) if item.id in told else None
        if mark is not None and address is not None and noting.mark_of(house, address) == mark:
            found.setdefault(mark, address)
    return found


def _spread(due: Iterable[Due], most: int) -> tuple[list[Due], list[tuple[Due, int]]]:
    """One of each host, up to `most`; the others with their place in the line before their host."""
    chosen: list[Due] = []
    later: list[tuple[Due, int]] = []
    before: dict[str, int] = {}
    for one in due:
        place = before.get(one.host, 0)
        if place == 0 and len(chosen) < most:
            chosen.append(one)
        else:
            later.append((one, place))
        before[one.host] = place + 1
    return chosen, later


def _put_off(house: House, lease: Held, later: Sequence[tuple[Due, int]]) -> None:
    """Those whose host is in use wait for their turn, so that they do not stand before others."""
    places = {one.mark: place for one, place in later if place}
    if not places:
        return
    with house.store.write() as session:
        lease.confirm(session, house.now())
        for row in session.exec(select(LinkLook).where(col(LinkLook.mark).in_(list(places)))):
            row.next_look_at = house.now() + HOST_REST * places[row.mark]
            session.add(row)


def _keep(house: House, lease: Held, one: Due, said: Said) -> None:
    with house.store.write() as session:
        lease.confirm(session, house.now())
        row = session.get(LinkLook, one.mark)
        if row is not None:
            take_in(row, said, house.now(), timedelta(days=house.config.links.every_days))
            where = derived_id("link", one.mark.hex())
            row.moved_to = house.vault.seal(where, said.moved_to.encode()) if said.moved_to else None
            session.add(row)


def take_in(row: LinkLook, said: Said, at: datetime, every: timedelta) -> None:
    """Bring a row up to date with what a look at `at` said; `every`: between two looks at one that answers."""
    row.looked_at, row.how, row.status, row.reason = at, said.how, said.status, said.reason
    if said.state is not LinkState.UNKNOWN:
        row.definite_at = (row.definite_at or at) if said.is_definite else None
    state = _state(row, said, at)
    row.failures = row.failures + 1 if state is LinkState.FAILING else 0
    if row.state is not state:
        row.state, row.since = state, at
    row.next_look_at = at + max(_rest(row, every), said.wait or timedelta(0))


def _state(row: LinkLook, said: Said, at: datetime) -> LinkState:
    """What is gone stays so until it answers. "Not found" must be heard on two days, unless the platform says it."""
    if row.state is LinkState.GONE and said.state in (LinkState.UNKNOWN, LinkState.FAILING):
        return LinkState.GONE
    if said.is_definite and row.definite_at is not None and at - row.definite_at >= CONFIRM_AFTER:
        return LinkState.GONE
    return said.state


def _rest(row: LinkLook, every: timedelta) -> timedelta:
    if row.state is LinkState.GONE:
        return max(GONE_AGAIN, every)
    if row.state is LinkState.FAILING:
        back_off = SOONEST * (1 << min(row.failures - 1, 10))
        return min(max(back_off, CONFIRM_AFTER if row.definite_at else SOONEST), every)
    spread: float = noting.share_of(row.mark)
    return every * (0.9 + 0.2 * spread)
