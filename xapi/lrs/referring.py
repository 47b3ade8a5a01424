"""Statements that speak of a statement: what voids it, and what refers to it at any remove."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from xapi.lrs import rows
from xapi.lrs.dialect import dialect_of
from xapi.lrs.query import Stored, find
from xapi.lrs.references import Graph
from xapi.lrs.terms import Terms


def referring_to(connection: Any, store: str, statement_id: UUID) -> list[Stored]:
    """The statements that refer to this one, directly or through others, in their order.

    Works in the caller's transaction (sqlite3 or psycopg 3 connection).
    """
    dialect = dialect_of(connection)
    number = rows.number_of(dialect, store)
    if number is None:
        return []
    nodes = Graph(dialect, number, Terms(dialect, number)).referrers([statement_id.bytes])
    found = [find(dialect, store, UUID(bytes=node.id)) for node in nodes]
    return sorted((one for one in found if one is not None), key=lambda one: one.seq)
