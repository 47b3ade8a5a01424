"""LinkedIn's Posts API on loopback, as strict as the pages below tell; what it does not know it refuses.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from connectors.linkedin.api import millis
from gleanery.testing import Asked, Clock, Fake, Reply

PAGE = "urn:li:organization:10429"
_FINDER = {"q", "author", "count", "start", "sortBy"}
_ROLES = {"q", "state", "start", "count"}


@dataclass
class Said:
    """A post as LinkedIn has it; `more` are further fields of its record."""

    urn: str
    author: str
    text: str
    made: int
    changed: int
    edited: bool = False
    state: str = "PUBLISHED"
    ad: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "id": self.urn,
            "author": self.author,
            "commentary": written(self.text),
            "visibility": "PUBLIC",
            "distribution": {"feedDistribution": "MAIN_FEED", "thirdPartyDistributionChannels": []},
            "createdAt": self.made,
            "publishedAt": self.made,
            "lastModifiedAt": self.changed,
            "lifecycleState": self.state,
            "lifecycleStateInfo": {"isEditedByAuthor": self.edited},
            "isReshareDisabledByAuthor": False,
            **({"adContext": {"isDsc": True, "dscStatus": "ACTIVE"}} if self.ad else {}),
            **self.more,
        }


def written(text: str) -> str:
    """Plain words in LinkedIn's markup: every reserved character escaped."""
    return "".join(f"\\{one}" if one in "\\|{}@[]()<>#*_~" else one for one in text)


