"""Follows the entries of a bundle from checkpoint to checkpoint."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from xapi.bundles.model import Line, micros, parts
from xapi.checkpoints import Checkpoint
from xapi.walk import entry_hash, genesis


class Bad(Exception):
    """What is wrong with a bundle; `first_bad` is the first entry that is, where it is an entry."""

    def __init__(self, reason: str, first_bad: int | None = None) -> None:
        super().__init__(reason)
        self.first_bad = first_bad


class Following:
    """The chain as far as it was followed. Entries may be missing only from one checkpoint to another."""

    def __init__(self, log: str, checkpoints: Sequence[Checkpoint], receipts: Sequence[Checkpoint]) -> None:
        """`receipts` must agree where they speak of an entry of the bundle; they bridge nothing."""
        self.seq = 0
        self.met: set[int] = set()
        self._previous = genesis(log)
        self._sure = 0
        self._ends = {0: self._previous} | {one.seq: bytes.fromhex(one.head) for one in checkpoints}
        self._receipts = {one.seq: bytes.fromhex(one.head) for one in receipts}
        for seq in self._ends.keys() & self._receipts.keys():
            if self._ends[seq] != self._receipts[seq]:
                raise Bad(f"the receipt for entry {seq} vouches for another entry", seq)

    def take(self, line: Line) -> None:
        """The next entry. Raises Bad."""
        if line.seq != self.seq + 1:
            self._skip_to(line.seq)
        hashed = _hashed(line, self._previous)
        if hashed.hex() != line.hash:
            raise Bad(f"entry {line.seq} is not what was recorded", line.seq)
        vouched = [heads[line.seq] for heads in (self._ends, self._receipts) if line.seq in heads]
        if any(head != hashed for head in vouched):
            raise self._rewritten(line.seq)
        self.seq, self._previous = line.seq, hashed
        self._sure = line.seq if vouched else self._sure
        self.met.update({line.seq} & self._receipts.keys())

    def end(self) -> None:
        """After the last entry. Raises Bad."""
        if self.seq not in self._ends:
            missing = self.seq + 1
            raise Bad(f"entry {missing} is missing: no checkpoint vouches for entry {self.seq}", missing)

    def _skip_to(self, seq: int) -> None:
        """Goes on after a checkpoint; the last entry must lie at one too."""
        if seq <= self.seq:
            raise Bad(f"entry {seq} stands there twice or too late", seq)
        if self.seq not in self._ends:
            raise Bad(f"entry {self.seq + 1} is missing", self.seq + 1)
        if seq - 1 not in self._ends:
            missing = max(end for end in self._ends if end < seq) + 1
            raise Bad(f"entry {missing} is missing", missing)
        self.seq = self._sure = seq - 1
        self._previous = self._ends[self.seq]

    def _rewritten(self, seq: int) -> Bad:
        """The entries agree with one another, but not with what was signed at `seq`."""
        first = self._sure + 1
        span = f"entry {seq} was" if first == seq else f"one or more of the entries {first} to {seq} were"
        return Bad(f"{span} rewritten: what was signed at entry {seq} is another", first)


_SALT = 16


def _require_covered(line: Line) -> None:
    """Raises Bad where an entry tells what its hash does not cover, or where its content could begin elsewhere."""
    untold = line.salt if line.content is None else line.content_hash
    if untold or (not line.id and (line.authority or line.version)):
        raise Bad(f"entry {line.seq} tells what its hash does not cover", line.seq)
    if line.content is not None and len(line.salt) != 2 * _SALT:
        raise Bad(f"entry {line.seq} has no salt of {_SALT} bytes", line.seq)


def _hashed(line: Line, previous: bytes) -> bytes:
    """The hash of an entry, computed anew. Raises Bad."""
    _require_covered(line)
    try:
        content = bytes.fromhex(line.content_hash)
        if line.content is not None:
            content = hashlib.sha256(bytes.fromhex(line.salt) + line.content.encode()).digest()
        key = UUID(line.id).bytes if line.id else b""
        hashed = parts(line.seq, micros(line.stored), content, key, line.authority, line.version)
        return entry_hash(previous, *hashed)
    except (ValueError, OverflowError) as error:
        raise Bad(f"entry {line.seq} cannot be read", line.seq) from error
