"""The messages of a channel, newest first: https://docs.slack.dev/reference/methods/conversations.history

Read by time (`oldest`, `latest`), not by cursor: a time never expires, and what is written meanwhile lies
outside of the window. `latest` is always sent: without it Slack answers with what is closest to `oldest`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connectors.slack.messages import is_ts, micros
from connectors.slack.web import Web, dicts_in, next_cursor
from gleanery.errors import Unreachable

HISTORY = "conversations.history"
_END_OF_TIME = "9999999999.000000"


@dataclass(frozen=True)
class Look:
    """One page: everything that stands after `low` and before `high` (exclusive; empty: no bound).

    `more`: older messages are left, so `low` is the last one shown. `is_whole` is false where a record had no
    proper `ts`, so that nothing may be concluded from what is not shown.
    """

    messages: Sequence[dict[str, Any]]
    low: str
    high: str
    more: bool
    is_whole: bool = True

    @cached_property
    def shown(self) -> frozenset[str]:
        """The `ts` of all that was shown."""
        return frozenset(str(message.get("ts")) for message in self.messages)

    def lacks(self, ts: str) -> bool:
        """Whether a message of this `ts` would have been shown if it stood."""
        inside = micros(self.low) < micros(ts) and (not self.high or micros(ts) < micros(self.high))
        return self.is_whole and inside and ts not in self.shown


def look(web: Web, channel: str, low: str, high: str) -> Look:
    """The newest page of what stands after `low` and before `high`. Raises as `Web.ask`."""
    limit = web.allowance.page
    answer = web.ask(HISTORY, channel=channel, oldest=low or None, latest=high or _END_OF_TIME, limit=limit)
    messages = dicts_in(answer, "messages", HISTORY)
    more = bool(answer.get("has_more")) or next_cursor(answer) is not None
    times = [message["ts"] for message in messages if is_ts(message.get("ts"))]
    if more and not times:
        raise Unreachable(
            f"slack: {HISTORY} says there is more and shows nothing.", remedy="It is asked again."
        )
    # A plan with a limited history says so, and what lies below its last message is hidden, not gone.
    cut = more or bool(answer.get("is_limited"))
    end = min(times, key=micros) if cut and times else low
    is_whole = len(times) == len(answer["messages"]) and bool(times or not cut)
    return Look(messages, end, high, more, is_whole)
