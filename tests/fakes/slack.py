"""Slack on loopback: a workspace with channels, threads, reactions, edits and deletions over simulated time.

It answers as the documentation and the recordings show: refusals by 200 and `ok: false`, history newest first
without replies, threads oldest first with their parent, a deleted parent with replies as a tombstone. The time of
a message is its id; a clock that stands still makes them differ in the microseconds.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import secrets
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

from gleanery.testing import Asked, Clock, Fake, Reply

TEAM = "T0TEAM001"
DOMAIN = "plant"
CURATOR, ANALYST, LEARNER, APP = "U0CURATOR", "U0ANALYST", "U0LEARNER", "U0APP0001"
PEOPLE = {CURATOR: "curator", ANALYST: "analyst", LEARNER: "learner"}
GENERAL, HELP = "C0GENERAL", "C0HELP001"
SCOPES = "channels:history,channels:read,files:read,groups:history,groups:read,reactions:read,users:read"
TIERS = {"conversations.list": 20, "users.list": 20}
"""Requests a minute; all other methods have 50."""

Message = dict[str, Any]


class World:
    """The messages of one channel: `shown` holds the times of those in the history, in order."""

    def __init__(self, id: str, name: str, **more: Any) -> None:
        self.id, self.name, self.more = id, name, more
        self.messages: dict[str, Message] = {}
        self.shown: list[str] = []
        self.threads: defaultdict[str, list[str]] = defaultdict(list)
        self.is_member = not more.get("outside", False)
        self.refuses = ""

    def add(self, message: Message) -> None:
        """A message in its place of history and thread."""
        ts, parent = message["ts"], message.get("thread_ts")
        self.messages[ts] = message
        if parent and parent != ts:
            insort(self.threads[parent], ts)
            self._count(parent)
        if not parent or parent == ts or message.get("subtype") == "thread_broadcast":
            insort(self.shown, ts)

    def remove(self, ts: str) -> None:
        """As a person deletes it: a parent with replies leaves a tombstone."""
        message = self.messages[ts]
        if self.threads.get(ts):
            told = {"text": "This message was deleted.", "subtype": "tombstone", "user": "USLACKBOT"}
            kept = {key: message[key] for key in ("type", "ts", "thread_ts", "reply_count", "latest_reply")}
            self.messages[ts] = {**kept, **told}
            return
        del self.messages[ts]
        if ts in self.shown:
            self.shown.remove(ts)
        parent = message.get("thread_ts")
        if parent and parent != ts:
            self.threads[parent].remove(ts)
            self._count(parent)

    def _count(self, parent: str) -> None:
        message, replies = self.messages.get(parent), self.threads[parent]
        if message is None:
            return
        for key in ("thread_ts", "reply_count", "latest_reply"):
            message.pop(key, None)
        if replies:
            message |= {"thread_ts": parent, "reply_count": len(replies), "latest_reply": replies[-1]}
        elif message.get("subtype") == "tombstone":
            del self.messages[parent]
            self.shown.remove(parent)

    @property
    def record(self) -> dict[str, Any]:
        """The channel as lists show it."""
        more = {key: value for key, value in self.more.items() if key != "outside"}
        kind = {"is_channel": True, "is_private": False, "is_archived": False}
        return {"id": self.id, "name": self.name, "is_member": self.is_member, **kind, **more}


class SlackWorld(Fake):
    """The workspace. `limits`: tiers are enforced; `is_limited`: one request a minute and 15 messages a page."""

    CONNECTOR = "slack"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.token, self.secret = f"xoxb-{secrets.token_hex(12)}", secrets.token_hex(16)
        self.client_id, self.client_secret = "1234567890.0987654321", secrets.token_hex(16)
        self.codes: dict[str, str] = {}
        self.app_token = f"xapp-{secrets.token_hex(12)}"
        self.worlds = {GENERAL: World(GENERAL, "general"), HELP: World(HELP, "help")}
        self.people = dict(PEOPLE)
        self.scopes = SCOPES
        self.limits = self.is_limited = False
        self.refuses = ""
        self.socket_url = ""
        self.events: list[dict[str, Any]] = []
        self._sent: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._number = 0

    # ------------------------------------------------------------------ for the drivers

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world."""
        return {
            "base_url": f"{self.url}/api/",
            "token": {"env": "SLACK_TOKEN"},
            "requests_per_minute": 100_000,
        }

    def set_env(self) -> dict[str, str]:
        """The environment that the settings refer to."""
        return {"SLACK_TOKEN": self.token}

    def change(self, rng: random.Random) -> None:
        """One random change; some of the time passes."""
        self.clock.move(timedelta(minutes=rng.randrange(90)))
        acts = [self._any_post] * 4 + [self._any_reply] * 4 + [self._any_edit] * 2
        acts += [self._any_deletion] * 2 + [self._any_reaction]
        rng.choice(acts)(rng)

    def truth(self) -> dict[str, str]:
        """The words of everything that stands."""
        return {
            f"{world.id}:{ts}": message["text"]
            for world in self.worlds.values()
            for ts, message in world.messages.items()
            if message.get("subtype") in (None, "thread_broadcast", "bot_message") and world.is_member
        }

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """A week of daily sweeps: each looks at a seventh of the threads whatever their parents show."""
        return [timedelta(hours=25)] * 8

    def methods(self) -> list[str]:
        """The methods asked, in order."""
        return [asked.path.rpartition("/")[2] for asked in self.asked]

    # ------------------------------------------------------------------ what people do

    def ts(self, at: datetime | None = None) -> str:
        """A new time stamp, of now or of `at`."""
        self._number += 1
        moment = at or self.clock()
        return f"{int(moment.timestamp())}.{(moment.microsecond + self._number) % 1_000_000:06}"

    def post(self, text: str, channel: str = GENERAL, user: str = CURATOR, **more: Any) -> str:
        """Somebody writes; `at` for the time of an older message. The `ts`."""
        ts = self.ts(more.pop("at", None))
        message = {"type": "message", "user": user, "text": text, "ts": ts, "team": TEAM, **more}
        self.worlds[channel].add(message)
        self._tell(channel, {**message, "channel": channel, "event_ts": ts})
        return ts

    def reply(self, parent: str, text: str, channel: str = GENERAL, user: str = ANALYST, **more: Any) -> str:
        """Somebody answers in a thread. The `ts`."""
        return self.post(text, channel, user, thread_ts=parent, **more)

    def edit(self, ts: str, text: str, channel: str = GENERAL) -> None:
        """Other words."""
        message = self.worlds[channel].messages[ts]
        before = dict(message)
        message |= {"text": text, "edited": {"user": message["user"], "ts": self.ts()}}
        event = {"subtype": "message_changed", "message": dict(message), "previous_message": before}
        self._tell(channel, {"type": "message", "channel": channel, "ts": self.ts(), "hidden": True, **event})

    def delete(self, ts: str, channel: str = GENERAL) -> None:
        """Taken away."""
        self.worlds[channel].remove(ts)
        event = {"subtype": "message_deleted", "deleted_ts": ts, "hidden": True}
        self._tell(channel, {"type": "message", "channel": channel, "ts": self.ts(), **event})

    def react(self, ts: str, name: str, user: str, channel: str = GENERAL) -> None:
        """A reaction comes, or goes if it was there."""
        message = self.worlds[channel].messages[ts]
        found = {one["name"]: list(one["users"]) for one in message.get("reactions", [])}
        users = found.setdefault(name, [])
        kind = "reaction_removed" if user in users else "reaction_added"
        users.remove(user) if user in users else users.append(user)
        message["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in found.items() if u]
        item = {"type": "message", "channel": channel, "ts": ts}
        self._tell(channel, {"type": kind, "user": user, "reaction": name, "item": item})

    def _tell(self, channel: str, event: dict[str, Any]) -> None:
        event_id = f"Ev{len(self.events):08}"
        self.events.append({"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event})

    def signed(self, body: bytes, at: datetime | None = None, secret: str = "") -> dict[str, str]:
        """The headers with which Slack sends a body; `secret`: another's than this world's."""
        stamp = str(int((at or self.clock()).timestamp()))
        key = (secret or self.secret).encode()
        mark = hmac.new(key, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}

    # ------------------------------------------------------------------ random changes

    def _any_post(self, rng: random.Random) -> None:
        self.post(_words(rng), rng.choice(sorted(self.worlds)), rng.choice(sorted(self.people)))

    def _any_reply(self, rng: random.Random) -> None:
        """To any parent of the last 20 days, old ones as well as new; some are shown in the channel too."""
        found = [(c, ts) for c, ts in self._young() if ts not in self._replies(c)]
        if not found:
            return self._any_post(rng)
        channel, parent = rng.choice(found)
        more = {"subtype": "thread_broadcast"} if rng.random() < 0.15 else {}
        self.reply(parent, _words(rng), channel, rng.choice(sorted(self.people)), **more)
        return None

    def _any_edit(self, rng: random.Random) -> None:
        found = [
            (c, ts) for c, ts in self._young() if self.worlds[c].messages[ts].get("subtype") != "tombstone"
        ]
        if found:
            channel, ts = rng.choice(found)
            self.edit(ts, _words(rng), channel)

    def _any_deletion(self, rng: random.Random) -> None:
        found = [
            (c, ts) for c, ts in self._young() if self.worlds[c].messages[ts].get("subtype") != "tombstone"
        ]
        if found:
            channel, ts = rng.choice(found)
            self.delete(ts, channel)

    def _any_reaction(self, rng: random.Random) -> None:
        found = self._young()
        if found:
            channel, ts = rng.choice(found)
            self.react(ts, rng.choice(["eyes", "+1"]), rng.choice(sorted(self.people)), channel)

    def _young(self) -> list[tuple[str, str]]:
        """Messages young enough to stay, with their threads, within the look-back until the world is at rest."""
        first = f"{int((self.clock() - timedelta(days=20)).timestamp())}"
        return [
            (c, ts)
            for c, world in sorted(self.worlds.items())
            for ts in sorted(world.messages)
            if world.messages[ts].get("thread_ts", ts) > first
        ]

    def _replies(self, channel: str) -> set[str]:
        return {ts for replies in self.worlds[channel].threads.values() for ts in replies}

    # ------------------------------------------------------------------ the Web API

    def answer(self, asked: Asked) -> Reply:
        """The answer of a method, or why not."""
        method, form = asked.path.rpartition("/")[2], asked.form
        if asked.path == "/oauth/v2/authorize":
            return self._authorize(asked)
        if method == "oauth.v2.access":
            return self._access(form)
        if asked.method != "POST" or not asked.path.startswith("/api/"):
            return Reply(404, b"not found")
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token != (self.app_token if method == "apps.connections.open" else self.token):
            return _no("invalid_auth")
        if self.refuses:
            return _no(self.refuses)
        wait = self._wait(method)
        if wait:
            return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(wait)})
        answers = {
            "auth.test": self._auth_test,
            "users.conversations": self._conversations,
            "conversations.list": self._conversations,
            "users.list": self._users,
            "conversations.history": self._history,
            "conversations.replies": self._replies_of,
            "reactions.get": self._reactions,
            "apps.connections.open": self._connection,
        }
        if method not in answers:
            return _no("unknown_method")
        return answers[method](form, method)

    def _authorize(self, asked: Asked) -> Reply:
        """The page on which somebody allows the app what it asks for, or does not."""
        query = asked.query
        if query.get("client_id") != self.client_id:
            return Reply(200, b"<h1>invalid_client_id</h1>", {"Content-Type": "text/html"})
        code = secrets.token_urlsafe(16)
        self.codes[code] = query["redirect_uri"]
        allow = urlencode({"code": code, "state": query["state"]})
        refuse = urlencode({"error": "access_denied", "state": query["state"]})
        links = (("Allow", allow), ("Cancel", refuse))
        shown = "".join(
            f'<p><a href="{escape(query["redirect_uri"])}?{escape(one)}">{name}</a></p>'
            for name, one in links
        )
        head = '<!doctype html><html lang="en"><title>Slack</title><link rel="icon" href="data:,">'
        page = f"{head}<h1>Slack</h1>{shown}"
        return Reply(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _access(self, form: dict[str, str]) -> Reply:
        """https://docs.slack.dev/reference/methods/oauth.v2.access"""
        if not secrets.compare_digest(form.get("client_secret", ""), self.client_secret):
            return _no("bad_client_secret")
        if self.codes.pop(form.get("code", ""), None) != form.get("redirect_uri"):
            return _no("invalid_code")
        told = {"access_token": self.token, "token_type": "bot", "scope": self.scopes, "bot_user_id": APP}
        return _yes(**told, team={"id": TEAM, "name": "Plant"})

    def _wait(self, method: str) -> int:
        """Seconds to wait where a tier is used up, by the world's own clock."""
        slow = self.is_limited and method in ("conversations.history", "conversations.replies")
        if not (self.limits or slow) or method == "auth.test":
            return 0
        allowed, now, sent = 1 if slow else TIERS.get(method, 50), self.clock(), self._sent[method]
        while sent and sent[0] <= now - timedelta(minutes=1):
            sent.popleft()
        if len(sent) >= allowed:
            return max(1, int((sent[0] + timedelta(minutes=1) - now).total_seconds()))
        sent.append(now)
        return 0

    def _auth_test(self, _: dict[str, str], __: str) -> Reply:
        told = {"url": f"https://{DOMAIN}.slack.com/", "team": "Plant", "team_id": TEAM, "user_id": APP}
        return Reply(200, {"ok": True, **told, "bot_id": "B0APP0001"}, {"X-OAuth-Scopes": self.scopes})

    def _conversations(self, form: dict[str, str], method: str) -> Reply:
        kinds = form.get("types", "public_channel").split(",")
        found = [world.record for _, world in sorted(self.worlds.items())]
        found = [
            one for one in found if ("private_channel" if one["is_private"] else "public_channel") in kinds
        ]
        if method == "users.conversations":
            found = [one for one in found if one["is_member"]]
        if form.get("exclude_archived") in ("1", "true"):
            found = [one for one in found if not one["is_archived"]]
        part, cursor = _paged(found, form)
        return _yes(channels=part, response_metadata={"next_cursor": cursor})

    def _users(self, form: dict[str, str], _: str) -> Reply:
        profile = {"email": "member@example.org", "real_name": ""}
        members = [
            {"id": id, "name": name, "team_id": TEAM, "profile": {**profile, "display_name": name}}
            for id, name in sorted(self.people.items())
        ]
        part, cursor = _paged(members, form)
        return _yes(members=part, response_metadata={"next_cursor": cursor})

    def _history(self, form: dict[str, str], _: str) -> Reply:
        world = self.worlds.get(form.get("channel", ""))
        refused = _refusal(world)
        if world is None or refused:
            return _no(refused)
        cursor = _decoded(form.get("cursor"))
        inclusive = form.get("inclusive") in ("1", "true")
        low, high = form.get("oldest", ""), cursor or form.get("latest", "")
        start = (bisect_left if inclusive else bisect_right)(world.shown, low) if low else 0
        end = (bisect_right if inclusive and not cursor else bisect_left)(world.shown, high) if high else None
        found = world.shown[start:end]
        limit = self._limit(form)
        part = found[:limit] if low and not high else found[-limit:]  # without `latest`: closest to `oldest`
        page, more = part[::-1], len(found) > limit
        metadata = {"response_metadata": {"next_cursor": _encoded(page[-1])}} if more else {}
        messages = [world.messages[ts] for ts in page]
        return _yes(messages=messages, has_more=more, pin_count=0, **metadata)

    def _replies_of(self, form: dict[str, str], _: str) -> Reply:
        world, ts = self.worlds.get(form.get("channel", "")), form.get("ts", "")
        refused = _refusal(world)
        if world is None or refused:
            return _no(refused)
        if ts not in world.messages:
            return _no("thread_not_found")
        cursor = _decoded(form.get("cursor"))
        replies = [one for one in world.threads.get(ts, []) if _within(one, form) and one > cursor]
        limit = self._limit(form)
        head = [] if cursor else [ts]
        room = max(limit - len(head), 1)
        page, more = replies[:room], len(replies) > room
        metadata = {"response_metadata": {"next_cursor": _encoded(page[-1])}} if more else {}
        return _yes(messages=[world.messages[one] for one in head + page], has_more=more, **metadata)

    def _reactions(self, form: dict[str, str], _: str) -> Reply:
        world, ts = self.worlds.get(form.get("channel", "")), form.get("timestamp", "")
        if world is None or ts not in world.messages:
            return _no("message_not_found")
        message = {key: world.messages[ts].get(key) for key in ("type", "text", "ts", "user")}
        full = world.messages[ts].get("all_reactions") or world.messages[ts].get("reactions", [])
        return _yes(type="message", channel=world.id, message={**message, "reactions": full})

    def _connection(self, _: dict[str, str], __: str) -> Reply:
        return _yes(url=self.socket_url)

    def _limit(self, form: dict[str, str]) -> int:
        asked = int(form.get("limit", 100))
        return min(asked, 15) if self.is_limited else min(asked, 999)


def _words(rng: random.Random) -> str:
    nouns = ["scanner", "pallet", "radius", "checklist", "harness"]
    return f"{rng.choice(nouns)} {rng.choice(nouns)} {rng.randrange(10**9)}"


def _refusal(world: World | None) -> str:
    if world is None:
        return "channel_not_found"
    return world.refuses or ("" if world.is_member else "not_in_channel")


def _within(ts: str, form: dict[str, str]) -> bool:
    inclusive = form.get("inclusive") in ("1", "true")
    low, high = form.get("oldest", ""), form.get("latest", "9")
    return low <= ts <= high if inclusive else low < ts < high


def _yes(**body: Any) -> Reply:
    return Reply(200, {"ok": True, **body})


def _no(code: str, **more: Any) -> Reply:
    return Reply(200, {"ok": False, "error": code, **more})


def _paged(records: list[dict[str, Any]], form: dict[str, str]) -> tuple[list[dict[str, Any]], str]:
    start, limit = int(_decoded(form.get("cursor")) or 0), int(form.get("limit", 100))
    end = start + limit
    return records[start:end], _encoded(str(end)) if end < len(records) else ""


def _encoded(text: str) -> str:
    return base64.b64encode(f"next:{text}".encode()).decode()


def _decoded(cursor: str | None) -> str:
    return base64.b64decode(cursor).decode().removeprefix("next:") if cursor else ""


def enveloped(events: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    """The bodies that Slack sends for events."""
    for event in events:
        yield json.dumps(event).encode()
