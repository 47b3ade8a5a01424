"""What was erased, as the chained statements tell it: nothing may be missing without one of them.

An erasure is a statement of our own verb about the erased one. Its extensions hold the digest that stands for
the old content in the chain, the digest of the new content if there is one, and which statement was voided by
it, so that what somebody took back stays taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET

from xapi.errors import InvalidStatement, Tampered
from xapi.lrs.dialect import Dialect
from xapi.lrs.rows import COLUMNS, StatementRow
from xapi.lrs.terms import VERB, Terms
from xapi.model import StatementRef
from xapi.validate import read
from xapi.vocabulary import own


class Erasure(NamedTuple):
    """What one erasure tells: digests of the old and of the new content, and whom the erased one voided."""

    old: bytes
    new: bytes | None
    voided: bytes | None


class Erasures:
    """The erasures of a store by the id of the erased statement, the last one of each."""

    def __init__(self, dialect: Dialect, store: int, terms: Terms) -> None:
        self._last: dict[bytes, Erasure] = {}
        found = dialect.execute(
            f"SELECT {COLUMNS} FROM lrs_statement_verb l "  # noqa: S608 - our own names
            "JOIN lrs_statement s ON s.store = l.store AND s.seq = l.seq "
            "WHERE l.store = ? AND l.verb = ? AND l.via = 0 ORDER BY l.seq",
            [store, terms.number_of(VERB, own.ERASED.id)],
        )
        for row in found:
            self._note(StatementRow(*row))

    def covers(self, row: StatementRow) -> bool:
        """Says whether an erasure tells that the content of this row is gone, or is now what it is."""
        last = self._last.get(bytes(row.id))
        now = None if row.raw is None else row.content()
        return last is not None and last.old == row.content_hash and last.new == now

    def voided_by(self, statement_id: bytes) -> bytes | None:
        """The id of the statement that an erased one had voided."""
        last = self._last.get(statement_id)
        return last.voided if last is not None else None

    def _note(self, row: StatementRow) -> None:
        try:
            statement = read(row.unpacked())
            thing, result = statement.object, statement.result
            if not isinstance(thing, StatementRef) or result is UNSET or result.extensions is UNSET:
                return
            self._last[thing.id.bytes] = erasure_of(result.extensions)
        except (Tampered, InvalidStatement, msgspec.ValidationError, ValueError):
            return  # one that was itself erased, or that somebody else wrote: it covers nothing


def erasure_of(extensions: Mapping[str, Any]) -> Erasure:
    """The erasure that a statement's extensions tell of.

    Raises:
        ValueError, msgspec.ValidationError: they tell of none.
    """
    told = msgspec.convert(
        [extensions.get(name) for name in (own.OLD_CONTENT, own.NEW_CONTENT, own.VOIDED)],
        tuple[str, str | None, UUID | None],
    )
    old, new, voided = told
    return Erasure(
        bytes.fromhex(old), bytes.fromhex(new) if new else None, None if voided is None else voided.bytes
    )
