"""The statements of a store as members of a bundle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xapi.bundles import Member
from xapi.lrs import rows
from xapi.lrs.dialect import dialect_of
from xapi.lrs.terms import Terms

_PAGE = 500


def members(connection: Any, store: str, first: int, last: int) -> Iterator[Member]:
    """The statements from number `first` to `last`, in order; an erased or redacted one has no content.

    Works in the caller's transaction (sqlite3 or psycopg 3 connection).

    Raises:
        Tampered: one cannot be read; verify the log.
    """
    dialect = dialect_of(connection)
    number = rows.number_of(dialect, store)
    if number is None:
        return
    terms = Terms(dialect, number)
    after = first - 1
    while after < last and (page := rows.page(dialect, number, after, min(_PAGE, last - after))):
        for row in page:
            yield _member(row, terms.authority(row.authority))
        after = page[-1].seq


def _member(row: rows.StatementRow, authority: str) -> Member:
    """A statement; what was erased or redacted is no longer what its hash was made of, and only a link."""
    version = rows.version_of(row.version)
    link = Member(
        seq=row.seq,
        stored=row.stored,
        content_hash=bytes(row.content_hash or b""),
        id=bytes(row.id),
        authority=authority,
        version="" if version == "1.0.3" else version,
    )
    if link.content_hash:
        return link
    salt, raw = bytes(row.salt or b""), row.unpacked()
    return link._replace(content_hash=rows.digest(salt, raw), salt=salt, content=raw)
