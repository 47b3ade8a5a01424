"""Finds statements: one walk down an index that ends in `seq`, whatever the filters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypedDict
from uuid import UUID

from msgspec import Struct

from xapi.lrs import codec
from xapi.lrs.dialect import Dialect, Row
from xapi.lrs.links import AS_ACTOR, AS_OBJECT, identity_of
from xapi.lrs.rows import micros, number_of
from xapi.lrs.terms import ACTIVITY, AGENT, VERB, Terms
from xapi.model import Actor
from xapi.vocabulary import adl

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANY_ROLE = -1


class Stored(NamedTuple):
    """A statement as received, with what the store added. `authority` is the JSON of an agent."""

    seq: int
    id: UUID
    stored: datetime
    authority: str
    raw: bytes
    voided: bool


class _Filters:
    """Collects the conditions of one query."""

    def __init__(self, terms: Terms, store: int) -> None:
        self.terms = terms
        self.source = "lrs_statement s"
        self.walks = "s"
        self.where = ["s.store = ?"]
        self.parameters: list[object] = [store]
        self.is_empty = False

    def add(self, condition: str, *parameters: object) -> None:
        self.where.append(condition)
        self.parameters += parameters

    def number(self, kind: int, value: str) -> int:
        """The number of a term; one never used makes the query empty."""
        number = self.terms.number_of(kind, value)
        self.is_empty = self.is_empty or number == 0
        return number

    def walk(self, kind: int, value: str, roles: int) -> None:
        """Filters by a linked term; the first one leads, and its index is walked."""
        column = "agent" if kind == AGENT else "activity"
        number = self.number(kind, value)
        if self.walks == "s":
            self.source = (
                f"lrs_statement_{column} l JOIN lrs_statement s ON s.store = l.store AND s.seq = l.seq"
            )
            self.walks = "l"
            self.add(f"l.store = s.store AND l.{column} = ? AND (l.roles & ?) <> 0", number, roles)
            self.where[0] = "l.store = ?"
        else:
            self.add(
                f"EXISTS (SELECT 1 FROM lrs_statement_{column} m WHERE m.store = s.store "  # noqa: S608
                f"AND m.{column} = ? AND m.seq = s.seq AND (m.roles & ?) <> 0)",
                number,
                roles,
            )


class Query(Struct, frozen=True, kw_only=True):
    """What is looked for; see `StatementStore.query`."""

    verb: str | None = None
    activity: str | None = None
    agent: Actor | None = None
    related: bool = False
    since: datetime | None = None
    until: datetime | None = None
    after_seq: int = 0
    before_seq: int | None = None
    limit: int = 100
    ascending: bool = False
    voided: bool = False


class Filters(TypedDict, total=False):
    """The same as keyword arguments."""

    verb: str | None
    activity: str | None
    agent: Actor | None
    related: bool
    since: datetime | None
    until: datetime | None
    after_seq: int
    before_seq: int | None
    limit: int
    ascending: bool
    voided: bool


def select(dialect: Dialect, name: str, query: Query) -> list[Stored]:
    """The matching statements of the store `name`."""
    store = number_of(dialect, name)
    if store is None:
        return []
    terms = Terms(dialect, store)
    filters = _Filters(terms, store)
    if query.agent is not None:
        roles = _ANY_ROLE if query.related else AS_ACTOR | AS_OBJECT
        filters.walk(AGENT, identity_of(query.agent), roles)
    if query.activity is not None:
        filters.walk(ACTIVITY, query.activity, _ANY_ROLE if query.related else AS_OBJECT)
    if query.verb is not None:
        filters.add(f"{filters.walks}.verb = ?", filters.number(VERB, query.verb))
    if filters.is_empty:
        return []
    _bound(filters, dialect, store, query)
    void_verb = terms.number_of(VERB, adl.VOIDED.id)
    if not query.voided:
        filters.add(f"NOT {_VOIDED}", void_verb)
    return _run(dialect, filters, void_verb, query.limit, "ASC" if query.ascending else "DESC")


def find(dialect: Dialect, name: str, statement_id: UUID) -> Stored | None:
    """The statement of this id, voided or not."""
    store = number_of(dialect, name)
    if store is None:
        return None
    filters = _Filters(Terms(dialect, store), store)
    filters.add("s.id = ?", statement_id.bytes)
    found = _run(dialect, filters, filters.terms.number_of(VERB, adl.VOIDED.id), 1, "DESC")
    return found[0] if found else None


_VOIDED = "(s.verb <> ? AND EXISTS (SELECT 1 FROM lrs_void v WHERE v.store = s.store AND v.target = s.id))"


def _bound(filters: _Filters, dialect: Dialect, store: int, query: Query) -> None:
    """Bounds the walk by seq: `stored` rises with it, so times are looked up and need no index."""
    low, high = query.after_seq, query.before_seq
    if query.since is not None:
        low = max(low, _last_at(dialect, store, micros(query.since)))
    if query.until is not None:
        last = _last_at(dialect, store, micros(query.until)) + 1
        high = last if high is None else min(high, last)
    if low:
        filters.add(f"{filters.walks}.seq > ?", low)
    if high is not None:
        filters.add(f"{filters.walks}.seq < ?", high)


def _last_at(dialect: Dialect, store: int, at: int) -> int:
    """The last seq stored at or before a time: a binary search, since seq has no gaps."""
    low, high = 0, dialect.execute("SELECT seq FROM lrs_head WHERE store = ?", [store])[0][0]
    while low < high:
        middle = (low + high + 1) // 2
        found = dialect.execute(
            "SELECT stored FROM lrs_statement WHERE store = ? AND seq = ?", [store, middle]
        )
        if found and found[0][0] <= at:
            low = middle
        else:
            high = middle - 1
    return low


def _run(dialect: Dialect, filters: _Filters, void_verb: int, limit: int, order: str) -> list[Stored]:
    sql = (
        f"SELECT s.seq, s.id, s.stored, s.authority, s.dictionary, s.raw, {_VOIDED} "  # noqa: S608
        f"FROM {filters.source} WHERE {' AND '.join(filters.where)} "
        f"ORDER BY {filters.walks}.seq {order} LIMIT ?"
    )
    rows = dialect.execute(sql, [void_verb, *filters.parameters, limit])
    return [_stored(row, filters.terms) for row in rows]


def _stored(row: Row, terms: Terms) -> Stored:
    seq, key, stored, authority, dictionary, raw, voided = row
    return Stored(
        seq,
        UUID(bytes=bytes(key)),
        _EPOCH + timedelta(microseconds=stored),
        terms.authority(authority),
        codec.unpack(dictionary, bytes(raw)),
        bool(voided),
    )
