"""Entries as JSON texts; a statement stands in its line as it was received."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gleanery.audit import AuditLog, Line
from gleanery.flow.desk import account_of
from gleanery.flow.exporting.selecting import Chosen
from gleanery.flow.house import House
from gleanery.flow.record import record
from xapi.bundles.model import iso
from xapi.lrs.query import Stored

_PAGE = 500


class Named(NamedTuple):
    """A line of the audit log, and who its actor is: an account, or the name of a machine."""

    line: Line
    who: str


def lines_of(house: House, chosen: Chosen) -> Iterator[str]:
    """The chosen entries, one JSON text each, in order."""
    if chosen.log == AuditLog.name:
        return map(_audit_text, audit_entries(house, chosen.seqs))
    return map(_statement_text, statements_of(house, chosen))


def audit_entries(house: House, seqs: Sequence[int]) -> Iterator[Named]:
    """The entries of these numbers, in order."""
    names: dict[str, str] = {}
    for first, last in _stretches(seqs):
        for line in AuditLog(house.store).lines(first - 1, last):
            if line.actor not in names:
                with house.store.read() as session:
                    names[line.actor] = account_of(session, line.actor)
            yield Named(line, names[line.actor])


def statements_of(house: House, chosen: Chosen) -> Iterator[Stored]:
    """The chosen statements, in order; one erased since is passed over."""
    for first, last in _stretches(chosen.seqs):
        with record(house.store, chosen.store) as statements:
            page = statements.query(
                after_seq=first - 1, before_seq=last + 1, limit=_PAGE, ascending=True, voided=True
            )
        yield from page


def _stretches(seqs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbouring numbers, in runs of at most a page."""
    place = 0
    while place < len(seqs):
        first = seqs[place]
        end = place + 1
        while end < len(seqs) and end - place < _PAGE and seqs[end] == first + end - place:
            end += 1
        yield first, seqs[end - 1]
        place = end


def _audit_text(named: Named) -> str:
    line = named.line
    told = {
        "seq": line.seq,
        "at": iso(line.at),
        "action": line.action,
        "actor": line.actor,
        "who": named.who,
        "subject": line.subject,
        "detail": json.loads(line.detail),
        "hash": line.hash.hex(),
    }
    return json.dumps(told, ensure_ascii=False)


def _statement_text(one: Stored) -> str:
    told = {
        "seq": one.seq,
        "id": str(one.id),
        "stored": one.stored.isoformat(),
        "version": one.version,
        "voided": one.voided,
        "authority": json.loads(one.authority),
    }
    raw = (
        one.raw.decode().replace("\r", " ").replace("\n", " ")
    )  # between values only: in text they are escaped
    return f'{json.dumps(told, ensure_ascii=False)[:-1]}, "statement": {raw}}}'
