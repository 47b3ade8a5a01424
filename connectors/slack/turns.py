"""Whose turn it is where a pause ends a reading: one round goes on until all channels had theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from gleanery.ports import Context

_ROUND, _FORGOTTEN_AFTER = "round", timedelta(days=1)
_LONGEST = timedelta(hours=2)
"""After so long, a channel of which much is left to read does not keep the others waiting any more."""


class Turns:
    """The channels that are through in this round, and those of which at least a page was read."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._began = ctx.now()
        self._through: set[str] = set()
        self._served: set[str] = set()

    def go_on(self, channels: Collection[str]) -> None:
        """Take up the round that was interrupted, unless it lasted long and each of the channels got something."""
        kept = self._ctx.store.get(_ROUND)
        if not kept:
            return
        self._ctx.store.put(_ROUND, None)
        began = datetime.fromisoformat(kept["began"])
        if self._ctx.now() >= began + _LONGEST and set(channels) <= {*kept["through"], *kept["served"]}:
            return
        self._began, self._through, self._served = began, set(kept["through"]), set(kept["served"])

    def is_through(self, channel: str) -> bool:
        """Whether it is not asked again in this round."""
        return channel in self._through

    def served(self, channel: str) -> None:
        """A page of it was read."""
        self._served.add(channel)

    def ended(self, channel: str) -> None:
        """All of it was read, or cannot be."""
        self._through.add(channel)

    def interrupt(self) -> None:
        """Keep the round for the next reading."""
        kept = {
            "began": self._began.isoformat(),
            "through": sorted(self._through),
            "served": sorted(self._served),
        }
        self._ctx.store.put(_ROUND, kept, expires_in=_FORGOTTEN_AFTER)
