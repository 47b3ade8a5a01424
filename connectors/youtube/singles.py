"""Videos entered one by one: looked at daily, and broadcasts among them when they are due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from connectors._values import digest
from connectors.youtube.client import IDS
from connectors.youtube.looking import DAY, Looking
from connectors.youtube.quota import UNITS
from gleanery.ports import Context, Estimate, Fault, Page


class Singles:
    """The partition of the videos in the settings, each read whatever its age."""

    def __init__(self, videos: Sequence[str], looking: Looking, ctx: Context) -> None:
        self._videos, self._looking, self._ctx = videos, looking, ctx

    def due(self, state: Mapping[str, Any]) -> list[str]:
        """The videos to be looked at now: all once a day and when the settings changed, else broadcasts that are due.

        The state holds `of` (a fingerprint of the settings), `asked` (when all were), `held` (see Listing) and,
        while a look at all is under way, `done` (how many).
        """
        if self._is_whole(state):
            return list(self._videos[self._done(state) :])
        now = self._ctx.now()
        return [video for video, at in state["held"].items() if datetime.fromisoformat(at) <= now]

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """What the videos are now; one that is not there is a fault."""
        due, state = self.due(state), self._begun(state)
        for start in range(0, len(due), IDS):
            part = due[start : start + IDS]
            found = self._looking.videos(part)
            held = {video: at for video, at in state["held"].items() if video not in part}
            held |= {video: at.isoformat() for video, at in found.awaited.items()}
            state = {**state, "held": held}
            if "done" in state:
                state["done"] += len(part)
            faults = [*found.faults, *map(_missing, found.missing)]
            yield Page(found.posts, dict(state), complete=False, gone=found.gone, faults=faults)
        yield Page((), {key: state[key] for key in state if key != "done"}, complete=True)

    def cost(self, state: Mapping[str, Any]) -> Estimate:
        """A unit for 50 videos that are due."""
        due = self.due(state)
        units = ceil(len(due) / IDS)
        return Estimate(posts=len(due), requests=units, units={UNITS: units} if units else {})

    def _begun(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """The state with a look at all under way, where one is due."""
        if not self._is_whole(state):
            return dict(state)
        held = {video: at for video, at in state.get("held", {}).items() if video in self._videos}
        now = self._ctx.now().isoformat()
        return {"of": self._mark, "asked": now, "held": held, "done": self._done(state)}

    def _is_whole(self, state: Mapping[str, Any]) -> bool:
        if state.get("of") != self._mark or "done" in state:
            return True
        return self._ctx.now() - datetime.fromisoformat(state["asked"]) >= DAY

    def _done(self, state: Mapping[str, Any]) -> int:
        return int(state.get("done", 0)) if state.get("of") == self._mark else 0

    @property
    def _mark(self) -> str:
        return digest(*self._videos)


def _missing(video: str) -> Fault:
    return Fault(f"video {video}", "is not there: it was removed, is private, or its id is mistyped")
