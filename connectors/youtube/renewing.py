"""Looking again at all that is kept, within 25 days.

What is kept of YouTube must be looked up again or deleted within 30 days (Developer Policies, III.E.4). Edits and
removals show only then, too. All known posts are gone through in turn, a little at each reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from connectors._turns import in_turn
from connectors.youtube.client import IDS
from connectors.youtube.drafts import CAPTION, COMMENT
from connectors.youtube.looking import Looking
from connectors.youtube.quota import UNITS
from gleanery.ports import Context, Estimate, KnownPost, Page

ROUND = timedelta(days=20)
"""One round through all that is known."""

LONGEST_REST = timedelta(days=4)
"""Few posts are gathered for so long, so that one request serves many; with ROUND it makes 24 days."""


class Renewing:
    """The partition that renews what the others brought; captions are renewed where they are read."""

    def __init__(self, looking: Looking, ctx: Context) -> None:
        self._looking, self._ctx = looking, ctx

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """What became of the posts whose turn it is.

        The state holds `at` (when the last turn was), `count` (how many posts were known then), `after` (the last
        one looked at) and, while a turn is under way, `left`.
        """
        now, left = self._ctx.now(), int(state.get("left", 0))
        if not left and not self._is_due(state, now):
            yield Page((), state or {"at": now.isoformat(), "count": 0}, complete=True)
            return
        known = {post.external_id: post for post in self._known()}
        if not left:
            left = ceil(self._share(len(known), state, now))
            state = {**state, "at": now.isoformat()}
        state = {"at": state["at"], "count": len(known), "after": state.get("after", "")}
        ids = in_turn(known, state["after"], left)
        for start in range(0, len(ids), IDS):
            part = ids[start : start + IDS]
            state = {**state, "after": part[-1]}
            yield self._looked([known[one] for one in part], {**state, "left": len(ids) - start - len(part)})
        yield Page((), state, complete=True)

    def cost(self, state: Mapping[str, Any]) -> Estimate:
        """A unit for 50 videos whose turn it is, two for 50 comments; nothing new comes of it."""
        if not self._is_due(state, self._ctx.now()):
            return Estimate(posts=0, requests=0)
        share = ceil(self._share(len(list(self._known())), state, self._ctx.now()))
        requests = ceil(share / IDS)
        return Estimate(posts=0, requests=requests, units={UNITS: requests})

    def _known(self) -> Iterator[KnownPost]:
        return (post for post in self._ctx.known.posts() if not post.external_id.startswith(CAPTION))

    def _is_due(self, state: Mapping[str, Any], now: datetime) -> bool:
        if "at" not in state:
            return False
        rested = now - datetime.fromisoformat(state["at"]) >= LONGEST_REST
        return rested or self._share(state["count"], state, now) >= IDS

    def _share(self, count: int, state: Mapping[str, Any], now: datetime) -> float:
        """How many of `count` the time that went by makes due, at most all."""
        return count * min((now - datetime.fromisoformat(state["at"])) / ROUND, 1)

    def _looked(self, posts: Sequence[KnownPost], state: Mapping[str, Any]) -> Page:
        videos = self._looking.videos(one.external_id for one in posts if not _is_comment(one))
        comments = self._looking.comments([one for one in posts if _is_comment(one)])
        return Page(
            posts=[*videos.posts, *comments.posts],
            state=state,
            complete=False,
            gone=[*videos.gone, *comments.gone],
            faults=[*videos.faults, *comments.faults],
        )


def _is_comment(post: KnownPost) -> bool:
    return post.external_id.startswith(COMMENT)
