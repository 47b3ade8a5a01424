"""The clock: APScheduler ticks, the worker claims what is due. No job is kept in it, so none can be lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

TICK_SECONDS = 15


class Clock:
    """Calls `tick` at once and every `seconds` while it is entered, never twice at the same time."""

    def __init__(self, tick: Callable[[], None], seconds: float = TICK_SECONDS) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(tick, "interval", seconds=seconds, max_instances=1, coalesce=True, id="tick")

    def wake(self) -> None:
        """Tick now: somebody waits for what a tick does."""
        self._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))

    def __enter__(self) -> Clock:
        """Start ticking, beginning now."""
        self._scheduler.start()
        self._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))
        return self

    def __exit__(self, *_: object) -> None:
        """Stop and wait for a tick under way."""
        self._scheduler.shutdown(wait=True)
