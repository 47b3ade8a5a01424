"""Finds statements: walks down indexes that end in `seq`, whatever the filters.

A walk gives the numbers of statements by link rows alone; then the statements are read. What is hidden (voided
or erased) is left out then, and the walk goes on until the page is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from itertools import groupby, islice
from typing import NamedTuple, TypedDict
from uuid import UUID

from msgspec import Struct

from xapi.lrs.dialect import Dialect
from xapi.lrs.links import AS_ACTOR, AS_OBJECT, identities_in, identity_of
from xapi.lrs.rows import COLUMNS, StatementRow, micros, moment, number_of, version_of
from xapi.lrs.terms import ACTIVITY, AGENT, VERB, Terms
from xapi.lrs.walks import ANY_ROLE, Link, Walk, along_links, along_statements
from xapi.model import Actor, Version
from xapi.vocabulary import adl


class Stored(NamedTuple):
    """A statement as received, with what the store added. `authority` is the JSON of an agent."""

    seq: int
    id: UUID
    stored: datetime
    authority: str
    raw: bytes
    voided: bool
    version: Version = "1.0.3"


class Query(Struct, frozen=True, kw_only=True):
    """What is looked for; see `StatementStore.query`."""

    verb: str | None = None
    activity: str | None = None
    agent: Actor | None = None
    registration: UUID | None = None
    authority: Actor | None = None
    related: bool = False
    related_agents: bool = False
    related_activities: bool = False
    since: datetime | None = None
    until: datetime | None = None
    after_seq: int = 0
    before_seq: int | None = None
    limit: int = 100
    ascending: bool = False
    voided: bool = False
    without: tuple[str, ...] = ()


class Filters(TypedDict, total=False):
    """The same as keyword arguments."""

    verb: str | None
    activity: str | None
    agent: Actor | None
    registration: UUID | None
    authority: Actor | None
    related: bool
    related_agents: bool
    related_activities: bool
    since: datetime | None
    until: datetime | None
    after_seq: int
    before_seq: int | None
    limit: int
    ascending: bool
    voided: bool
    without: tuple[str, ...]


def select(dialect: Dialect, name: str, query: Query) -> list[Stored]:
    """The matching statements of the store `name`."""
    store = number_of(dialect, name)
    if store is None:
        return []
    terms = Terms(dialect, store)
    walks = _walks(terms, store, query)
    if query.without:
        _keep_shown(walks, terms, query)
    low, high = _bounds(dialect, store, query)
    found: list[Stored] = []
    while walks and len(found) < query.limit:
        wanted = query.limit - len(found)
        order = "ASC" if query.ascending else "DESC"
        pages = [walk.page(dialect, low, high, wanted, order) for walk in walks]
        several = merge(*pages, reverse=not query.ascending)
        seqs = [seq for seq, _ in islice(groupby(several), wanted)]
        read = _read(dialect, store, terms, "s.seq IN", seqs)
        found += [read[seq] for seq in seqs if seq in read and (query.voided or not read[seq].voided)]
        if len(seqs) < wanted:
            break
        low, high = (seqs[-1], high) if query.ascending else (low, seqs[-1])
    return found


def counted(dialect: Dialect, name: str, query: Query, most: int) -> int:
    """How many statements of the store `name` match, but no more than `most`: that many are counted at most."""
    store = number_of(dialect, name)
    if store is None:
        return 0
    terms = Terms(dialect, store)
    walks = _walks(terms, store, query)
    _keep_shown(walks, terms, query)
    low, high = _bounds(dialect, store, query)
    pages = [walk.page(dialect, low, high, most, "DESC") for walk in walks]
    return min(most, len(set().union(*pages)))


def find(dialect: Dialect, name: str, statement_id: UUID) -> Stored | None:
    """The statement of this id, voided or not; None if there is none or it was erased."""
    store = number_of(dialect, name)
    if store is None:
        return None
    found = _read(dialect, store, Terms(dialect, store), "s.id IN", [statement_id.bytes])
    return next(iter(found.values()), None)


def _walks(terms: Terms, store: int, query: Query) -> list[Walk]:
    """The walks that together find all."""
    links = _links(terms, query)
    verb = None if query.verb is None else terms.number_of(VERB, query.verb)
    vouching = None if query.authority is None else _vouching(terms, query.authority)
    if vouching == [] or (vouching is not None and not links and verb is None):
        return [along_statements(store, [], None, authority) for authority in vouching]
    if links:
        walks = [along_links(store, links, verb)]
    elif verb is not None:
        walks = [along_links(store, [Link("verb", verb)], None)]
    else:
        walks = [along_statements(store, [], None, None)]
    if vouching is not None:
        walks[0].keep_lent(vouching)
    if query.agent is not None and _is_broad(query):
        walks += [
            along_statements(store, links[1:], verb, number) for number in _vouching(terms, query.agent)
        ]
    if vouching is not None:
        for walk in walks:
            walk.keep_vouched(vouching)
    return walks


def _keep_shown(walks: Sequence[Walk], terms: Terms, query: Query) -> None:
    """Keep to what is shown: not erased, of none of the verbs left out, and voided only where asked for."""
    voided = terms.number_of(VERB, adl.VOIDED.id)
    numbers = terms.known(VERB, query.without).values()
    shown, parameters = "s.raw IS NOT NULL", list[object](numbers)
    if numbers:
        shown += f" AND s.verb NOT IN ({','.join('?' * len(numbers))})"
    if not query.voided:
        shown, parameters = f"{shown} AND NOT {_VOIDED}", [*parameters, voided]
    for walk in walks:
        walk.keep_where(shown, parameters)


def _is_broad(query: Query) -> bool:
    return query.related or query.related_agents


def _links(terms: Terms, query: Query) -> list[Link]:
    """What is looked for in link tables, the agent first."""
    links = []
    if query.agent is not None:
        roles = ANY_ROLE if _is_broad(query) else AS_ACTOR | AS_OBJECT
        links.append(Link("agent", terms.number_of(AGENT, identity_of(query.agent)), roles))
    if query.activity is not None:
        roles = ANY_ROLE if query.related or query.related_activities else AS_OBJECT
        links.append(Link("activity", terms.number_of(ACTIVITY, query.activity), roles))
    if query.registration is not None:
        links.append(Link("registration", query.registration.bytes))
    return links


def _vouching(terms: Terms, actor: Actor) -> list[int]:
    """The authorities that are this agent, or a group with it as a member."""
    identity = identity_of(actor)
    return [number for number, text in terms.authorities().items() if identity in identities_in(text)]


def _bounds(dialect: Dialect, store: int, query: Query) -> tuple[int, int | None]:
    """Bounds the walk by seq: `stored` rises with it, so times are looked up and need no index."""
    low, high = query.after_seq, query.before_seq
    if query.since is not None:
        low = max(low, _last_at(dialect, store, micros(query.since)))
    if query.until is not None:
        last = _last_at(dialect, store, micros(query.until)) + 1
        high = last if high is None else min(high, last)
    return low, high


def _last_at(dialect: Dialect, store: int, at: int) -> int:
    """The last seq stored at or before a time: a binary search, since seq has no gaps."""
    return int(dialect.execute(_HALVE, [store, at, at, store])[0][0])


_HALVE = """
WITH RECURSIVE halve (low, high) AS (
    SELECT CAST(0 AS BIGINT), seq FROM lrs_head WHERE store = ?
    UNION ALL
    SELECT CASE WHEN s.stored <= ? THEN s.seq ELSE halve.low END,
           CASE WHEN s.stored <= ? THEN halve.high ELSE s.seq - 1 END
    FROM halve JOIN lrs_statement s ON s.store = ? AND s.seq = (halve.low + halve.high + 1) / 2
    WHERE halve.low < halve.high
)
SELECT max(low) FROM halve
"""


def _read(
    dialect: Dialect, store: int, terms: Terms, condition: str, values: Sequence[object]
) -> dict[int, Stored]:
    """The statements by their number, without those erased."""
    found = dialect.rows_among(
        f"SELECT {COLUMNS}, {_VOIDED} FROM lrs_statement s WHERE s.store = ? AND {condition}",  # noqa: S608
        [terms.number_of(VERB, adl.VOIDED.id), store],
        values,
    )
    rows = ((StatementRow(*row[:-1]), bool(row[-1])) for row in found)
    return {row.seq: _stored(row, terms, voided) for row, voided in rows if row.raw is not None}


_VOIDED = """(s.verb <> ? AND EXISTS (
    SELECT 1 FROM lrs_reference v WHERE v.store = s.store AND v.target = s.id AND v.voids = 1))"""


def _stored(row: StatementRow, terms: Terms, voided: bool) -> Stored:
    return Stored(
        row.seq,
        UUID(bytes=bytes(row.id)),
        moment(row.stored),
        terms.authority(row.authority),
        row.unpacked(),
        voided,
        version_of(row.version),
    )
