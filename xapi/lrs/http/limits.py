"""How often is too often: failed attempts by who tries, requests by who asks. Both count in this process."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

Clock = Callable[[], float]

_REMEMBER = 10_000


class Failures:
    """Failed attempts, each forgotten after `seconds`; more than `most` of them and one has to wait."""

    def __init__(self, most: int = 10, seconds: float = 900, clock: Clock = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: OrderedDict[Hashable, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: Hashable) -> int:
        """The seconds until the next attempt is allowed; 0 where it is now."""
        with self._lock:
            recent = self._recent(who)
        if len(recent) < self._most:
            return 0
        return max(1, math.ceil(recent[-self._most] + self._seconds - self._clock()))

    def add(self, who: Hashable) -> None:
        """Notes a failed attempt."""
        with self._lock:
            self._times[who] = [*self._recent(who), self._clock()]
            self._times.move_to_end(who)
            while len(self._times) > _REMEMBER:
                self._times.popitem(last=False)

    def clear(self, who: Hashable) -> None:
        """Forgets the failures of who has succeeded."""
        with self._lock:
            self._times.pop(who, None)

    def _recent(self, who: Hashable) -> list[float]:
        oldest = self._clock() - self._seconds
        return [at for at in self._times.get(who, ()) if at > oldest]


@dataclass
class _Bucket:
    left: float
    at: float


class Rates:
    """Requests of each key: so many a minute, and as many at once; None: no limit."""

    def __init__(self, per_minute: int | None = None, clock: Clock = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> int:
        """Counts a request: 0 if it may go on, else the seconds until one may."""
        if self._per_minute is None:
            return 0
        now, rate = self._clock(), self._per_minute / 60
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(self._per_minute, now))
            bucket.left = min(self._per_minute, bucket.left + (now - bucket.at) * rate)
            bucket.at = now
            if bucket.left >= 1:
                bucket.left -= 1
                return 0
            return math.ceil((1 - bucket.left) / rate)
