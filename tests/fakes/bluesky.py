"""The public AppView of Bluesky on loopback: author feeds, lists, search, labels, deletions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gleanery.testing import Asked, Clock, Fake, Reply

AUTHOR, OTHER = "did:plc:curator", "did:plc:lead"
LIST = f"at://{AUTHOR}/app.bsky.graph.list/1"


@dataclass
class Skeet:
    """A post; `at` is what its author says, `seen` when the server saw it."""

    key: str
    text: str
    at: datetime
    seen: datetime
    author: str = AUTHOR
    answers: str = ""
    labels: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """Its at:// address."""
        return f"at://{self.author}/app.bsky.feed.post/{self.key}"


class BlueskyWorld(Fake):
    """The network. `hidden` holds accounts that ask not to be shown to the signed-out."""

    CONNECTOR = "bluesky"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.posts: dict[str, Skeet] = {}
        self.hidden: set[str] = set()
        self.reposted: list[tuple[datetime, Skeet]] = []
        self.search_is_open = True
        self._count = 0

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world."""
        return {"base_url": self.url, "accounts": [AUTHOR], "lists": [LIST], "searches": ["words"]}

    def set_env(self) -> dict[str, str]:
        """Environment variables that the settings refer to."""
        return {}

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """The times to let pass, reading after each, until everything is known."""
        return [timedelta(0), timedelta(hours=25)]

    def truth(self) -> dict[str, str]:
        """External id to text."""
        shown = (one for one in self.posts.values() if one.author not in self.hidden and not one.labels)
        return {f"{one.author}/{one.key}": one.text for one in shown}

    def change(self, rng: random.Random) -> None:
        """One random thing that happens."""
        words = f"Some words {rng.randrange(10**6)}"
        author = rng.choice([AUTHOR, OTHER])
        some = rng.choice(list(self.posts.values())) if self.posts else None
        changes: list[Callable[[], object]] = [
            lambda: self.post(words, author=author),
            lambda: self.post(words, author=author, dated=timedelta(minutes=rng.randrange(600))),
        ]
        if some is not None:
            changes += [
                lambda: self.post(words, author=author, answers=some.uri),
                lambda: self.posts.pop(some.uri, None),
                lambda: some.labels.append("porn"),
                lambda: self.reposted.append((self.clock(), some)),
            ]
        if rng.random() < 0.05:
            self.hidden.add(OTHER)
        rng.choice(changes)()

    def post(self, text: str, *, dated: timedelta = timedelta(0), **about: Any) -> Skeet:
        """Somebody posts, and dates it so long ago."""
        self._count += 1
        now = self.clock() + timedelta(milliseconds=self._count)
        made = Skeet(f"3k{self._count:05}", text, now - dated, now, **about)
        self.posts[made.uri] = made
        return made

    # ------------------------------------------------------------------ what it answers

    def answer(self, asked: Asked) -> Reply:
        """One request."""
        name = asked.path.removeprefix("/xrpc/app.bsky.feed.")
        if name == "getPosts":
            return Reply(
                body={
                    "posts": [
                        self._view(self.posts[one]) for one in asked.values("uris") if one in self.posts
                    ]
                }
            )
        if name == "searchPosts":
            return self._search(asked)
        if name == "getAuthorFeed":
            wanted = asked.query["actor"]
            if wanted not in (AUTHOR, OTHER):
                return Reply(400, {"error": "InvalidRequest", "message": "Profile not found"})
            return self._feed(
                asked, [one for one in self.posts.values() if one.author == wanted], wanted == AUTHOR
            )
        if name == "getListFeed":
            if asked.query["list"] != LIST:
                return Reply(400, {"error": "UnknownList", "message": "List not found"})
            return self._feed(asked, list(self.posts.values()), False)
        return Reply(404, {"error": "MethodNotImplemented"})

    def _feed(self, asked: Asked, posts: list[Skeet], with_reposts: bool) -> Reply:
        items: list[tuple[str, dict[str, Any]]] = [
            (_time(_sort(one)), {"post": self._view(one)}) for one in posts
        ]
        for at, one in self.reposted if with_reposts else []:
            reason = {
                "$type": "app.bsky.feed.defs#reasonRepost",
                "by": {"did": AUTHOR},
                "indexedAt": _time(at),
            }
            items.append((_time(at), {"post": self._view(one), "reason": reason}))
        items.sort(key=lambda item: item[0], reverse=True)
        cursor = asked.query.get("cursor")
        if cursor == "stale":
            return Reply(400, {"error": "InvalidRequest", "message": "Malformed cursor"})
        later = [item for item in items if not cursor or item[0] < cursor]
        shown = later[: int(asked.query.get("limit", "50"))]
        told = {"cursor": shown[-1][0]} if len(shown) < len(later) else {}
        return Reply(body={"feed": [item for _, item in shown], **told})

    def _search(self, asked: Asked) -> Reply:
        if not self.search_is_open or asked.query.get("cursor"):
            return Reply(403, b"<html>Forbidden</html>")
        since, until = asked.query.get("since", ""), asked.query.get("until", "9")
        found = [one for one in self.posts.values() if asked.query["q"] in one.text]
        found = [one for one in found if since <= _time(_sort(one)) < until]
        found.sort(key=_sort, reverse=True)
        shown = found[: int(asked.query.get("limit", "25"))]
        return Reply(body={"posts": [self._view(one) for one in shown], "cursor": "100"})

    def _view(self, post: Skeet) -> dict[str, Any]:
        record: dict[str, Any] = {
            "$type": "app.bsky.feed.post",
            "text": post.text,
            "createdAt": _time(post.at),
        }
        if post.answers:
            record["reply"] = {"root": {"uri": post.answers}, "parent": {"uri": post.answers}}
        labels = [_label("!no-unauthenticated")] if post.author in self.hidden else []
        name = post.author.rpartition(":")[2]
        return {
            "uri": post.uri,
            "cid": "bafy",
            "author": {
                "did": post.author,
                "handle": f"{name}.example.org",
                "displayName": name,
                "labels": labels,
            },
            "record": {**record, **post.more},
            "indexedAt": _time(post.seen),
            "labels": [_label(one) for one in post.labels],
        }


def _sort(post: Skeet) -> datetime:
    return min(post.at, post.seen)


def _label(value: str) -> dict[str, Any]:
    return {"src": AUTHOR, "uri": AUTHOR, "val": value, "cts": "2026-01-01T00:00:00.000Z"}


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
