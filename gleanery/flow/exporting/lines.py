"""Entries as JSON texts; a statement stands in its line as it was received."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from gleanery.audit import AuditLog, Line
from gleanery.flow.exporting.selecting import Chosen
from gleanery.flow.house import House
from gleanery.flow.naming import account_of
from gleanery.flow.record import record
from xapi.bundles.model import iso
from xapi.lrs.query import Stored

_PAGE = 128
"""So many neighbouring entries are read at once: one statement may have a megabyte."""

_GAP = 8
"""Reading so many entries in vain takes as long as asking once more."""


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
    for run in _runs(seqs):
        for line in _wanted(AuditLog(house.store).lines(run[0] - 1, run[-1]), run):
            if line.actor not in names:
                with house.store.read() as session:
                    names[line.actor] = account_of(session, line.actor)
            yield Named(line, names[line.actor])


def statements_of(house: House, chosen: Chosen) -> Iterator[Stored]:
    """The chosen statements, in order; one erased since is passed over."""
    for run in _runs(chosen.seqs):
        with record(house.store, chosen.store) as statements:
            page = statements.query(
                after_seq=run[0] - 1, before_seq=run[-1] + 1, limit=_PAGE, ascending=True, voided=True
            )
        yield from _wanted(page, run)


def _runs(seqs: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in runs that are read at once: neighbours, with small gaps."""
    place = 0
    while place < len(seqs):
        end = place + 1
        while end < len(seqs) and seqs[end] - seqs[end - 1] <= _GAP and seqs[end] - seqs[place] < _PAGE:
            end += 1
        yield seqs[place:end]
        place = end


_Numbered = TypeVar("_Numbered", Line, Stored)


def _wanted(found: Iterable[_Numbered], run: Sequence[int]) -> Iterator[_Numbered]:
    """Of what was read, what was chosen."""
    wanted = set(run)
    return (one for one in found if one.seq in wanted)


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
