"""The clock: APScheduler ticks, the worker claims what is due. No job is kept in it, so none can be lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

TICK_SECONDS = 15


class Clock:
    """Calls `tick` now and every `seconds`, never twice at once."""

    def __init__(self, tick: Callable[[], None], seconds: float = TICK_SECONDS) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(tick, "interval", seconds=seconds, max_instances=1, coalesce=True, id="tick")

    def start(self) -> None:
        """Start ticking, beginning now."""
        self._scheduler.start()
        self._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        """Stop and wait for a tick under way."""
        self._scheduler.shutdown(wait=True)
