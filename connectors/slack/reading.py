"""The reading of one channel: what is new, what changed, what is gone.

Each poll asks for the newest page of the look-back window in one request. It shows what is new and, as it reaches
back, what changed about the messages before: edits, reactions, messages that are no longer there, and parents
whose thread grew. About once a day a sweep goes through the whole look-back window and compares it with what the
house holds. Threads are read when their parent shows that they changed; a seventh of them at each sweep whatever
it shows, as an edited reply does not show at its parent.

The state: `high`, everything up to this `ts` was read; `floor`, where the first reading began; `marks`, what the
last poll showed; `poll` and `sweep`, windows under way; `threads`, those still to be read; `behind`, that it is a
poll's turn; `swept`, `sweeps`, when and how often the window was swept. It holds nothing of anybody's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors._values import digest
from connectors.slack.gathered import Gathered
from connectors.slack.held import Held
from connectors.slack.history import Look, look
from connectors.slack.messages import Place, is_ts, micros, reactions_cut, ts_of, vanished
from connectors.slack.settings import SlackSettings
from connectors.slack.threads import Thread, one_message, replies, thread_mark
from connectors.slack.touched import Touched
from connectors.slack.web import Web
from gleanery.ports import Context, Page

SWEEP_EVERY = timedelta(hours=24)
_SPREAD_HOURS = 6
_THREAD_ROUND = 7
DIRTY = "dirty"
"""Key of the time at which events were lost; channels swept before it are swept again."""


class ChannelReading:
    """One visit to a channel, from its state on."""

    def __init__(
        self,
        web: Web,
        ctx: Context,
        settings: SlackSettings,
        place: Place,
        asked: str,
        state: Mapping[str, Any],
    ) -> None:
        self._web, self._ctx, self._settings, self._place, self._asked = web, ctx, settings, place, asked
        self._state: dict[str, Any] = dict(state)
        self._touched, self._held = Touched(ctx.store, place.channel), Held(ctx, place)
        self._polled = False

    def pages(self) -> Iterator[Page]:
        """Pages until nothing is left to do. Raises as `Web.ask`; what was committed is not read again."""
        self._state.setdefault("floor", self._first_low())
        while (step := self._next()) is not None:
            found = step()
            yield Page(
                found.posts,
                dict(self._state),
                complete=self._next() is None,
                gone=found.gone,
                faults=found.faults,
            )
            self._touched.settle()

    def _next(self) -> Callable[[], Gathered] | None:
        """What to do now.

        Threads already found come first, so that their list stays short, then a sweep. Where visits are cut short
        by the allowance, one of these and a poll take turns, so that neither keeps off the other for days.
        """
        is_turn_of_poll = not self._polled and bool(self._state.get("behind")) and "poll" not in self._state
        if self._state.get("threads") and not is_turn_of_poll:
            return self._read_thread
        if self._is_sweep_due() and not is_turn_of_poll:
            return self._sweep
        if not self._polled:
            return self._poll
        return self._look_again if self._touched.waiting else None

    # ------------------------------------------------------------------ polling

    def _poll(self) -> Gathered:
        """The newest page, and those below it until what was read before is reached."""
        under_way: dict[str, Any] | None = self._state.get("poll")
        window = under_way or {"low": self._low(), "latest": "", "began": self._ctx.now().isoformat()}
        page = look(self._web, self._asked, window["low"], window["latest"])
        if under_way is None:
            window = {**window, **self._first_seen(page)}
        found = Gathered(self._place)
        for message in page.messages:
            self._take(found, message)
        self._miss(found, page)
        if page.more and micros(page.low) > micros(self._state.get("high", "")):
            self._state["poll"] = {**window, "latest": page.low}
        else:
            self._finish_poll(window)
        return found

    def _first_seen(self, page: Look) -> dict[str, Any]:
        times = [one["ts"] for one in page.messages if is_ts(one.get("ts"))]
        known = self._state.get("high") or self._state["floor"]
        marks = {one["ts"]: _mark(one) for one in page.messages if is_ts(one.get("ts"))}
        return {"first": max([known, *times], key=micros), "marks": marks}

    def _finish_poll(self, window: Mapping[str, Any]) -> None:
        self._state.pop("poll", None)
        self._state.pop("behind", None)
        self._state |= {"high": window["first"], "marks": window["marks"]}
        if "swept" not in self._state:
            self._state["swept"] = self._seen_since(window["began"])
        self._polled = True

    def _take(self, found: Gathered, message: dict[str, Any]) -> None:
        """A message of a poll: nothing is said of one that is as it was."""
        ts = message.get("ts")
        before = self._state.get("marks", {}).get(ts)
        if not self._touched.drop(str(ts)) and before == _mark(message):
            return
        self._add(found, message)
        if not is_ts(ts):
            return
        is_new = micros(str(ts)) > micros(self._state.get("high", ""))
        thread = thread_mark(message)
        if before is not None:
            changed = before.partition(" ")[2] != thread
        else:
            changed = bool(thread) if is_new else self._differs(message)
        if changed:
            self._queue(found, message)

    def _miss(self, found: Gathered, page: Look) -> None:
        """What the last poll showed and this one, of the same stretch of time, does not."""
        for ts in self._state.get("marks", {}):
            if page.lacks(ts):
                found.gone.append(vanished(ts, self._place))
                found.gone += self._held.replies_lost(ts)

    # ------------------------------------------------------------------ sweeping

    def _sweep(self) -> Gathered:
        """One page of the look-back window, all of it, compared with what the house holds."""
        began = self._ctx.now().isoformat()
        window = self._state.get("sweep") or {"low": self._sweep_low(), "latest": "", "began": began}
        self._fall_behind()
        page = look(self._web, self._asked, window["low"], window["latest"])
        found = Gathered(self._place)
        for message in page.messages:
            self._add(found, message)
            if is_ts(message.get("ts")) and (self._is_turn_of(message) or self._differs(message)):
                self._queue(found, message)
        self._compare(found, page)
        if page.more:
            self._state["sweep"] = {**window, "latest": page.low}
        else:
            self._state.pop("sweep", None)
            swept, sweeps = self._seen_since(window["began"]), self._state.get("sweeps", 0) + 1
            self._state |= {"swept": swept, "sweeps": sweeps}
        return found

    def _seen_since(self, began: str) -> str:
        """When a window that is through was seen: at its end, or at its beginning if events were lost in between."""
        lost = self._ctx.store.get(DIRTY)
        is_dirty = lost is not None and datetime.fromisoformat(began) < datetime.fromisoformat(lost)
        return began if is_dirty else self._ctx.now().isoformat()

    def _fall_behind(self) -> None:
        """Something else than a poll was done first in this visit: it is the poll's turn."""
        if not self._polled:
            self._state["behind"] = True

    def _compare(self, found: Gathered, page: Look) -> None:
        found.gone += self._held.messages_lost(page.low, page.high, page.lacks)
        for parent in self._held.replies_since(self._sweep_low()):
            if page.lacks(parent):
                found.gone += self._held.replies_lost(parent)

    def _is_sweep_due(self) -> bool:
        swept = self._state.get("swept")
        if "sweep" in self._state:
            return True
        if swept is None:
            return False  # the first reading sees everything
        at, lost = datetime.fromisoformat(swept), self._ctx.store.get(DIRTY)
        is_dirty = lost is not None and at < datetime.fromisoformat(lost)
        return is_dirty or self._ctx.now() >= at + SWEEP_EVERY - self._spread

    @property
    def _spread(self) -> timedelta:
        """Channels are swept at different hours."""
        return timedelta(hours=int(digest(self._place.channel), 16) % _SPREAD_HOURS)

    # ------------------------------------------------------------------ threads

    def _read_thread(self) -> Gathered:
        """The next page of the first thread that waits, compared with what the house holds of it."""
        self._fall_behind()
        first, *others = self._state["threads"]
        thread = Thread.from_json(first)
        page = replies(self._web, self._asked, thread)
        found = Gathered(self._place)
        for message in page.messages:
            self._add(found, message)
        found.gone += self._held.replies_lost(thread.ts, page.lacks)
        self._held.forget()
        self._state["threads"] = [page.next.as_json, *others] if page.next else others
        return found

    def _queue(self, found: Gathered, message: Mapping[str, Any]) -> None:
        """Have a thread read; one that lost all its replies shows nothing there, so these are gone at once."""
        if thread_mark(message):
            waiting, new = self._state.get("threads", []), Thread(message["ts"]).as_json
            self._state["threads"] = waiting if new in waiting else [*waiting, new]
        else:
            found.gone += self._held.replies_lost(message["ts"])

    def _differs(self, message: Mapping[str, Any]) -> bool:
        """Whether the house holds other replies than the parent counts."""
        known = self._held.replies_since(self._sweep_low()).get(message["ts"], set())
        latest = message.get("latest_reply")
        return len(known) != (message.get("reply_count") or 0) or bool(latest and latest not in known)

    def _is_turn_of(self, message: Mapping[str, Any]) -> bool:
        turn = int(digest(message["ts"]), 16) % _THREAD_ROUND
        return bool(thread_mark(message)) and turn == self._state.get("sweeps", 0) % _THREAD_ROUND

    # ------------------------------------------------------------------ single messages

    def _look_again(self) -> Gathered:
        """One message whose reactions changed, or were too many to be named."""
        ts = self._touched.take()
        found = Gathered(self._place)
        message = one_message(self._web, self._asked, ts)
        if message is None:
            found.gone.append(vanished(ts, self._place))
        else:
            found.add(message, f"{self._place.channel}:{ts}")
        return found

    def _add(self, found: Gathered, message: dict[str, Any]) -> None:
        ts = str(message.get("ts"))
        found.add(message, f"{self._place.channel}:{ts}")
        self._touched.drop(ts)
        if reactions_cut(message) and is_ts(ts):
            self._touched.add(ts)

    # ------------------------------------------------------------------ how far back

    def _first_low(self) -> str:
        days = self._settings.first_days
        return ts_of(self._ctx.now() - timedelta(days=days)) if days else ""

    def _look_back(self) -> str:
        return ts_of(self._ctx.now() - timedelta(days=self._settings.look_back_days))

    def _low(self) -> str:
        """How far down a poll goes: to the look-back, further where less was read, never below the first reading."""
        floor, high = str(self._state["floor"]), str(self._state.get("high", ""))
        return max(floor, min(high, self._look_back(), key=micros), key=micros) if high else floor

    def _sweep_low(self) -> str:
        return max(str(self._state["floor"]), self._look_back(), key=micros)


def _mark(message: Mapping[str, Any]) -> str:
    """What of a message may change, without its words: a short fingerprint, and how its thread stands."""
    edited = message.get("edited")
    reactions = message.get("reactions")
    parts = (
        str(edited.get("ts")) if isinstance(edited, dict) else "",
        str(message.get("subtype") or ""),
        str([(one.get("name"), one.get("count")) for one in reactions if isinstance(one, dict)])
        if isinstance(reactions, list)
        else "",
        str(len(message.get("attachments") or ())),
        str(len(message.get("files") or ())),
    )
    return f"{digest(*parts)[:8]} {thread_mark(message)}".rstrip()
