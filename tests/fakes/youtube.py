"""YouTube on loopback, holding a world: channels, playlists, videos, broadcasts, comments, captions and the quota.

It answers as the recordings and the discovery document say: https://developers.google.com/youtube/v3/docs
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gleanery.testing import Asked, Clock, Fake, Reply
from tests.fakes.youtube_records import Channel, Comment, Video, stamp, thread

COSTS = {"captions": 50, "captions/": 200}
KEY = "GLEANERY_TEST_YOUTUBE_KEY"


class Refused(Exception):
    """An answer that is a refusal, with its reason; `gateway`: told as the gateway before the API tells it."""

    def __init__(self, status: int, reason: str, *, gateway: bool = False) -> None:
        super().__init__(reason)
        self.status, self.reason, self.gateway = status, reason, gateway

    def reply(self) -> Reply:
        """Either form of body."""
        error: dict[str, Any] = {"code": self.status, "message": f"The request was refused: {self.reason}."}
        if self.gateway:
            kind = "type.googleapis.com/google.rpc.ErrorInfo"
            detail = {"@type": kind, "reason": self.reason, "domain": "googleapis.com"}
            error |= {"status": "INVALID_ARGUMENT", "details": [detail]}
            error["errors"] = [{"reason": "badRequest", "domain": "global", "message": "Bad request."}]
        else:
            error["errors"] = [{"reason": self.reason, "domain": "youtube.common", "message": "Refused."}]
        return Reply(self.status, {"error": error})


class YouTubeWorld(Fake):
    """The platform. `shared` is the channel that a source reads, `guest` one whose videos stand in `playlist`."""

    CONNECTOR = "youtube"

    def __init__(self, clock: Clock, *, seed: int = 1) -> None:
        super().__init__()
        self.clock = clock
        self.key = secrets.token_hex(16)
        self.tokens: set[str] = set()
        self.longest = 20_000
        self.limits = {"units": 10_000, "searches": 100}
        self.used: Counter[tuple[str, str]] = Counter()
        self._random, self._zone = random.Random(seed), ZoneInfo("America/Los_Angeles")
        self.channels: dict[str, Channel] = {}
        self.videos: dict[str, Video] = {}
        self.comments: dict[str, Comment] = {}
        self.captions: dict[str, str] = {}
        self.playlists: dict[str, list[tuple[str, datetime]]] = {}
        self.shared, self.guest = self.add_channel("@yardschool"), self.add_channel("@guests")
        self.playlist = "PL" + self._id(32)
        self.playlists[self.playlist] = []

    # ------------------------------------------------------------------ what a driver needs

    def settings(self) -> dict[str, Any]:
        """A source that reads all of this world."""
        return {
            "base_url": self.url,
            "key": {"env": KEY},
            "channels": [self.shared.id],
            "playlists": [self.playlist],
            "comments": True,
            "comments_days": 3_650,
            "first_days": 0,
        }

    def set_env(self) -> dict[str, str]:
        """The secrets, by the names in the settings."""
        return {KEY: self.key}

    def truth(self) -> dict[str, str]:
        """The words of everything that a complete reading must hold now, by external id."""
        read = {*self.shared.uploads, *(video for video, _ in self.playlists[self.playlist])}
        now = self.clock()
        shown = [
            video
            for video in map(self.videos.__getitem__, sorted(read))
            if video.is_visible(now) and video.live(now) == "none"
        ]
        words = {video.id: video.text for video in shown}
        open_to_comments = {video.id for video in shown if not video.comments_off}
        for comment in self.comments.values():
            if comment.video in open_to_comments:
                words[f"comment:{comment.id}"] = comment.text
        return words

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """Rounds of a week, and in all more than the 20 days of a round through what is kept."""
        return [timedelta(days=8)] * 3

    def change(self, rng: random.Random) -> None:
        """One random change of the world."""
        acts: list[Callable[[random.Random], None]] = [
            self._upload,
            self._upload,
            self._schedule,
            self._broadcast,
            self._rename,
            self._rename,
            self._remove,
            self._hide_or_show,
            self._put_in_playlist,
            self._comment,
            self._comment,
            self._reply,
            self._reply,
            self._edit_comment,
            self._delete_comment,
            self._mute_or_not,
        ]
        rng.choice(acts)(rng)

    # ------------------------------------------------------------------ building

    def add_channel(self, handle: str) -> Channel:
        """A new channel."""
        channel = Channel("UC" + self._id(22), handle, f"Channel {len(self.channels) + 1}")
        self.channels[channel.id] = channel
        return channel

    def add_video(self, channel: Channel | None = None, **values: Any) -> Video:
        """A video uploaded now, public at once unless told otherwise."""
        number, of = len(self.videos) + 1, channel or self.shared
        words = {"title": f"Lift {number}", "text": f"Words of lift {number}."}
        video = Video(self._id(11), of, **{**words, "publish_at": self.clock(), **values})
        self.videos[video.id] = video
        of.uploads.append(video.id)
        return video

    def add_comment(self, video: str, text: str = "", parent: str | None = None) -> Comment:
        """A comment, or a reply to the comment `parent`."""
        own = f"{parent}.{self._id(22)}" if parent else "Ug" + self._id(24)
        words = text or f"Remark {len(self.comments) + 1}."
        made = Comment(own, video, "UC" + self._id(22), words, self.clock(), self.clock(), parent)
        self.comments[made.id] = made
        return made

    def delete_comment(self, comment: str) -> None:
        """Delete a comment, with its replies."""
        self.comments = {one.id: one for one in self.comments.values() if comment not in (one.id, one.parent)}

    def _id(self, length: int) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(self._random.choice(letters) for _ in range(length))

    # ------------------------------------------------------------------ random changes

    def _upload(self, rng: random.Random) -> None:
        self.add_video()

    def _schedule(self, rng: random.Random) -> None:
        self.add_video(publish_at=self.clock() + timedelta(hours=rng.randint(1, 72)))

    def _broadcast(self, rng: random.Random) -> None:
        self.add_video(starts=self.clock() + timedelta(hours=rng.randint(1, 48)))

    def _rename(self, rng: random.Random) -> None:
        for video in self._one_of(rng, [one for one in self.videos.values() if not one.removed]):
            video.title, video.text = f"Renamed {rng.randint(0, 999)}", f"New words {rng.randint(0, 999)}."

    def _remove(self, rng: random.Random) -> None:
        for video in self._one_of(rng, [one for one in self.videos.values() if not one.removed]):
            video.removed = True
            if video.id in video.channel.uploads:
                video.channel.uploads.remove(video.id)

    def _hide_or_show(self, rng: random.Random) -> None:
        for video in self._one_of(rng, [one for one in self.videos.values() if not one.removed]):
            video.privacy = "public" if video.privacy == "private" else "private"

    def _put_in_playlist(self, rng: random.Random) -> None:
        video = self.add_video(self.guest)
        place = rng.randint(0, len(self.playlists[self.playlist]))
        self.playlists[self.playlist].insert(place, (video.id, self.clock()))

    def _comment(self, rng: random.Random) -> None:
        for video in self._one_of(rng, [one for one in self.videos.values() if not one.removed]):
            self.add_comment(video.id)

    def _reply(self, rng: random.Random) -> None:
        for first in self._one_of(rng, [one for one in self.comments.values() if not one.parent]):
            for _ in range(rng.choice((1, 1, 7))):
                self.add_comment(first.video, parent=first.id)

    def _edit_comment(self, rng: random.Random) -> None:
        for one in self._one_of(rng, list(self.comments.values())):
            one.text, one.updated = f"Edited {rng.randint(0, 999)}.", self.clock()

    def _delete_comment(self, rng: random.Random) -> None:
        for one in self._one_of(rng, list(self.comments.values())):
            self.delete_comment(one.id)

    def _mute_or_not(self, rng: random.Random) -> None:
        for video in self._one_of(rng, list(self.videos.values())):
            video.comments_off = not video.comments_off

    @staticmethod
    def _one_of(rng: random.Random, things: list[Any]) -> list[Any]:
        return [rng.choice(things)] if things else []

    # ------------------------------------------------------------------ answering

    def answer(self, asked: Asked) -> Reply:
        """As the API does; quota is charged for refusals, too."""
        method = asked.path.removeprefix("/youtube/v3/")
        try:
            self._admit(asked)
            self._charge(method)
            return self._route(method, asked.query)
        except Refused as refused:
            return refused.reply()

    def _admit(self, asked: Asked) -> None:
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer:
            if bearer not in self.tokens:
                raise Refused(401, "authError")
        elif asked.headers.get("x-goog-api-key") != self.key:
            raise Refused(400, "API_KEY_INVALID", gateway=True)

    def _charge(self, method: str) -> None:
        bucket = "searches" if method == "search" else "units"
        cost = COSTS.get(method, COSTS["captions/"] if method.startswith("captions/") else 1)
        day = self.clock().astimezone(self._zone).date().isoformat()
        if self.used[bucket, day] + cost > self.limits[bucket]:
            raise Refused(403, "quotaExceeded")
        self.used[bucket, day] += cost

    def spent(self, bucket: str = "units") -> int:
        """What was charged in all."""
        return sum(units for (name, _), units in self.used.items() if name == bucket)

    def _route(self, method: str, query: Mapping[str, str]) -> Reply:
        if method.startswith("captions/"):
            return Reply(200, self.captions[method.removeprefix("captions/")].encode())
        routes: dict[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
            "channels": self._channels,
            "playlists": self._playlists,
            "playlistItems": self._items,
            "videos": self._videos,
            "search": self._search,
            "commentThreads": self._threads,
            "comments": self._comments,
            "captions": self._captions,
        }
        if method not in routes:
            raise Refused(404, "notFound")
        found = routes[method](query)
        wanted = {"kind", "id", *query.get("part", "").split(",")}
        items = [{key: one[key] for key in one if key in wanted} for one in found["items"]]
        found = {**found, "kind": f"youtube#{method.rstrip('s')}ListResponse"}
        return Reply(
            200, {**found, "items": items} if items or method != "channels" else _without_items(found)
        )

    def _channels(self, query: Mapping[str, str]) -> dict[str, Any]:
        ids = query.get("id", "").split(",")
        found = [
            one
            for one in self.channels.values()
            if not one.closed
            and (one.id in ids or one.handle == query.get("forHandle") or self._is_mine(one, query))
        ]
        return {"items": [one.record() for one in found]}

    def _is_mine(self, channel: Channel, query: Mapping[str, str]) -> bool:
        return query.get("mine") == "true" and channel is self.shared

    def _playlists(self, query: Mapping[str, str]) -> dict[str, Any]:
        return {"items": [{"id": one} for one in query["id"].split(",") if one in self.playlists]}

    def _items(self, query: Mapping[str, str]) -> dict[str, Any]:
        now, playlist = self.clock(), query["playlistId"]
        owner = next((one for one in self.channels.values() if one.uploads_playlist == playlist), None)
        if owner is not None and not owner.closed:
            uploads = map(self.videos.__getitem__, reversed(owner.uploads))
            shown = [
                (one, one.publish_at) for one in uploads if one.is_visible(now) and one.privacy == "public"
            ]
        elif playlist in self.playlists:
            shown = [(self.videos[one], at) for one, at in self.playlists[playlist]]
        else:
            raise Refused(404, "playlistNotFound")
        page = _paged(list(enumerate(shown)), query, longest=self.longest)
        items = [video.item(place, playlist, at, now) for place, (video, at) in page["items"]]
        return {**page, "items": items}

    def _videos(self, query: Mapping[str, str]) -> dict[str, Any]:
        now, ids = self.clock(), query["id"].split(",")
        if len(ids) > 50:
            raise Refused(400, "invalidFilters")
        found = [self.videos[one] for one in ids if one in self.videos]
        return {"items": [one.record(now) for one in found if one.is_visible(now)]}

    def _search(self, query: Mapping[str, str]) -> dict[str, Any]:
        now, since = self.clock(), query.get("publishedAfter", "")
        words = query["q"].lower()
        found = [
            one
            for one in self.videos.values()
            if one.is_visible(now)
            and words in f"{one.title} {one.text}".lower()
            and stamp(one.publish_at) >= since
        ]
        found.sort(key=lambda one: one.publish_at, reverse=True)
        return _paged([one.result(now) for one in found], query, longest=500)

    def _threads(self, query: Mapping[str, str]) -> dict[str, Any]:
        video = self._open(query["videoId"])
        firsts = [one for one in self.comments.values() if one.video == video.id and one.parent is None]
        firsts.sort(key=lambda one: one.at, reverse=True)
        return _paged([thread(one, self._replies(one.id)) for one in firsts], query)

    def _open(self, video_id: str) -> Video:
        video = self.videos.get(video_id)
        if video is None or not video.is_visible(self.clock()):
            raise Refused(404, "videoNotFound")
        if video.comments_off:
            raise Refused(403, "commentsDisabled")
        return video

    def _replies(self, first: str) -> list[Comment]:
        return [one for one in self.comments.values() if one.parent == first]

    def _comments(self, query: Mapping[str, str]) -> dict[str, Any]:
        if "id" in query:
            there = [self.comments[one] for one in query["id"].split(",") if one in self.comments]
            return {"items": [one.record() for one in there if self._is_open(one)]}
        if query["parentId"] not in self.comments:
            raise Refused(404, "commentNotFound")
        return _paged([one.record() for one in self._replies(query["parentId"])], query)

    def _is_open(self, comment: Comment) -> bool:
        video = self.videos[comment.video]
        return video.is_visible(self.clock()) and not video.comments_off

    def _captions(self, query: Mapping[str, str]) -> dict[str, Any]:
        if self.videos[query["videoId"]].channel is not self.shared:
            raise Refused(403, "forbidden")
        tracks = [one for one in self.captions if one.startswith(query["videoId"])]
        snippet = {
            "videoId": query["videoId"],
            "trackKind": "standard",
            "language": "en",
            "status": "serving",
        }
        return {"items": [{"kind": "youtube#caption", "id": one, "snippet": snippet} for one in tracks]}


def _paged(items: list[Any], query: Mapping[str, str], *, longest: int = 10**9) -> dict[str, Any]:
    """A page of items; a token is the place at which it begins."""
    size, token = int(query.get("maxResults", 5)), query.get("pageToken")
    if token is not None and not (token.startswith("AT") and token[2:].isdigit()):
        raise Refused(400, "invalidPageToken")
    start = int(token[2:]) if token else 0
    end = min(start + size, longest)
    page: dict[str, Any] = {
        "pageInfo": {"totalResults": len(items), "resultsPerPage": size},
        "items": items[start:end],
    }
    return {**page, "nextPageToken": f"AT{end}"} if end < min(len(items), longest) else page


def _without_items(found: Mapping[str, Any]) -> dict[str, Any]:
    """An empty list of channels has no `items` at all."""
    return {key: value for key, value in found.items() if key != "items"}
