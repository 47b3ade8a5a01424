"""The clock of tests whose pages live in the time of this machine."""

from __future__ import annotations

from datetime import datetime, timedelta

from gleanery.flow.house import utc_now
from gleanery.testing import Clock


class RealClock(Clock):
    """The time of this machine, and as much further on as it was told to move."""

    def __init__(self) -> None:
        super().__init__(utc_now())
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self._ahead

    def move(self, by: timedelta) -> None:
        self._ahead += by
