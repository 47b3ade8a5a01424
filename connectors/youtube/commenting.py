"""Comments on known videos, with all their replies: https://developers.google.com/youtube/v3/docs/commentThreads

There is no way to ask for what is new: a late reply moves nothing. So each video's comments are read whole, daily in
its first week and weekly until it is `comments_days` old. What such a look does not show is asked for by id before it
counts as deleted. Comments take at most half of the day's quota.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.youtube.client import Client, Json, StaleToken
from connectors.youtube.drafts import COMMENT, comment_post
from connectors.youtube.looking import DAY, Found, Looking
from connectors.youtube.quota import UNITS
from gleanery.errors import ConfigError, Denied, Gone
from gleanery.ports import Context, Estimate, Fault, KnownPost, Page

WEEK = timedelta(days=7)


class Commenting:
    """The partition of all comments.

    The state holds `looked` (by video, when its comments were last read whole) and, while a look is under way,
    `look`: the video, its channel, when it began, the page it is at and the threads done of that page.
    """

    def __init__(self, days: int, client: Client, looking: Looking, ctx: Context) -> None:
        self._days, self._client, self._looking, self._ctx = timedelta(days=days), client, looking, ctx

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """The comments of the videos whose turn it is; stops where half of the day's quota is used up."""
        state = dict(state)
        looks = [state["look"]] if "look" in state else []
        looks += [
            self._begun(video)
            for video in self.due(state)
            if not looks or video.external_id != looks[0]["video"]
        ]
        for look in looks:
            is_done = yield from self._look(state, look)
            if not is_done:
                until = self._client.quota.renewed_at().isoformat()
                self._ctx.log.info("youtube.comments.paused", until=until)
                return
        yield Page((), self._tidied(state), complete=True)

    def _begun(self, video: KnownPost) -> dict[str, Any]:
        began = self._ctx.now().isoformat()
        return {"video": video.external_id, "channel": video.realm, "began": began, "token": None, "done": []}

    def cost(self, state: Mapping[str, Any]) -> Estimate:
        """At least a unit for each video whose turn it is; how many comments it has is not told beforehand."""
        due = len(self.due(state))
        return Estimate(posts=None if due else 0, requests=due, units={UNITS: due} if due else {})

    def due(self, state: Mapping[str, Any]) -> list[KnownPost]:
        """The videos whose comments are to be begun now, those looked at longest ago first."""
        now, looked = self._ctx.now(), state.get("looked", {})
        under_way = state.get("look", {}).get("video")
        due = [
            video
            for video in self._videos()
            if video.external_id != under_way and self._is_due(video, looked.get(video.external_id), now)
        ]
        return sorted(due, key=lambda video: looked.get(video.external_id, ""))

    def _videos(self) -> list[KnownPost]:
        posts = self._ctx.known.posts(since=self._ctx.now() - self._days)
        return [post for post in posts if post.parent_external_id is None]

    def _is_due(self, video: KnownPost, looked: str | None, now: datetime) -> bool:
        if looked is None:
            return True
        young = video.published_at is not None and now - video.published_at < WEEK
        return now - datetime.fromisoformat(looked) >= (DAY if young else WEEK)

    def _may_go_on(self) -> bool:
        quota = self._client.quota
        return quota.left(UNITS) * 2 > quota.limit(UNITS)

    def _tidied(self, state: Mapping[str, Any]) -> dict[str, Any]:
        current = {video.external_id for video in self._videos()}
        looked = {video: at for video, at in state.get("looked", {}).items() if video in current}
        return {"looked": looked}

    # ------------------------------------------------------------------ one video

    def _look(self, state: dict[str, Any], look: Mapping[str, Any]) -> Generator[Page, None, bool]:
        """All threads of a video, then what is known and was not shown; whether the quota sufficed.

        A video whose comments are refused is passed over until its next turn, and nothing is concluded.
        """
        found = Found()
        try:
            if not (yield from self._threads(state, look)):
                return False
            found = self._unshown(look)
        except Gone:  # no failure: comments are switched off, or the video is gone
            found = self._unshown(look)
        except (Denied, ConfigError, StaleToken) as error:
            if error.stops_source:
                raise
            found.faults.append(Fault(f"comments of video {look['video']}", error.message))
        state.pop("look", None)
        state["looked"] = {**state.get("looked", {}), look["video"]: self._ctx.now().isoformat()}
        yield _page(found, state)
        return True

    def _threads(self, state: dict[str, Any], look: Mapping[str, Any]) -> Generator[Page, None, bool]:
        """A page for each page of threads, and each thread of many replies; whether the last was reached."""
        while self._may_go_on():
            answer = self._client.threads_page(look["video"], look["token"])
            for found, done in self._of_page(answer, look):
                look = {**look, "done": [*look["done"], *done]}
                state["look"] = look
                yield _page(found, state)
            if not answer.get("nextPageToken"):
                return True
            look = {**look, "token": answer["nextPageToken"], "done": []}
        return False

    def _of_page(self, answer: Json, look: Mapping[str, Any]) -> Iterator[tuple[Found, list[str]]]:
        """The threads whose replies came along at once, then those with more, one by one; (posts, thread ids)."""
        threads = [one for one in answer.get("items") or () if str(one.get("id")) not in look["done"]]
        whole = [one for one in threads if len(_replies(one)) >= _count(one)]
        found = Found()
        for thread in whole:
            self._add(found, thread, _replies(thread), look)
        if whole:
            yield found, [str(thread["id"]) for thread in whole]
        for thread in (one for one in threads if one not in whole):
            found = Found()
            self._add(found, thread, self._all_replies(str(thread["id"])), look)
            yield found, [str(thread["id"])]

    def _all_replies(self, thread: str) -> list[Json]:
        """The replies of a thread; none where it was deleted meanwhile."""
        found: list[Json] = []
        token = None
        while True:
            try:
                answer = self._client.replies_page(thread, token)
            except Gone:
                return []
            found += answer.get("items") or ()
            token = answer.get("nextPageToken")
            if not token:
                return found

    def _add(self, found: Found, thread: Json, replies: Sequence[Json], look: Mapping[str, Any]) -> None:
        """A thread's first comment and its replies; known replies that are not among them are looked up."""
        video, channel = look["video"], look["channel"]
        first = (thread.get("snippet") or {}).get("topLevelComment") or {}
        for record in (first, *replies):
            found.add(f"comment {record.get('id')}", partial(comment_post, record, video, channel))
        shown = {COMMENT + str(record.get("id")) for record in replies}
        above = COMMENT + str(thread.get("id"))
        missing = [post for post in self._ctx.known.posts(parent=above) if post.external_id not in shown]
        _join(found, self._looking.comments(missing))

    def _unshown(self, look: Mapping[str, Any]) -> Found:
        """Known comments that a whole look did not show, looked up: deleted, or shown now."""
        before = datetime.fromisoformat(look["began"])
        missing = [
            post
            for post in self._ctx.known.posts(parent=look["video"], fetched_before=before)
            if post.external_id.startswith(COMMENT)
        ]
        return self._looking.comments(missing)


def _page(found: Found, state: Mapping[str, Any]) -> Page:
    return Page(found.posts, dict(state), complete=False, gone=found.gone, faults=found.faults)


def _join(found: Found, more: Found) -> None:
    found.posts += more.posts
    found.gone += more.gone
    found.faults += more.faults


def _replies(thread: Json) -> list[Json]:
    return list((thread.get("replies") or {}).get("comments") or ())


def _count(thread: Json) -> int:
    return int((thread.get("snippet") or {}).get("totalReplyCount") or 0)
