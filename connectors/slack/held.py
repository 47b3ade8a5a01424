"""What the house holds of a channel, by `ts`: what a look does not show of it is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from connectors.slack.messages import Place, time_of, vanished
from gleanery.model.posts import Vanished
from gleanery.ports import Context, KnownPost

_SETTLED = timedelta(minutes=5)
"""What the house knows by an event may take a moment to show; nothing younger is missed."""


class Held:
    """The posts of one channel that this source saw and that still stand."""

    def __init__(self, ctx: Context, place: Place) -> None:
        self._ctx, self._place = ctx, place
        self._replies: dict[str, set[str]] | None = None

    def messages_lost(self, low: str, high: str, lacks: Callable[[str], bool]) -> Iterator[Vanished]:
        """Messages of the channel itself between two times that are lacking."""
        bounds = {"since": time_of(low) if low else None, "until": time_of(high) if high else None}
        yield from self._lost((one for one in self._known(**bounds) if not one.parent_external_id), lacks)

    def replies_lost(self, parent: str, lacks: Callable[[str], bool] = lambda _: True) -> Iterator[Vanished]:
        """Replies of a thread that are lacking; without a parent that counts any, all are."""
        yield from self._lost(self._known(parent=f"{self._place.channel}:{parent}"), lacks)

    def replies_since(self, low: str) -> Mapping[str, set[str]]:
        """The replies by parent: one query, asked again only after `forget`."""
        if self._replies is None:
            self._replies = {}
            for known in self._known(since=time_of(low) if low else None):
                if known.parent_external_id:
                    parent = _ts(known.parent_external_id)
                    self._replies.setdefault(parent, set()).add(_ts(known.external_id))
        return self._replies

    def forget(self) -> None:
        """Replies came or went."""
        self._replies = None

    def _lost(self, known: Iterator[KnownPost], lacks: Callable[[str], bool]) -> Iterator[Vanished]:
        settled = self._ctx.now() - _SETTLED
        for one in known:
            if one.published_at is not None and one.published_at < settled and lacks(_ts(one.external_id)):
                yield vanished(_ts(one.external_id), self._place)

    def _known(self, **bounds: Any) -> Iterator[KnownPost]:
        return self._ctx.known.posts(realm=self._place.realm, prefix=f"{self._place.channel}:", **bounds)


def _ts(external_id: str) -> str:
    return external_id.rpartition(":")[2]
