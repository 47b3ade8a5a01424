"""Reading the uploads of a channel, or a playlist, for what is new.

A playlist can only be paged through from its beginning (https://developers.google.com/youtube/v3/docs/playlistItems).
Uploads stand in the order in which they were uploaded, so one that was scheduled appears behind older ones. Hence:

* The first page, the head, is read each time: one unit. Fingerprints of it tell what came, went or was renamed.
* When it changed, and once a day in any case, three more pages are read past the last that brought something;
  a playlist somebody arranges is read to its end when it changed.
* Within a week the rest is gone through once, a little at each reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from connectors.youtube.client import Client, StaleToken
from connectors.youtube.items import Item, Listed, listed
from connectors.youtube.looking import DAY, Found, Looking
from connectors.youtube.quota import UNITS
from gleanery.ports import Context, Estimate, Page

PATIENCE = 3
"""Pages read past the last one that brought something."""

WEEK = timedelta(days=7)
LONGEST = 20_000
"""Videos that a list shows at most, however many it has."""

_PAGE = 50
_MARGIN = timedelta(days=2)


class Listing:
    """One list; `realm` is the channel where all its videos are of one, None for a playlist.

    The state holds `since` (older videos are left out), `head` (the fingerprints), `total`, `second` (the token
    of the second page), `deep` (when it was last read beyond the head), `held` (broadcasts and when to ask
    again), `sweep` (the week's round) and, while one is under way, `walk`.
    """

    def __init__(
        self,
        playlist: str,
        realm: str | None,
        first_days: int,
        client: Client,
        looking: Looking,
        ctx: Context,
    ) -> None:
        self._playlist, self._realm, self._first_days = playlist, realm, first_days
        self._client, self._looking, self._ctx = client, looking, ctx
        self._state: dict[str, Any] = {}

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """What is new or changed since `state`, and what is gone; the last page is complete."""
        now = self._ctx.now()
        self._state = self._begun(state, now)
        try:
            yield from self._walk()
        except StaleToken:  # begun too long ago: the head counts as new, and all behind it is walked anew
            self._state = {key: value for key, value in self._state.items() if key not in ("walk", "head")}
        yield from self._head(now)
        yield from self._walk()
        yield from self._sweep(now)
        yield Page((), self._state, complete=True)

    def cost(self, state: Mapping[str, Any]) -> Estimate:
        """What the head shows to be new, and what is due; None posts where all of it is, as more may follow."""
        now = self._ctx.now()
        self._state = self._begun(state, now)
        shown = self._listed(None)
        before: Mapping[str, str] = self._state.get("head") or {}
        new, changed = self._news(shown.items), self._changes(shown.items, before)
        is_all = len(new) == len(shown.items) and shown.next is not None
        behind = pages_behind_head(shown.total)
        if self._realm is not None and not is_all:
            behind = min(behind, PATIENCE)
        is_walk = bool(changed) or (self._realm is not None and self._is_deep_due(now))
        units = 1 + ceil(len({*new, *changed}) / _PAGE) + (behind if is_walk else 0) + self._due(now)
        return Estimate(posts=None if is_all else len(new), requests=units, units={UNITS: units})

    def _begun(self, state: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        since = (now - timedelta(days=self._first_days)).isoformat() if self._first_days else None
        return {"since": since, **state}

    # ------------------------------------------------------------------ the head

    def _head(self, now: datetime) -> Iterator[Page]:
        """The first page compared with what it was; once a day also with what stands in the house."""
        shown = self._listed(None)
        before: Mapping[str, str] | None = self._state.get("head")
        head = {item.video: item.mark for item in shown.items}
        wanted = self._changes(shown.items, before or {})
        wanted += [video for video, at in self._held.items() if datetime.fromisoformat(at) <= now]
        is_due = self._is_deep_due(now)
        if is_due:
            self._state["deep"] = now.isoformat()
            wanted += self._news(shown.items)
        changed = head != before or shown.total != self._state.get("total")
        if shown.next and (changed or (is_due and self._realm is not None)):
            patience = PATIENCE if self._realm is not None else None
            self._state["walk"] = {"token": shown.next, "patience": patience}
        self._state |= {"head": head, "total": shown.total, "second": shown.next}
        if wanted:
            yield self._taken(self._looking.videos(wanted), wanted)

    def _is_deep_due(self, now: datetime) -> bool:
        deep = self._state.get("deep")
        return deep is None or now - datetime.fromisoformat(deep) >= DAY

    def _changes(self, items: Sequence[Item], before: Mapping[str, str]) -> list[str]:
        """What came or changed and counts, and what is known and went or changed."""
        head = {item.video: item.mark for item in items}
        fresh = [item.video for item in items if before.get(item.video) != item.mark and self._counts(item)]
        other = [video for video in before if head.get(video) != before[video] and video not in fresh]
        return fresh + [video for video in other if self._looking.is_known(video)]

    # ------------------------------------------------------------------ beyond

    def _walk(self) -> Iterator[Page]:
        """From the second page on, until three pages in a row brought nothing, or to the end."""
        while walk := self._state.get("walk"):
            shown = self._listed(walk["token"])
            wanted = self._news(shown.items)
            patience = walk["patience"]
            if patience is not None:
                patience = PATIENCE if wanted else patience - 1
            if shown.next and patience != 0:
                self._state["walk"] = {"token": shown.next, "patience": patience}
            else:
                del self._state["walk"]
            yield self._taken(self._looking.videos(wanted), wanted)

    def _sweep(self, now: datetime) -> Iterator[Page]:
        """The pages that are due of the week's round; after a week the next begins."""
        new = {"begun": now.isoformat(), "done": 0, "token": self._state["second"]}
        sweep = self._state.setdefault("sweep", new)
        try:
            yield from self._round(self._due(now))
        except StaleToken:
            self._state["sweep"] = new
        if now - datetime.fromisoformat(sweep["begun"]) >= WEEK:
            self._state["sweep"] = new

    def _due(self, now: datetime) -> int:
        """How many pages of the week's round the time that went by makes due."""
        sweep = self._state.get("sweep")
        if not sweep:
            return 0
        share = min((now - datetime.fromisoformat(sweep["begun"])) / WEEK, 1)
        return max(0, int(pages_behind_head(self._state["total"]) * share) - int(sweep["done"]))

    def _round(self, due: int) -> Iterator[Page]:
        for _ in range(due):
            sweep = self._state["sweep"]
            if sweep["token"] is None:
                return
            shown = self._listed(sweep["token"])
            self._state["sweep"] = {**sweep, "done": sweep["done"] + 1, "token": shown.next}
            wanted = self._news(shown.items)
            yield self._taken(self._looking.videos(wanted), wanted)

    def _news(self, items: Iterable[Item]) -> list[str]:
        """Of items beyond the head: the unknown that count, and the known that are shown as removed."""
        there = [item for item in items if self._counts(item)]
        known = self._known(there)
        removed = [item.video for item in items if not item.is_there and self._looking.is_known(item.video)]
        return [item.video for item in there if item.video not in known] + removed

    def _known(self, items: Sequence[Item]) -> set[str]:
        """The videos that stand in the house, among those published about when these were."""
        times = [item.published for item in items if item.published]
        if not times:
            return {item.video for item in items if self._looking.is_known(item.video)}
        known = self._ctx.known.posts(
            realm=self._realm, since=min(times) - _MARGIN, until=max(times) + _MARGIN
        )
        found = {post.external_id for post in known}
        undated = [item.video for item in items if item.published is None]
        return found.union(video for video in undated if self._looking.is_known(video))

    # ------------------------------------------------------------------ what all of it needs

    @property
    def _held(self) -> dict[str, str]:
        held: dict[str, str] = self._state.get("held", {})
        return held

    def _counts(self, item: Item) -> bool:
        """Whether a video may become a post: there, public, not older than what the first reading took, not held."""
        since = self._state["since"]
        if not item.is_there or item.video in self._held:
            return False
        return since is None or item.at is None or item.at >= datetime.fromisoformat(since)

    def _taken(self, found: Found, asked: Iterable[str]) -> Page:
        """The page of what was looked up; broadcasts are kept in mind until they are over."""
        held = {video: at for video, at in self._held.items() if video not in set(asked)}
        held |= {video: at.isoformat() for video, at in found.awaited.items()}
        self._state["held"] = held
        return Page(found.posts, dict(self._state), complete=False, gone=found.gone, faults=found.faults)

    def _listed(self, token: str | None) -> Listed:
        answer = self._client.playlist_page(self._playlist, token)
        return listed(answer, of_channel=self._realm is not None)


def pages_behind_head(total: int) -> int:
    """Pages of a list of so many videos, without the first; no list shows more than LONGEST."""
    return max(0, ceil(min(total, LONGEST) / _PAGE) - 1)
