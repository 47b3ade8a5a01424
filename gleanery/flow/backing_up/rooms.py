"""Folders for the time of a backup or a restore, which hold a whole database in the clear.

Whoever is at work holds a lock on its folder. So what a program left that was killed is told from what another
is at work in, and goes when the next folder is made.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def room(prefix: str, beside: Path | None = None) -> Iterator[Path]:
    """A new folder in `beside`, or where the system keeps such, for its owner alone; removed at the end.

    Raises: OSError where none can be made.
    """
    place = beside or Path(tempfile.gettempdir())
    for left in place.glob(f"{prefix}*"):
        _remove_if_abandoned(left)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place) as made:
        descriptor = os.open(made, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield Path(made)
        finally:
            os.close(descriptor)


def _remove_if_abandoned(left: Path) -> None:
    try:
        descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # it went meanwhile, or is another account's
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)
