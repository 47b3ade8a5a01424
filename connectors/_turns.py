"""Looking again, in turn, at what is known: platforms that tell neither edits nor deletions must be asked.

A share of what is known is looked at each time, going round, so that the cost has a bound whatever is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Fault, Page


class Seen(NamedTuple):
    """What became of what was looked at."""

    posts: Sequence[PostDraft]
    gone: Sequence[Vanished] = ()
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True)
class Turns:
    """How often, how many of the known ids each time, and how many in one request."""

    every: timedelta
    share: int
    batch: int

    def pages(
        self,
        known: Callable[[], Iterable[str]],
        look: Callable[[Sequence[str]], Seen],
        state: Mapping[str, Any],
        now: datetime,
    ) -> Iterator[Page]:
        """Pages of what `look` finds, a batch each.

        The state holds when the round began (`begun`), the last id looked at (`after`), and how many are `left`
        while one is under way. The first round begins a while after the first reading, which saw everything.
        """
        left = int(state.get("left", 0))
        if not left and not self._is_due(state, now):
            yield Page((), {"begun": now.isoformat(), **state}, complete=True)
            return
        if not left:
            state = {**state, "begun": now.isoformat()}
        ids = in_turn(known(), state.get("after", ""), left or self.share)
        for start in range(0, len(ids), self.batch):
            part = ids[start : start + self.batch]
            state = {**state, "after": part[-1], "left": len(ids) - start - len(part)}
            found = look(part)
            yield Page(found.posts, state, complete=False, gone=found.gone, faults=found.faults)
        yield Page((), {key: state[key] for key in state if key != "left"}, complete=True)

    def _is_due(self, state: Mapping[str, Any], now: datetime) -> bool:
        begun = state.get("begun")
        return begun is not None and now - datetime.fromisoformat(begun) >= self.every


def in_turn(known: Iterable[str], after: str, count: int) -> list[str]:
    """The next `count` ids behind `after` in their order, going on from the first at the end; each once."""
    ordered = sorted(set(known))
    at = bisect_right(ordered, after)
    return (ordered[at:] + ordered[:at])[:count]
