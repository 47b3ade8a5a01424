"""What the libraries below log, in the house's own log: the record store and the web server use the standard one."""

from __future__ import annotations

import logging

import structlog

from xapi.lrs.http.failures import frames

LIBRARIES = ("xapi", "uvicorn")


class _HouseLog(logging.Handler):
    """Passes each line on as an event named for who logged it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Of an error the kind and the place, never its words: they may repeat what somebody sent."""
        error = record.exc_info[1] if record.exc_info else None
        told = {"where": "".join(frames(error))} if error is not None else {}
        try:
            structlog.get_logger().log(record.levelno, record.name, message=record.getMessage(), **told)
        except Exception:  # a log that cannot be written must stop nobody's work
            self.handleError(record)


def hear_libraries(level: str) -> None:
    """Has them log to the house from this level on, or from warnings on where less is asked for."""
    least = max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()])
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers = [_HouseLog()]
        logger.setLevel(least)
