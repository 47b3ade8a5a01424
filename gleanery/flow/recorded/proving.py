"""What vouches for one statement: the first signed checkpoint after it, found without reading years of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from gleanery.flow.house import House
from gleanery.flow.record import StatementLog
from xapi.chain import Checkpoint, CheckpointFile
from xapi.lrs.standing import Standing, leads_to

_FOLLOWED = 5_000
"""Entries between a statement and its checkpoint that are followed while a page is made."""

_NEAR = 16 * 1024
_LOOKED_AT = 5_000


class Proof(NamedTuple):
    """The signed checkpoint that covers a statement: whether it is at the second place too, and leads to its hash."""

    checkpoint: Checkpoint
    is_elsewhere: bool
    is_met: bool | None


def proof_of(house: House, connection: Any, store: str, stands: Standing) -> Proof | None:
    """The first checkpoint that covers a statement, None where none does yet."""
    log = StatementLog(house.store, store).name
    organisation = str(house.organisation.id)
    covering = covering_checkpoint(house.local_checkpoints, organisation, log, stands.seq, stands.stored)
    if covering is None or not covering.is_signed_by([house.signer.public_bytes()]):
        return None
    other = house.other_checkpoints
    there = covering_checkpoint(other, organisation, log, stands.seq, stands.stored) if other else None
    met = None
    if covering.seq - stands.seq <= _FOLLOWED:
        head = leads_to(connection, store, stands, covering.seq, _FOLLOWED)
        met = head is not None and head.hex() == covering.head
    return Proof(covering, there == covering, met)


def covering_checkpoint(
    file: CheckpointFile, organisation: str, log: str, seq: int, since: datetime
) -> Checkpoint | None:
    """The first checkpoint of a log at or after an entry that was stored at `since`.

    Lines are in the order of their time, so the file is halved rather than read: it grows every minute for years.
    """
    try:
        with file.path.open("rb") as lines:
            low, high = 0, lines.seek(0, os.SEEK_END)
            while high - low > _NEAR:
                middle = (low + high) // 2
                lines.seek(middle)
                lines.readline()
                one = _checkpoint(lines.readline())
                if one is None or datetime.fromisoformat(one.at) >= since:
                    high = middle
                else:
                    low = middle
            lines.seek(low)
            if low:
                lines.readline()
            return _first(lines, organisation, log, seq)
    except OSError:
        return None


def _first(lines: Iterable[bytes], organisation: str, log: str, seq: int) -> Checkpoint | None:
    for line in islice(lines, _LOOKED_AT):
        one = _checkpoint(line)
        if one and (one.organisation, one.log) == (organisation, log) and one.seq >= seq:
            return one
    return None


def _checkpoint(line: bytes) -> Checkpoint | None:
    try:
        return msgspec.json.decode(line, type=Checkpoint)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
