"""The replies of a thread, oldest first: https://docs.slack.dev/reference/methods/conversations.replies

Replies are not in a channel's history. Their parent shows there how many it has (`reply_count`) and when the
last one came (`latest_reply`), and that is all that a late reply changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.slack.messages import is_ts, micros
from connectors.slack.web import Web, dicts_in, next_cursor
from gleanery.errors import Unreachable

REPLIES = "conversations.replies"
_NOT_THERE = ("thread_not_found", "message_not_found")
_EXPIRED = "invalid_cursor"
_FEW = 10
"""Asked for where one is wanted: the parent may be shown before it."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread being read: its parent's `ts`, the cursor of the next page, the last `ts` seen."""

    ts: str
    cursor: str | None = None
    after: str = ""

    @classmethod
    def from_json(cls, kept: Sequence[str]) -> Thread:
        """As `as_json` wrote it."""
        return cls(kept[0], kept[1] or None, kept[2])

    @property
    def as_json(self) -> list[str]:
        """Short, as a state may hold many."""
        return [self.ts, self.cursor or "", self.after]


@dataclass(frozen=True, slots=True)
class Replies:
    """One page of a thread: everything that stands after `after` and, if there is more, up to `until`.

    `next` is where to go on, None at the end. `is_whole` as in a look at the history.
    """

    messages: Sequence[dict[str, Any]]
    after: str
    until: str
    next: Thread | None
    is_whole: bool

    def lacks(self, ts: str) -> bool:
        """Whether a reply of this `ts` would have been shown if it stood."""
        inside = micros(self.after) < micros(ts) and (not self.until or micros(ts) <= micros(self.until))
        return self.is_whole and inside and all(message.get("ts") != ts for message in self.messages)


def replies(web: Web, channel: str, thread: Thread) -> Replies:
    """The next page of a thread, its parent among it; a thread that is not there shows nothing. Raises as `Web.ask`."""
    limit = web.allowance.page
    taken = (*_NOT_THERE, _EXPIRED)
    answer = web.ask(REPLIES, taken=taken, channel=channel, ts=thread.ts, limit=limit, cursor=thread.cursor)
    if answer.get("error") == _EXPIRED:
        return Replies((), "", "", Thread(thread.ts), is_whole=False)
    if answer.get("error") in _NOT_THERE:
        return Replies((), "", "", None, is_whole=True)
    messages, cursor = dicts_in(answer, "messages", REPLIES), next_cursor(answer)
    if answer.get("has_more") and cursor is None:
        raise Unreachable(f"slack: {REPLIES} says there is more and not where.", remedy="It is asked again.")
    web.allowance.shown(limit, len(messages), more=cursor is not None)
    times = [message["ts"] for message in messages if is_ts(message.get("ts")) and message["ts"] != thread.ts]
    last = max([thread.after, *times], key=micros)
    is_whole = all(is_ts(message.get("ts")) for message in messages) and len(messages) == len(
        answer["messages"]
    )
    following = Thread(thread.ts, cursor, last) if cursor else None
    return Replies(messages, thread.after, last if cursor else "", following, is_whole)


def one_message(web: Web, channel: str, ts: str) -> dict[str, Any] | None:
    """A message or reply with everybody who reacted to it, None where it is no more. Raises as `Web.ask`."""
    answer = web.ask(
        REPLIES, taken=_NOT_THERE, channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=_FEW
    )
    if not answer.get("ok"):
        return None
    found = (one for one in dicts_in(answer, "messages", REPLIES) if one.get("ts") == ts)
    message = next(found, None)
    return {**message, **_all_reactions(web, channel, message)} if message else None


def _all_reactions(web: Web, channel: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """The reactions in full: a message names only some of many users.

    https://docs.slack.dev/reference/methods/reactions.get
    """
    if not message.get("reactions"):
        return {}
    answer = web.ask("reactions.get", taken=_NOT_THERE, channel=channel, timestamp=message["ts"], full=True)
    told = answer.get("message")
    return {"reactions": told["reactions"]} if isinstance(told, dict) and told.get("reactions") else {}


def thread_mark(message: Mapping[str, Any]) -> str:
    """What of a parent changes when replies come or go; empty without any."""
    count = message.get("reply_count")
    return f"{count}@{message.get('latest_reply', '')}" if count else ""
