"""Events that Slack sends: https://docs.slack.dev/apis/events-api/

They tell at once what polling sees late or never: edits, deletions, reactions, and replies to old messages. They
are kept in the inbox and acknowledged; the worker hands them to `take_in` afterwards. Slack sends an event again
that was not acknowledged within three seconds; the inbox knows those by their `event_id`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import SecretStr, ValidationError

from connectors._values import complaint, digest
from connectors.slack.gathered import Gathered
from connectors.slack.messages import Place, is_ts, micros, time_of, ts_of
from connectors.slack.reading import DIRTY
from connectors.slack.touched import Touched
from connectors.slack.workspace import Workspace
from gleanery.errors import GleaneryError
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Context, Fault, Page, Received

MAX_BODY = 2 * 1024 * 1024
STOPPED = "stopped"
"""Key of why the source stopped, and the fingerprint of the token that it holds for."""

_RENAMED = ("channel_rename", "channel_archive", "channel_unarchive", "channel_left")
_KEPT = frozenset(
    {
        "message",
        "reaction_added",
        "reaction_removed",
        "channel_id_changed",
        "tokens_revoked",
        "app_uninstalled",
        "app_rate_limited",
        *_RENAMED,
    }
)
_BELIEVED = timedelta(minutes=1)
"""How old what an event tells may be; what is older may have been overtaken by a reading, or by another event."""

_STOPS = timedelta(hours=1)
"""Afterwards Slack itself says whether the token is good: the event may have been about one of before."""

Answer = tuple[int, Mapping[str, str], bytes]
_PLAIN = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}


def keep(ctx: Context, body: Mapping[str, Any]) -> bool:
    """Put what an envelope brings into the inbox; False where it brings nothing to keep, or came before."""
    event = body.get("event") if isinstance(body.get("event"), dict) else body
    kind = event.get("type") if isinstance(event, dict) else None
    if kind not in _KEPT or not isinstance(event, dict):
        return False
    minute = event.get("minute_rate_limited")
    event_id = body.get("event_id") or (f"app_rate_limited:{minute}" if minute else None)
    if not isinstance(event_id, str):
        return False
    kept = {key: value for key, value in event.items() if key not in ("token", "previous_message", "root")}
    return ctx.inbox.put(event_id, {"event": kept})


class EventsEndpoint:
    """Answers Slack's requests; nothing is done but checked, kept and acknowledged."""

    def __init__(self, ctx: Context, secret: SecretStr) -> None:
        self._ctx, self._secret = ctx, secret

    def answer(self, method: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """200 once the event is on the disk, 401 for what Slack did not sign within five minutes.

        https://docs.slack.dev/authentication/verifying-requests-from-slack
        """
        if len(body) > MAX_BODY:
            return 413, _PLAIN, b"too large"
        if not self._is_signed(headers, body):
            return 401, _PLAIN, b"not signed by Slack"
        try:
            told = json.loads(body)
        except ValueError:
            return 400, _PLAIN, b"no JSON"
        if not isinstance(told, dict):
            return 400, _PLAIN, b"no object"
        if told.get("type") == "url_verification":
            return 200, _PLAIN, str(told.get("challenge") or "").encode("utf-8", "replace")
        try:
            keep(self._ctx, told)
        except GleaneryError as error:
            self._ctx.log.warning("slack.event_not_kept", error=str(error))
            return 503, _PLAIN, b"try again"
        return 200, _PLAIN, b""

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        from slack_sdk.signature import Clock, SignatureVerifier

        told = {name.lower(): value for name, value in headers.items()}
        at, signature = told.get("x-slack-request-timestamp", ""), told.get("x-slack-signature", "")
        if not (at.isascii() and at.isdigit() and len(at) < 12 and signature.isascii()):
            return False
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return False
        clock = Clock()
        clock.now = lambda: self._ctx.now().timestamp()  # type: ignore[method-assign]
        return SignatureVerifier(self._secret.get_secret_value(), clock).is_valid(text, at, signature)


# --------------------------------------------------------------------------- afterwards


class Events:
    """What kept events say about the channels that are read."""

    def __init__(self, ctx: Context, workspace: Workspace, token: SecretStr) -> None:
        self._ctx, self._workspace, self._token = ctx, workspace, token
        self._posts: dict[str, PostDraft] = {}
        self._gone: dict[str, Vanished] = {}
        self._faults: list[Fault] = []
        self._places: dict[str, Place | None] = {}
        self._touched: dict[str, Touched] = {}

    def take_in(self, events: Sequence[Received]) -> Page:
        """The posts and disappearances that the events tell of, in the order of what happened; a broken one is a fault.

        Slack promises no order, and sends again after minutes. So of a post the last word counts, one taken away
        does not come back, and the words of an event that comes late are not believed: its message is looked at
        with the next reading.
        """
        for received in sorted(events, key=_happened):
            self._take(received)
        for touched in self._touched.values():
            touched.settle()
        gone = list(self._gone.values())
        return Page(list(self._posts.values()), {}, complete=True, gone=gone, faults=self._faults)

    def _take(self, received: Received) -> None:
        event = received.body.get("event")
        kind = event.get("type") if isinstance(event, dict) else None
        act = self._acts.get(str(kind))
        if act is None or not isinstance(event, dict):
            self._faults.append(
                Fault(f"event {received.id}", f"nothing is known of the type {str(kind)[:50]!r}.")
            )
            return
        try:
            act(self, event)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            text = (
                complaint(error) if isinstance(error, ValidationError) else "it is not as Slack describes it."
            )
            self._faults.append(Fault(f"event {received.id}", text))

    def _message(self, event: dict[str, Any]) -> None:
        place = self._place(event["channel"])
        if place is None:
            return
        found = Gathered(place)
        found.add(event, f"{place.channel}:{event.get('ts')}")
        for post in found.posts:
            is_left = self._is_late(event) and self._note(place.channel, post.external_id.rpartition(":")[2])
            if not is_left and post.external_id not in self._gone:
                self._posts[post.external_id] = post
        for gone in found.gone:
            self._gone[gone.external_id] = gone
            self._posts.pop(gone.external_id, None)
        self._faults += found.faults

    def _reaction(self, event: dict[str, Any]) -> None:
        """An event names one reaction, a post has all of them: the message is looked at with the next reading."""
        item = event["item"]
        place = self._place(item.get("channel"))
        if item.get("type") == "message" and place is not None:
            self._note(place.channel, item["ts"])

    def _note(self, channel: str, ts: str) -> bool:
        """Have a message looked at; False where too many wait."""
        if channel not in self._touched:
            self._touched[channel] = Touched(self._ctx.store, channel)
        return self._touched[channel].add(ts)

    def _is_late(self, event: Mapping[str, Any]) -> bool:
        """Whether something newer may have been read already."""
        at = event.get("event_ts") or event.get("ts")
        return is_ts(at) and time_of(str(at)) < self._ctx.now() - _BELIEVED

    def _place(self, channel: object) -> Place | None:
        """Where messages of a channel stand; None for one that is not read."""
        key = str(channel)
        if key not in self._places:
            found = self._workspace.channels.get(self._workspace.first_id(key))
            self._places[key] = self._workspace.place(found) if found else None
        return self._places[key]

    def _id_changed(self, event: dict[str, Any]) -> None:
        self._workspace.moved(str(event["old_channel_id"]), str(event["new_channel_id"]))
        self._places.clear()

    def _channels_changed(self, _: dict[str, Any]) -> None:
        self._workspace.forget()
        self._places.clear()

    def _rate_limited(self, _: dict[str, Any]) -> None:
        """Slack left events out; a poll finds new messages by itself, the rest a sweep of every channel."""
        self._ctx.store.put(DIRTY, self._ctx.now().isoformat())

    def _revoked(self, event: dict[str, Any]) -> None:
        if event.get("type") == "app_uninstalled" or event["tokens"].get("bot"):
            code = "app_uninstalled" if event.get("type") == "app_uninstalled" else "token_revoked"
            mark = digest(self._token.get_secret_value())
            self._ctx.store.put(STOPPED, {"code": code, "token": mark}, expires_in=_STOPS)

    _acts: Mapping[str, Callable[[Events, dict[str, Any]], None]] = {
        "message": _message,
        "reaction_added": _reaction,
        "reaction_removed": _reaction,
        "channel_id_changed": _id_changed,
        "app_rate_limited": _rate_limited,
        "tokens_revoked": _revoked,
        "app_uninstalled": _revoked,
        **dict.fromkeys(_RENAMED, _channels_changed),
    }


def _happened(received: Received) -> int:
    """When it happened, else when it came, in microseconds."""
    event = received.body.get("event")
    at = (event.get("event_ts") or event.get("ts")) if isinstance(event, dict) else None
    return micros(str(at) if is_ts(at) else ts_of(received.at))
