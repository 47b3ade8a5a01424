"""The bytes of attachments: each file once in a store, whichever statements it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from msgspec import UNSET

from xapi.lrs.dialect import Dialect
from xapi.lrs.rows import Fresh
from xapi.model import Statement, SubStatement

_NAMES = {28: "sha224", 32: "sha256", 48: "sha384", 64: "sha512"}


class Attached(NamedTuple):
    """A file with the SHA-2 of its bytes in hex, and the media type that a statement gives it."""

    sha2: str
    content_type: str
    length: int
    content: bytes


def write(dialect: Dialect, store: int, fresh: list[Fresh]) -> None:
    """Stores the files of new statements, those that are not there yet, and whose they are."""
    files = {file.sha2: file for one in fresh for file in one.prepared.files}
    if not files:
        return
    known = dialect.rows_among(
        "SELECT sha2 FROM lrs_attachment WHERE store = ? AND sha2 IN", [store], list(files)
    )
    links = [(store, one.seq, file.sha2, file.type) for one in fresh for file in one.prepared.files]
    for (sha2,) in known:
        del files[bytes(sha2)]
    rows = [(store, file.sha2, len(file.content), file.content) for file in files.values()]
    dialect.insert("lrs_attachment", ("store", "sha2", "size", "content"), rows)
    dialect.insert("lrs_statement_attachment", ("store", "seq", "sha2", "type"), links)


def of(dialect: Dialect, store: int, seqs: Sequence[int]) -> Iterator[Attached]:
    """The files of these statements, each once, read one after the other."""
    found = dialect.rows_among(
        "SELECT sha2, type, seq FROM lrs_statement_attachment WHERE store = ? AND seq IN", [store], seqs
    )
    types = {bytes(sha2): kind for sha2, kind, _ in reversed(found)}
    for sha2, kind in types.items():
        yield from _read(dialect, store, sha2, kind)


def find(dialect: Dialect, store: int, sha2: bytes) -> Attached | None:
    """The file of this digest, with the type that its first statement gives it."""
    found = dialect.execute(
        "SELECT type FROM lrs_statement_attachment WHERE store = ? AND sha2 = ? ORDER BY seq LIMIT 1",
        [store, sha2],
    )
    return next(_read(dialect, store, sha2, found[0][0]), None) if found else None


def keep(dialect: Dialect, store: int, seq: int, kept: Collection[str]) -> None:
    """Takes from a statement all files but those `kept` (hex); what is nobody else's is deleted."""
    found = dialect.execute(
        "SELECT sha2 FROM lrs_statement_attachment WHERE store = ? AND seq = ?", [store, seq]
    )
    for (sha2,) in found:
        if bytes(sha2).hex() in kept:
            continue
        dialect.execute(
            "DELETE FROM lrs_statement_attachment WHERE store = ? AND seq = ? AND sha2 = ?",
            [store, seq, sha2],
        )
        dialect.execute(
            "DELETE FROM lrs_attachment WHERE store = ? AND sha2 = ? AND NOT EXISTS "
            "(SELECT 1 FROM lrs_statement_attachment l WHERE l.store = ? AND l.sha2 = ?)",
            [store, sha2, store, sha2],
        )


def hashes_of(statement: Statement[Any]) -> set[str]:
    """The SHA-2 (lower case hex) of all files that a statement or its sub-statement names."""
    told = statement.object.attachments if isinstance(statement.object, SubStatement) else UNSET
    return {one.sha2.lower() for one in (*(statement.attachments or ()), *(told or ()))}


def sha2_of(content: bytes, length: int) -> bytes:
    """The SHA-2 of so many bytes of a content."""
    return hashlib.new(_NAMES[length], content).digest()


def faults(dialect: Dialect, store: int, named: Callable[[int], set[str]]) -> Iterator[int]:
    """Statements with a file that they do not name (`named` tells what they do), or whose bytes are others."""
    sql = "SELECT seq, sha2 FROM lrs_statement_attachment WHERE store = ? ORDER BY sha2, seq"
    for sha2, links in groupby(dialect.stream(sql, [store]), key=lambda row: bytes(row[1])):
        seqs = [seq for seq, _ in links]
        held = next(_read(dialect, store, sha2, ""), None)
        is_whole = held is not None and sha2_of(held.content, len(sha2)) == sha2
        yield from (seq for seq in seqs if not is_whole or sha2.hex() not in named(seq))


def _read(dialect: Dialect, store: int, sha2: bytes, kind: str) -> Iterator[Attached]:
    for size, content in dialect.execute(
        "SELECT size, content FROM lrs_attachment WHERE store = ? AND sha2 = ?", [store, sha2]
    ):
        yield Attached(sha2.hex(), kind, size, bytes(content))
