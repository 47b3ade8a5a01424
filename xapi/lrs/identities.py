"""Who is named in a database of records, wherever: what whoever erases a person has to look through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from xapi.lrs.dialect import dialect_of
from xapi.lrs.documents import Document, Documents, Place
from xapi.lrs.rows import number_of
from xapi.lrs.terms import ACTIVITY, AGENT, Terms


def stores(connection: Any) -> list[str]:
    """The names of all stores that hold statements or documents."""
    sql = "SELECT name FROM lrs_head UNION SELECT store FROM lrs_document ORDER BY 1"
    return [name for (name,) in dialect_of(connection).execute(sql)]


def in_statements(connection: Any, store: str) -> Iterator[str]:
    """The identities of all agents that statements name; of one that is too long, its `key_of`."""
    return _terms(connection, store, AGENT)


def activities(connection: Any, store: str) -> Iterator[str]:
    """The addresses of all activities that statements name."""
    return _terms(connection, store, ACTIVITY)


def _terms(connection: Any, store: str, kind: int) -> Iterator[str]:
    dialect = dialect_of(connection)
    sql = "SELECT COALESCE(text, value) FROM lrs_term WHERE store = ? AND kind = ?"
    return (value for (value,) in dialect.stream(sql, [number_of(dialect, store), kind]))


def in_documents(connection: Any, store: str) -> Iterator[str]:
    """The identities of all agents that documents are about."""
    sql = "SELECT DISTINCT agent FROM lrs_document WHERE store = ?"
    for (agent,) in dialect_of(connection).execute(sql, [store]):
        if agent:
            yield bytes(agent).decode()


def vouching(connection: Any, store: str) -> list[tuple[str, int]]:
    """The JSON of each authority, and how many statements it vouched for."""
    dialect = dialect_of(connection)
    number = number_of(dialect, store)
    if number is None:
        return []
    sql = "SELECT authority, count(*) FROM lrs_statement WHERE store = ? GROUP BY authority"
    authorities = Terms(dialect, number).authorities()
    return [(authorities[term], count) for term, count in dialect.execute(sql, [number])]


def documents(connection: Any, store: str) -> Iterator[tuple[Place, str, Document]]:
    """Every document of a store: what it is about, its id there, and what is kept."""
    sql = "SELECT kind, activity, agent, registration, name FROM lrs_document WHERE store = ? ORDER BY place, key"
    kept = Documents(connection, store)
    for kind, activity, agent, registration, name in dialect_of(connection).execute(sql, [store]):
        place = Place(kind, bytes(activity).decode(), bytes(agent).decode(), registration)
        document = kept.get(place, bytes(name).decode())
        if document is not None:
            yield place, bytes(name).decode(), document


class Refusal(NamedTuple):
    """What a target answered, in its words: to one statement, or, with `seq` None, when it was last tried."""

    store: int
    target: str
    seq: int | None
    reason: str


def refusals(connection: Any) -> list[Refusal]:
    """All reasons that targets gave."""
    sql = (
        "SELECT store, target, seq, reason FROM lrs_forward_dead WHERE reason <> '' "
        "UNION ALL SELECT store, target, NULL, reason FROM lrs_forward WHERE reason <> ''"
    )
    return [Refusal(*row) for row in dialect_of(connection).execute(sql)]


def set_reason(connection: Any, refusal: Refusal, reason: str) -> None:
    """Puts other words in the place of a reason."""
    key: list[object] = [reason, refusal.store, refusal.target]
    if refusal.seq is None:
        sql = "UPDATE lrs_forward SET reason = ? WHERE store = ? AND target = ?"
    else:
        sql = "UPDATE lrs_forward_dead SET reason = ? WHERE store = ? AND target = ? AND seq = ?"
        key.append(refusal.seq)
    dialect_of(connection).execute(sql, key)
