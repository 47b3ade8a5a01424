"""Finds the statements and documents that name somebody, in every store of the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Unpack
from uuid import UUID

from sqlmodel import Session

from gleanery.flow.erasing.mentions import OWN, Place, mentions
from gleanery.flow.erasing.subject import actor_of
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.house import House
from gleanery.flow.record import driver, stores
from xapi.errors import InvalidStatement
from xapi.lrs import identities
from xapi.lrs.links import identities_in
from xapi.lrs.query import Filters, Stored
from xapi.lrs.store import StatementStore
from xapi.validate import read
from xapi.vocabulary import own

_PAGE = 500

Progress = Callable[[str, int, int | None], None]


class Found(NamedTuple):
    """A statement that names somebody."""

    store: str
    id: UUID
    seq: int
    places: tuple[Place, ...]

    @property
    def is_own(self) -> bool:
        """Whether it is theirs, and not one of somebody else that only names them."""
        return not OWN.isdisjoint(self.places)


def naming(
    house: House, session: Session, traces: Traces, progress: Progress, also: Iterable[UUID] = ()
) -> Iterator[Found]:
    """Every statement that names the person, voided or not; those of `also` are looked at whoever they name.

    Those that tell of an erasure name pseudonyms only, and are part of the proof.
    """
    for store in stores(session):
        statements = StatementStore(driver(session), store)
        seen: set[UUID] = set()
        for one in _candidates(session, store, statements, traces, progress, also):
            if one.id in seen:
                continue
            seen.add(one.id)
            named = mentions(one.raw, traces, house.organisation.bridge_home).places
            if named and not _tells_of_erasure(one):
                yield Found(store, one.id, one.seq, named)


def _tells_of_erasure(one: Stored) -> bool:
    return own.ERASED.id.encode() in one.raw and read(one.raw).verb.id == own.ERASED.id


def _candidates(
    session: Session,
    store: str,
    statements: StatementStore,
    traces: Traces,
    progress: Progress,
    also: Iterable[UUID],
) -> Iterator[Stored]:
    """Those that an index finds, and those whose bytes may hold a name."""
    for identity in known_in(session, store, traces):
        yield from _by_agent(statements, identity)
    for iri in identities.activities(driver(session), store):
        if traces.know_activity(iri):
            yield from _pages(statements, activity=iri, related_activities=True)
    yield from (one for one in map(statements.get, also) if one is not None)
    if traces.is_plain:
        after, total = 0, statements.count()
        while page := statements.query(after_seq=after, limit=_PAGE, ascending=True, voided=True):
            yield from (one for one in page if traces.may_be_in(one.raw))
            after = page[-1].seq
            progress(f"search {store}", after, total)


def _by_agent(statements: StatementStore, identity: str) -> Iterator[Stored]:
    try:
        agent = actor_of(identity)
    except InvalidStatement:
        return  # the digest of one that is too long: only a search of the bytes finds it
    yield from _pages(statements, agent=agent, related_agents=True)


def _pages(statements: StatementStore, **filters: Unpack[Filters]) -> Iterator[Stored]:
    """All that an index finds, voided or not."""
    after = 0
    while page := statements.query(
        **filters | {"after_seq": after, "limit": _PAGE, "ascending": True, "voided": True}
    ):
        yield from page
        after = page[-1].seq


def known_in(session: Session, store: str, traces: Traces) -> list[str]:
    """The identities of the person that statements of a store name, as they are spelt there."""
    return [one for one in identities.in_statements(driver(session), store) if traces.know(one)]


def documented_in(session: Session, store: str, traces: Traces) -> list[str]:
    """The identities of the person that documents of a store are about."""
    return [one for one in identities.in_documents(driver(session), store) if traces.know(one)]


def vouched_for(session: Session, traces: Traces) -> int:
    """How many statements the person vouched for: the authority is part of the chain's hash and stays."""
    return sum(
        count
        for store in stores(session)
        for authority, count in identities.vouching(driver(session), store)
        if any(map(traces.know, identities_in(authority)))
    )
