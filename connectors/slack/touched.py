"""Messages to be looked at again, one by one: noted when an event says so, kept until it was done."""

from __future__ import annotations

from connectors.slack.messages import valid_ts
from gleanery.ports import Store

_MOST = 1_000
"""Of one channel; beyond it the daily sweep finds what changed."""


class Touched:
    """The waiting messages of one channel, in the plugin's store."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store, self._key = store, f"touched:{channel}"
        self.waiting: list[str] = list(store.get(self._key) or ())
        self._is_kept = True

    def add(self, ts: str) -> bool:
        """Have a message looked at; False where too many wait. Raises: ValueError if it is no `ts`."""
        if valid_ts(ts) in self.waiting:
            return True
        if len(self.waiting) >= _MOST:
            return False
        self.waiting.append(ts)
        self._is_kept = False
        return True

    def take(self) -> str:
        """The next to look at; it stays noted until `settle`, which is called after the page was committed."""
        self._is_kept = False
        return self.waiting.pop(0)

    def drop(self, ts: str) -> bool:
        """Whether it waited; it was looked at by the way."""
        if ts not in self.waiting:
            return False
        self.waiting.remove(ts)
        self._is_kept = False
        return True

    def settle(self) -> None:
        """Write down what is left."""
        if not self._is_kept:
            self._store.put(self._key, self.waiting)
            self._is_kept = True
