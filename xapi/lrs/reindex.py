"""Writes anew what is derived from the statements, for tables that hold nothing but the statements."""

from __future__ import annotations

from xapi.lrs import definitions, references, rows
from xapi.lrs.dialect import Dialect
from xapi.lrs.linking import LinkRows, numbers_of
from xapi.lrs.references import Node
from xapi.lrs.rows import Place
from xapi.lrs.terms import Terms

_PAGE = 1000


def rebuild(dialect: Dialect) -> None:
    """Fills the link tables, references and definitions of every store. Raises Tampered for what is unreadable."""
    for (name,) in dialect.execute("SELECT name FROM lrs_head ORDER BY store"):
        _rebuild(dialect, Place(*dialect.locked_head(name)[0]))


def _rebuild(dialect: Dialect, place: Place) -> None:
    terms = Terms(dialect, place.store, place.terms)
    after = 0
    while page := rows.page(dialect, place.store, after, _PAGE):
        nodes = [references.required_node_of(row, terms) for row in page]
        _write(dialect, place.store, terms, nodes)
        after = page[-1].seq
    references.lend_all(dialect, place.store, terms)
    rows.unlock(dialect, place._replace(terms=terms.last))


def _write(dialect: Dialect, store: int, terms: Terms, nodes: list[Node]) -> None:
    known = terms.last
    numbers = numbers_of(terms, [node.links for node in nodes])
    links = LinkRows(store)
    for node in nodes:
        links.add(node.seq, 0, node.links, numbers, node.week)
    links.write(dialect)
    definitions.write(dialect, store, ((node.seq, node.links) for node in nodes), numbers.activities, known)
    references.note(dialect, store, nodes)
