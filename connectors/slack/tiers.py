"""How many requests a minute Slack allows: https://docs.slack.dev/apis/web-api/rate-limits

Each method has its tier (20, 50, 100 a minute and workspace), counted here before a request is sent. Apps that
are sold outside of Slack's Marketplace get one request a minute and 15 messages a page for the two methods that
read messages. Which kind an app is cannot be asked: it shows in the first answers, and is then lived with.
"""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

from connectors._errors import refusal
from connectors.slack.refusals import ERRORS, OWN_PACE
from gleanery.errors import GleaneryError
from gleanery.ports import Context

PAGE = 200
"""Messages asked for at a time, as Slack recommends."""

SMALL_PAGE = 15
"""Messages that an app gets whose reading is limited."""

READING = ("conversations.history", "conversations.replies")
_TIER_2 = ("conversations.list", "users.list")
_MINUTE = timedelta(minutes=1)
_PROBE_AGAIN = timedelta(days=1)
_LIMITED, _WAITS = "limited", "waits"


class Allowance:
    """What may be asked now. What Slack asked us to wait for outlives the process, in the plugin's store."""

    def __init__(self, ctx: Context, per_minute: int) -> None:
        self._ctx, self._per_minute = ctx, per_minute
        self._sent: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._waits: dict[str, str] = ctx.store.get(_WAITS) or {}
        self.is_limited = bool(ctx.store.get(_LIMITED))

    @property
    def page(self) -> int:
        """How many messages to ask for at a time."""
        return SMALL_PAGE if self.is_limited else PAGE

    def take(self, method: str) -> None:
        """Count a request that is about to be sent. Raises: Unreachable where it has to wait."""
        now, sent = self._ctx.now(), self._sent[method]
        while sent and sent[0] <= now - _MINUTE:
            sent.popleft()
        until = datetime.fromisoformat(self._waits[method]) if method in self._waits else now
        if len(sent) >= self._allowed(method):
            until = max(until, sent[0] + _MINUTE)
        if until > now:
            raise self.wait(method, (until - now).total_seconds(), code=OWN_PACE)
        sent.append(now)

    def wait(self, method: str, seconds: float, *, status: int = 200, code: str) -> GleaneryError:
        """The error that says how long to wait, which is noted for other processes."""
        now = self._ctx.now()
        self._waits[method] = (now + timedelta(seconds=seconds)).isoformat()
        last = max(datetime.fromisoformat(until) for until in self._waits.values())
        self._ctx.store.put(_WAITS, self._waits, expires_in=last - now)
        return refusal(ERRORS, status, code, retry_after=seconds, method=method, channel="")

    def refused(self, method: str, status: int, retry_after: float | None) -> GleaneryError:
        """Slack said that it was too much; a minute or more for messages means that the app is limited."""
        if method in READING and retry_after is not None and retry_after >= _MINUTE.total_seconds():
            self._limit()
        return self.wait(method, retry_after or _MINUTE.total_seconds(), status=status, code="ratelimited")

    def shown(self, asked: int, got: int, *, more: bool) -> None:
        """A page of messages came: one cut to 15 though there are more means that the app is limited."""
        if more and asked > SMALL_PAGE >= got:
            self._limit()

    def _limit(self) -> None:
        if not self.is_limited:
            self._ctx.log.warning("slack.limited", requests_per_minute=1, messages_per_page=SMALL_PAGE)
        self.is_limited = True
        self._ctx.store.put(_LIMITED, self._ctx.now().isoformat(), expires_in=_PROBE_AGAIN)

    def _allowed(self, method: str) -> int:
        if method in READING and self.is_limited:
            return 1
        return 20 if method in _TIER_2 else self._per_minute