class LinkedInWorld(Fake):
    """Pages and their posts; `token` is taken, `roles` are the caller's. Versions live for twelve months."""

    CONNECTOR = "linkedin"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.token = secrets.token_hex(16)
        self.roles: list[tuple[str, str]] | None = [(PAGE, "ADMINISTRATOR")]
        self.denied: set[str] = set()
        self.links = True
        self.posts: dict[str, Said] = {}
        self.version = _before(clock(), 1)
        self._last = millis(clock())
        self._number = 7_110_000_000_000_000_000

    # ------------------------------------------------------------------ what a test driver needs

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world."""
        return {
            "authors": [PAGE],
            "token": {"env": "LINKEDIN_WORLD_TOKEN"},
            "version": self.version,
            "page_size": 5,
            "base_url": self.url,
        }

    def set_env(self) -> dict[str, str]:
        """Environment variables that the settings refer to."""
        return {"LINKEDIN_WORLD_TOKEN": self.token}

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """A reading of everything comes each week; one that was under way goes on first."""
        return [timedelta(0), timedelta(days=8), timedelta(days=8)]

    def truth(self) -> dict[str, str]:
        """External id to text."""
        return {
            said.urn: said.text for said in self.posts.values() if said.state == "PUBLISHED" and not said.ad
        }

    def change(self, rng: random.Random) -> None:
        """One random thing that happens on the page."""
        words = f"Words #{rng.randrange(10**6)} (at *{rng.choice('abc')}*)"
        if not self.posts or rng.random() < 0.4:
            self.post(words, kind=rng.choice(["share", "ugcPost"]), ad=rng.random() < 0.1)
            return
        said = rng.choice(list(self.posts.values()))
        changes: list[Callable[[], None]] = [
            lambda: self.edit(said, words),
            lambda: self.delete(said),
            lambda: self.withdraw(said),
        ]
        rng.choice(changes)()

    # ------------------------------------------------------------------ what happens in it

    def post(self, text: str, kind: str = "share", author: str = PAGE, ad: bool = False, **more: Any) -> Said:
        """The page posts something."""
        self._number += 12_345
        now = self._tick()
        said = Said(f"urn:li:{kind}:{self._number}", author, text, now, now, ad=ad, more=more)
        self.posts[said.urn] = said
        return said

    def edit(self, said: Said, text: str) -> None:
        """It changes its words."""
        said.text, said.edited, said.changed = text, True, self._tick()

    def delete(self, said: Said) -> None:
        """It deletes the post: nothing of it is left."""
        self.posts.pop(said.urn, None)

    def withdraw(self, said: Said) -> None:
        """It makes the post a draft again, or publishes it anew."""
        said.state = "DRAFT" if said.state == "PUBLISHED" else "PUBLISHED"
        said.changed = self._tick()

    def _tick(self) -> int:
        self._last = max(self._last + 1, millis(self.clock()))
        return self._last

    # ------------------------------------------------------------------ what it answers

    def answer(self, asked: Asked) -> Reply:
        """The answer to one request."""
        refused = self._refused(asked)
        if refused is not None:
            return refused
        if asked.path == "/rest/posts":
            return self._listed(asked.query)
        if asked.path.startswith("/rest/posts/"):
            return self._one(asked.path.removeprefix("/rest/posts/"))
        if asked.path == "/rest/organizationAcls":
            return self._acls(asked.query)
        return refusal(404, "RESOURCE_NOT_FOUND")

    def _refused(self, asked: Asked) -> Reply | None:
        headers = asked.headers
        if asked.method != "GET":
            return refusal(405, "METHOD_NOT_ALLOWED")
        if headers.get("x-restli-protocol-version") != "2.0.0":
            return refusal(400, "PROTOCOL_VERSION_MISSING")
        version = headers.get("linkedin-version", "")
        if not version:
            return refusal(400, "VERSION_MISSING")
        if not _before(self.clock(), 12) < version <= _before(self.clock(), 0):
            return refusal(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")
        if headers.get("authorization") != f"Bearer {self.token}":
            return refusal(401, "INVALID_ACCESS_TOKEN")
        return None

    def _listed(self, query: Mapping[str, str]) -> Reply:
        if set(query) != _FINDER or query["q"] != "author" or query["sortBy"] != "LAST_MODIFIED":
            return refusal(400, "ILLEGAL_ARGUMENT", f"unknown or missing among {sorted(query)}")
        author, start, count = query["author"], int(query["start"]), int(query["count"])
        if author in self.denied or not 1 <= count <= 100:
            return refusal(403, "ACCESS_DENIED")
        all_posts = [said for said in self.posts.values() if said.author == author]
        found = sorted(all_posts, key=lambda said: -said.changed)[start : start + count]
        return Reply(body=self._page([said.record() for said in found], start, count, len(all_posts)))

    def _page(self, elements: list[dict[str, Any]], start: int, count: int, total: int) -> dict[str, Any]:
        next_href = f"/rest/posts?start={start + count}&count={count}"
        links = [{"type": "application/json", "rel": "next", "href": next_href}]
        more = self.links and start + count < total
        return {
            "paging": {"start": start, "count": count, "links": links if more else []},
            "elements": elements,
        }

    def _one(self, raw: str) -> Reply:
        if "%3A" not in raw:
            return refusal(400, "ILLEGAL_ARGUMENT", "the URN is not encoded")
        urn = unquote(raw)
        if urn in self.denied:
            return refusal(403, "ACCESS_DENIED")
        said = self.posts.get(urn)
        return Reply(body=said.record()) if said else refusal(404, "NOT_FOUND")

    def _acls(self, query: Mapping[str, str]) -> Reply:
        if set(query) != _ROLES or query["q"] != "roleAssignee":
            return refusal(400, "ILLEGAL_ARGUMENT")
        if self.roles is None:
            return refusal(403, "ACCESS_DENIED")
        elements = [
            {"organization": page, "role": role, "state": "APPROVED", "roleAssignee": "urn:li:person:X"}
            for page, role in self.roles
        ]
        return Reply(body={"paging": {"start": 0, "count": 100, "links": []}, "elements": elements})


def refusal(status: int, code: str, message: str = "") -> Reply:
    """An error as LinkedIn words it."""
    return Reply(status, {"status": status, "code": code, "message": message or code})


def _before(now: datetime, months: int) -> str:
    """The version of so many months ago."""
    count = now.year * 12 + now.month - 1 - months
    return f"{count // 12}{count % 12 + 1:02}"
