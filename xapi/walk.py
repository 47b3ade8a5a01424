"""A chained log, entry by entry: its hashes, and where it stops following from itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from xapi.evidence import Evidence


class Head(NamedTuple):
    """The last entry of a log: its number and its hash; number 0 and the genesis hash when it is empty."""

    seq: int
    hash: bytes


class Entry(NamedTuple):
    """One line of a log: the hashed `parts` as its content gives them now, and its `hash` as stored."""

    seq: int
    parts: tuple[bytes, ...]
    hash: bytes


class Log(Protocol):
    """What can be sealed and verified. Entries are numbered from 1 without gaps.

    `head` and `entries` read what is stored at that moment; verify calls head, entries, head.
    """

    @property
    def name(self) -> str:
        """Names the log within its organisation: `audit`, `statements:main`."""

    def head(self) -> Head:
        """The stored head."""

    def entries(self) -> Iterable[Entry]:
        """All entries in order of their number."""


def genesis(log: str) -> bytes:
    """The hash before the first entry: it ties a chain to the name of its log."""
    return hashlib.sha256(b"gleanery log 1\n" + log.encode()).digest()


def entry_hash(previous: bytes, *parts: bytes) -> bytes:
    """SHA-256 over `previous` (32 bytes) and the length-prefixed parts: the hash of the entry after it."""
    framed = [previous]
    for part in parts:
        size = len(part)
        framed.append(_LENGTHS[size] if size < _SHORT else size.to_bytes(8, "big"))
        framed.append(part)
    return hashlib.sha256(b"".join(framed)).digest()


_SHORT = 256
_LENGTHS = [size.to_bytes(8, "big") for size in range(_SHORT)]
"""The prefixes of nearly all parts, made once: half the time of a hash went into them."""


class Walk:
    """Follows the chain entry by entry until the first fault."""

    def __init__(self, log: str, heads: dict[int, bytes]) -> None:
        self.seq = 0
        self.previous = genesis(log)
        self.vouched = 0
        self.first_bad: int | None = None
        self.reason = ""
        self.remembered: dict[int, bytes] = {}
        self._heads = heads

    def follow(self, log: Log, remember: set[int] | None = None) -> None:
        """Walks all entries and compares the last one with the stored head."""
        before = log.head()
        at_head = self.previous if before.seq == 0 else None
        for entry in log.entries():
            self._take(entry)
            if self.reason:
                return
            if remember and entry.seq in remember:
                self.remembered[entry.seq] = entry.hash
            if entry.seq == before.seq:
                at_head = entry.hash
        self._compare_head(before, at_head, log.head().seq)

    def _take(self, entry: Entry) -> None:
        expected = self.seq + 1
        if entry.seq != expected:
            self._fault(expected, f"entry {expected} is missing: entry {entry.seq} follows {self.seq}")
        elif entry_hash(self.previous, *entry.parts) != entry.hash:
            self._fault(expected, f"entry {expected} is not what was recorded: its hash does not follow")
        elif self._heads.get(expected, entry.hash) != entry.hash:
            first = self.vouched + 1
            span = (
                f"entry {first}" if first == expected else f"one or more of the entries {first} to {expected}"
            )
            self._fault(first, f"{span} were rewritten: the chain does not meet the checkpoint at {expected}")
        else:
            self.seq, self.previous = expected, entry.hash
            if expected in self._heads:
                self.vouched = expected

    def _compare_head(self, before: Head, at_head: bytes | None, after: int) -> None:
        if self.seq < before.seq:
            self._fault(
                self.seq + 1, f"entries {self.seq + 1} to {before.seq} are missing: the head counts them"
            )
        elif at_head != before.hash:
            self._fault(max(1, before.seq), f"the stored head is not the hash of entry {before.seq}")
        elif self.seq > after:
            self._fault(after + 1, f"entry {after + 1} was put in behind the head")

    def expect_checkpoints(self, evidence: Evidence) -> None:
        """Finds a log that is shorter than its checkpoints say."""
        last = max(evidence.heads, default=0)
        if not self.reason and last > self.seq:
            self._fault(
                self.seq + 1,
                f"entries {self.seq + 1} to {last} are missing: a checkpoint vouches for entry {last}. "
                "The tail was cut off or an older backup was restored; a wanted restore must be accepted",
            )

    def _fault(self, first_bad: int, reason: str) -> None:
        self.first_bad, self.reason = first_bad, reason
