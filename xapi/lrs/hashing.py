"""Secrets as they are kept: as hashes that tell nothing.

A chosen secret is hashed slowly (scrypt), since it may be guessed; a token, 256 bits of chance, is not.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict

COST = 2**14
"""The N of scrypt: 16 MiB and about 30 ms a secret."""

_BLOCK = 8


def slow(secret: str, salt: bytes, cost: int = COST) -> bytes:
    """32 bytes that take time and memory to compute."""
    return hashlib.scrypt(
        secret.encode(), salt=salt, n=cost, r=_BLOCK, p=1, maxmem=2 * 128 * _BLOCK * cost, dklen=32
    )


def quick(token: str) -> bytes:
    """32 bytes that a token is found by."""
    return hashlib.sha256(token.encode()).digest()


class Verified:
    """The secrets this process has seen to be right, as digests under a key that no other process has.

    It spares the slow hash, never the look at the row: a digest holds for one row's hash only.
    """

    def __init__(self, most: int = 1000) -> None:
        self._key = os.urandom(32)
        self._most = most
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def holds(self, kept: bytes, secret: str) -> bool:
        """Says whether this secret was seen to belong to this hash."""
        digest = self._digest(kept, secret)
        with self._lock:
            known = digest in self._seen
            if known:
                self._seen.move_to_end(digest)
        return known

    def add(self, kept: bytes, secret: str) -> None:
        """Remembers that they belong together; what was not used for longest is forgotten."""
        with self._lock:
            self._seen[self._digest(kept, secret)] = None
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)

    def _digest(self, kept: bytes, secret: str) -> bytes:
        return hashlib.blake2b(kept + secret.encode(), key=self._key, digest_size=32).digest()
