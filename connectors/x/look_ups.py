"""Posts asked for by id: single ones, those that may still be edited, and all that are kept, once a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.x.ids import REALM
from connectors.x.platform import Platform
from connectors.x.reading import Haul, look_up
from gleanery.ports import Context, Page

EDITABLE = timedelta(minutes=30)
"""How long a post can be edited. https://docs.x.com/x-api/fundamentals/edit-posts"""

DAILY = timedelta(hours=22)
"""The duty is to act within 24 hours; a check that begins after 22 ends in time."""

_BATCH = 100

State = Mapping[str, Any]


class LookUps:
    """The partitions `lookup`, `refresh` and, where no jobs are ordered, `compliance`."""

    def __init__(self, ctx: Context, platform: Platform) -> None:
        self._ctx, self._platform = ctx, platform

    def single(self, wanted: Sequence[str], state: State) -> Iterator[Page]:
        """The posts that the settings name, each once; the other partitions look after them. State: `done`."""
        done = [one for one in state.get("done", ()) if one in wanted]
        todo = [one for one in wanted if one not in done]
        for asked, found in self._batches(todo):
            done += asked
            whole = len(done) == len(wanted)
            yield Page(
                found.posts, {"done": list(done)}, complete=whole, gone=found.gone, faults=found.faults
            )
        if not todo:
            yield Page((), {"done": done}, complete=True)

    def young(self, state: State) -> Iterator[Page]:
        """What was read while it could be edited, once more when it no longer can.

        The state holds `until`, before which nothing can change, and during a sweep `to` and `after`.
        """
        until = datetime.fromisoformat(state["to"]) if "to" in state else self._ctx.now() - EDITABLE
        since = datetime.fromisoformat(state["until"]) if "until" in state else None
        ids = [
            one.external_id
            for one in self._ctx.known.posts(realm=REALM, since=since, until=until)
            if one.published_at is not None and one.fetched_at < one.published_at + EDITABLE
        ]
        yield from self._sweep(ids, {**state, "to": until.isoformat()}, {"until": until.isoformat()})

    def all_kept(self, state: State) -> Iterator[Page]:
        """Every kept post, once a day. The state holds `done_at`, and during a sweep `began` and `after`."""
        now = self._ctx.now()
        if "began" not in state and not is_due(state, now):
            yield Page((), state, complete=True)
            return
        began = state.get("began") or now.isoformat()
        ids = [one.external_id for one in self._ctx.known.posts(realm=REALM)]
        yield from self._sweep(ids, {**state, "began": began}, {"done_at": began})

    def _sweep(self, ids: Sequence[str], during: State, at_end: State) -> Iterator[Page]:
        """The posts in the order of their ids, from the one `after` which the last page stopped."""
        todo = [one for one in sorted(ids, key=int) if int(one) > int(during.get("after", 0))]
        for asked, found in self._batches(todo):
            whole = asked[-1] == todo[-1]
            after = at_end if whole else {**during, "after": asked[-1]}
            yield Page(found.posts, after, complete=whole, gone=found.gone, faults=found.faults)
        if not todo:
            yield Page((), at_end, complete=True)

    def _batches(self, ids: Sequence[str]) -> Iterator[tuple[Sequence[str], Haul]]:
        """As many at once as X takes and the budget allows."""
        at = 0
        while at < len(ids):
            some = ids[at : at + self._platform.budget.room(_BATCH, each=2)]
            yield some, look_up(self._platform, some)
            at += len(some)


def is_due(state: State, now: datetime) -> bool:
    """Whether the daily check has to be made again."""
    return "done_at" not in state or now - datetime.fromisoformat(state["done_at"]) >= DAILY
