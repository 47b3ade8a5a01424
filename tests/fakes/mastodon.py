"""A Mastodon server on loopback: hashtags, accounts, edits, deletions, statuses of other servers that come late."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gleanery.testing import Asked, Clock, Fake, Reply


@dataclass
class Toot:
    """A status; its id tells when it was posted, as the ids of Mastodon do."""

    id: int
    text: str
    at: datetime
    account: str = "curator"
    tag: str = "welding"
    edited: datetime | None = None
    answers: int | None = None
    visibility: str = "public"
    boosts: Toot | None = None


class MastodonWorld(Fake):
    """The server. `token`, if set, must be sent; `truth` is what a complete reading holds."""

    CONNECTOR = "mastodon"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.toots: dict[int, Toot] = {}
        self.token = ""
        self._last = 0

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world."""
        return {"base_url": self.url, "tags": ["welding"], "accounts": ["curator"]}

    def set_env(self) -> dict[str, str]:
        """Environment variables that the settings refer to."""
        return {}

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """The times to let pass, reading after each, until everything is known."""
        return [timedelta(0), timedelta(hours=25)]

    def truth(self) -> dict[str, str]:
        """External id to text."""
        public = (one for one in self.toots.values() if one.visibility == "public")
        return {str(one.id): one.text for one in public if one.boosts is None}

    def change(self, rng: random.Random) -> None:
        """One random thing that happens."""
        words = f"Words {rng.randrange(10**6)}"
        some = rng.choice(list(self.toots.values())) if self.toots else None
        changes: list[Callable[[], object]] = [
            lambda: self.post(words),
            lambda: self.post(words, account="lead@other.example.org", visibility="unlisted"),
            lambda: self.post(
                words, late=timedelta(minutes=rng.randrange(1_000)), account="lead@other.example.org"
            ),
        ]
        if some is not None:
            changes += [
                lambda: self.post(words, answers=some.id),
                lambda: self.edit(some, words),
                lambda: self.toots.pop(some.id, None),
            ]
        rng.choice(changes)()

    def post(self, text: str, *, late: timedelta = timedelta(0), **about: Any) -> Toot:
        """Somebody posts; `late`: so long ago, on another server, and it comes in only now."""
        at = self.clock() - late
        number = int(at.timestamp() * 1000) << 16
        while number in self.toots or (not late and number <= self._last):
            number += 1
        self._last = max(self._last, number)
        self.toots[number] = Toot(number, text, at, **about)
        return self.toots[number]

    def edit(self, toot: Toot, text: str) -> None:
        """The words change."""
        toot.text, toot.edited = text, self.clock()

    # ------------------------------------------------------------------ what it answers

    def answer(self, asked: Asked) -> Reply:
        """One request."""
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            return Reply(401, {"error": "The access token is invalid"})
        if found := re.fullmatch(r"/api/v1/timelines/tag/(.+)", asked.path):
            return self._timeline(
                asked, [one for one in self.toots.values() if one.tag == found[1] and not one.boosts]
            )
        if asked.path == "/api/v1/accounts/lookup":
            return self._account(asked.query["acct"])
        if found := re.fullmatch(r"/api/v1/accounts/(\d+)/statuses", asked.path):
            own = [one for one in self.toots.values() if _number(one.account) == int(found[1])]
            without = asked.query.get("exclude_reblogs") == "true"
            return self._timeline(asked, [one for one in own if not (without and one.boosts)])
        if asked.path == "/api/v1/statuses":
            ids = asked.values("id[]")
            return Reply(body=[_status(one) for one in self.toots.values() if str(one.id) in ids])
        return Reply(404, {"error": "Record not found"})

    def _account(self, acct: str) -> Reply:
        known = {one.account for one in self.toots.values()} | {"curator"}
        if acct not in known:
            return Reply(404, {"error": "Record not found"})
        return Reply(body={"id": str(_number(acct)), "acct": acct, "username": acct.partition("@")[0]})

    def _timeline(self, asked: Asked, toots: list[Toot]) -> Reply:
        below, above = asked.query.get("max_id"), asked.query.get("since_id")
        chosen = [
            one
            for one in toots
            if one.visibility != "direct"
            and (not below or one.id < int(below))
            and (not above or one.id > int(above))
        ]
        chosen.sort(key=lambda one: one.id, reverse=True)
        limit = min(40, int(asked.query.get("limit", "20")))
        return Reply(body=[_status(one) for one in chosen[:limit]])


def _number(account: str) -> int:
    return sum(account.encode())


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _status(toot: Toot) -> dict[str, Any]:
    name = toot.account.partition("@")[0]
    return {
        "id": str(toot.id),
        "created_at": _time(toot.at),
        "edited_at": _time(toot.edited) if toot.edited else None,
        "in_reply_to_id": str(toot.answers) if toot.answers else None,
        "visibility": toot.visibility,
        "spoiler_text": "",
        "language": "en",
        "uri": f"https://social.example.org/users/{name}/statuses/{toot.id}",
        "url": f"https://social.example.org/@{name}/{toot.id}",
        "content": f"<p>{toot.text}</p>",
        "account": {"id": str(_number(toot.account)), "acct": toot.account, "username": name, "bot": False},
        "tags": [{"name": toot.tag, "url": f"https://social.example.org/tags/{toot.tag}"}],
        "card": None,
        "reblog": _status(toot.boosts) if toot.boosts else None,
    }
