"""One thread that rings for one deadline after the other: cheaper than a thread for each of very many requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Alarm:
    """Rings when a time has come, unless it was cleared before. At most one time is set; its thread starts with it."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._due: tuple[float, Callable[[], None]] | None = None
        self._wakes_at: float | None = None
        self._thread: threading.Thread | None = None
        self._is_over = False

    def set(self, at: float, ring: Callable[[], None]) -> None:
        """Call `ring` at a time of `time.monotonic`, in the place of what was set before."""
        with self._change:
            self._due = (at, ring)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            elif self._wakes_at is None or at < self._wakes_at:
                self._change.notify()

    def clear(self) -> None:
        """Ring for nothing; the thread finds that out when it wakes by itself."""
        with self._change:
            self._due = None

    def close(self) -> None:
        """End the thread."""
        with self._change:
            self._is_over = True
            self._change.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while (ring := self._next()) is not None:
            ring()

    def _next(self) -> Callable[[], None] | None:
        """What is to be rung, once its time has come; None when it is over."""
        with self._change:
            while not self._is_over:
                left = self._due[0] - time.monotonic() if self._due else None
                if self._due and left is not None and left <= 0:
                    (_, ring), self._due = self._due, None
                    return ring
                self._wakes_at = self._due[0] if self._due else None
                self._change.wait(left)
        return None
