"""Statements on their way to a target: which are next, and the bytes they travel as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET

from xapi.errors import InvalidStatement
from xapi.forwarding.ledger import Ledger
from xapi.forwarding.target import Target
from xapi.lrs.links import links_of
from xapi.lrs.render import exact
from xapi.lrs.store import StatementStore, Stored
from xapi.model import Statement, Version
from xapi.validate import read, validate

_PAGE = 500
_MOST_SCANNED = 5000
"""How many statements are looked at for one draft: a narrow filter must not hold a reader for long."""


class Letter(NamedTuple):
    """A statement as it is sent; `weight` is its size in bytes with its attachments."""

    seq: int
    id: UUID
    family: Version
    body: bytes
    weight: int


class Unfit(NamedTuple):
    """A statement that the target cannot understand, and why."""

    seq: int
    reason: str


class Draft(NamedTuple):
    """What is next: letters of one family in the order of the record.

    All up to `through` is dealt with when they are; at the end of the record that is where it began.
    """

    letters: list[Letter]
    unfit: list[Unfit]
    through: int


def draft(store: StatementStore, ledger: Ledger, target: Target, speaks: str, after: int, most: int) -> Draft:
    """The next letters after a seq: at most `most`, and as many bytes as the target takes at once."""
    letters: list[Letter] = []
    unfit: list[Unfit] = []
    through, weight = after, 0
    head = store.head().seq  # before the rows are read: so all of them up to here are seen
    for stored in _rows(store, after, min(most, _PAGE)):
        one = _for_target(stored, ledger, target, speaks)
        if isinstance(one, Letter):
            weight += one.weight
            if letters and (one.family != letters[0].family or weight > target.most_bytes):
                return Draft(letters, unfit, through)
            letters.append(one)
        elif one is not None:
            unfit.append(one)
        through = stored.seq
        if len(letters) == most or through >= after + _MOST_SCANNED:
            return Draft(letters, unfit, through)
    return Draft(letters, unfit, max(head, through))


def letter(stored: Stored, speaks: str) -> Letter | Unfit:
    """A statement in a family that the target speaks; never with anything of it left out."""
    family = stored.version
    if family not in speaks.split(","):
        family = _other(family)
        try:
            stored = _as(family, stored)
        except InvalidStatement as error:
            return Unfit(
                stored.seq, f"the target speaks only xAPI {family}, which has no such thing: {error}"
            )
    body = exact(stored)
    return Letter(stored.seq, stored.id, family, body, len(body) + _attached(read(stored.raw)))


def statement_at(store: StatementStore, seq: int) -> Stored | None:
    """The statement at a seq, None where it was taken back or erased."""
    found = store.query(after_seq=seq - 1, ascending=True, limit=1, voided=True)
    return found[0] if found and found[0].seq == seq and not found[0].voided else None


def _rows(store: StatementStore, after: int, page: int) -> Iterator[Stored]:
    while rows := store.query(after_seq=after, ascending=True, limit=page, voided=True):
        yield from rows
        after = rows[-1].seq


def _for_target(stored: Stored, ledger: Ledger, target: Target, speaks: str) -> Letter | Unfit | None:
    """The statement as a letter; None where it is not for this target or was taken back before it left."""
    if stored.voided:
        return None
    links = links_of(read(stored.raw))
    if links.voids and links.refers is not None:
        voided = ledger.seqs_of([links.refers]).get(links.refers, 0)
        return letter(stored, speaks) if ledger.holds(voided) else None
    return letter(stored, speaks) if target.filter.admits(stored, links) else None


def _other(family: Version) -> Version:
    return "1.0.3" if family == "2.0.0" else "2.0.0"


def _as(family: Version, stored: Stored) -> Stored:
    """The same statement received by another family, if it is valid there; the bytes of its values stay.

    Raises: InvalidStatement naming what that family does not have.
    """
    members = msgspec.json.decode(stored.raw, type=dict[str, msgspec.Raw])
    members.pop("version", None)
    raw = msgspec.json.encode(members)
    validate(raw, family)
    return stored._replace(raw=raw, version=family)


def _attached(statement: Statement[Any]) -> int:
    """The bytes of the attachments, as the statement gives them."""
    if statement.attachments is UNSET:
        return 0
    return sum(one.length for one in statement.attachments)
