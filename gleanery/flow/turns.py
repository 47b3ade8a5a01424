"""Turns: the workers of one machine wait for each other at a file that is locked.

The kernel lets go of a lock whose holder was killed, and wakes who waits: nobody waits by guess.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gleanery.errors import ConfigError


@contextmanager
def in_turn(path: Path) -> Iterator[bool]:
    """Wait until nobody is at it. True: we are, meanwhile; False: another was, and has ended."""
    with _opened(path) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_first = True
        except BlockingIOError:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            is_first = False
        yield is_first


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody is at it, and keep everybody else waiting meanwhile."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}.",
            remedy="Give this account write access to the data folder.",
        ) from error
    with file:
        yield file.fileno()
