"""Searching all of YouTube: https://developers.google.com/youtube/v3/docs/search/list

100 calls a day are all that a project has, in a bucket of their own. They are shared out evenly: half of them for
first pages, so that each search has its turn, the rest for what lies behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors._values import digest, moment
from connectors._web import iso
from connectors.youtube.client import Client, Json, StaleToken
from connectors.youtube.looking import DAY, Looking
from connectors.youtube.quota import SEARCHES, UNITS
from connectors.youtube.settings import YouTubeSettings
from gleanery.ports import Context, Estimate, Page

LOOK_BACK = timedelta(days=2)
"""A video may be found only some time after it was published."""


class Searching:
    """One search. A video that is not found any more is not gone: searching promises nothing."""

    def __init__(
        self, words: str, settings: YouTubeSettings, client: Client, looking: Looking, ctx: Context
    ) -> None:
        self._words, self._settings = words, settings
        self._client, self._looking, self._ctx = client, looking, ctx
        self._every = 2 * DAY * len(settings.searches) / settings.daily_searches

    def cost(self, state: Mapping[str, Any]) -> Estimate:
        """What a turn costs at most; how much it finds is not told beforehand."""
        pages = self._settings.search_pages if self.is_due(state) else 0
        units = {SEARCHES: pages, UNITS: pages} if pages else {}
        return Estimate(posts=None if pages else 0, requests=2 * pages, units=units)

    def is_due(self, state: Mapping[str, Any]) -> bool:
        """Whether it is this search's turn."""
        asked = state.get("asked")
        return (
            "walk" in state or asked is None or self._ctx.now() - datetime.fromisoformat(asked) >= self._every
        )

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """Videos published since the newest that was found, and broadcasts that are over.

        The state holds `newest`, `asked` (when), `held` (see Listing) and, while one is under way, `walk`.
        """
        if not self.is_due(state):
            yield Page((), state, complete=True)
            return
        now, state = self._ctx.now(), dict(state)
        walk = state.pop("walk", None) or self._begun(state)
        held: dict[str, str] = state.pop("held", {})
        while walk["left"]:
            try:
                answer = self._client.search_page(self._words, walk["since"], walk["token"])
            except StaleToken:  # the walk begins anew with the next reading; the mark does not move
                yield Page((), {**state, "held": held}, complete=False)
                return
            wanted = self._unknown(answer, walk["since"], held)
            wanted += [video for video, at in held.items() if datetime.fromisoformat(at) <= now]
            found = self._looking.videos(wanted)
            held = {video: at for video, at in held.items() if video not in wanted}
            held |= {video: at.isoformat() for video, at in found.awaited.items()}
            walk = self._next(walk, answer)
            page = {**state, "held": held, "walk": walk}
            yield Page(found.posts, page, complete=False, gone=found.gone, faults=found.faults)
        newest = walk.get("newest") or state.get("newest")
        yield Page((), {**state, "held": held, "newest": newest, "asked": now.isoformat()}, complete=True)

    def _begun(self, state: Mapping[str, Any]) -> dict[str, Any]:
        days, since = self._settings.first_days, None
        if state.get("newest"):
            since = iso(datetime.fromisoformat(state["newest"]) - LOOK_BACK)
        elif days:
            since = iso(self._ctx.now() - timedelta(days=days))
        return {"since": since, "token": None, "left": self._settings.search_pages}

    def _unknown(self, answer: Json, since: str | None, held: Mapping[str, str]) -> list[str]:
        earliest = moment(since) - DAY if since else None
        known = {post.external_id for post in self._ctx.known.posts(since=earliest)}
        return [video for video, _ in results(answer) if video not in known and video not in held]

    def _next(self, walk: Mapping[str, Any], answer: Json) -> dict[str, Any]:
        """The newest is that of the first page; it counts once the last is read."""
        times = [at for _, at in results(answer) if at]
        newest = walk.get("newest") or (max(times).isoformat() if times else None)
        token = answer.get("nextPageToken")
        return {**walk, "newest": newest, "token": token, "left": walk["left"] - 1 if token else 0}


def search_partition(words: str) -> str:
    """The name of a search's partition: a fingerprint, as words may name a person."""
    return f"search:{digest(words)[:8]}"


def results(answer: Json) -> Iterator[tuple[str, datetime | None]]:
    """The videos found, and when each was published; channels and playlists are left out."""
    for one in answer.get("items") or ():
        video = (one.get("id") or {}).get("videoId")
        published = (one.get("snippet") or {}).get("publishedAt")
        if video:
            yield str(video), moment(published) if published else None
