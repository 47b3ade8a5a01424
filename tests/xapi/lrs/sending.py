"""A sender in a process of its own, to be killed or watched: python -m tests.xapi.lrs.sending ADDRESS FILE FIRST

Four threads send batches of ten without end. What was acknowledged is written to FILE and is on the disk before
a line is printed. With a fourth argument the process may write no file larger than so many bytes.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
from itertools import count

from tests.xapi.lrs.plain import AUTHORITY, ready
from xapi.errors import StoreFull
from xapi.lrs.committing import Committer
from xapi.lrs.database import Database

BATCH = 10
_THREADS = 4
_STDOUT = 1
"""Written to at once: the halves of two printed lines may meet."""


def send(committer: Committer, acknowledged: int, first: int) -> None:
    """Sends batches `first`, `first` + 4 and so on, until the disk is full."""
    for batch in count(first, _THREADS):
        statements = [ready(f"{batch}/{place}", about=f"batch/{batch}") for place in range(BATCH)]
        try:
            committer.submit("main", statements, AUTHORITY).result()
        except StoreFull:
            os.write(_STDOUT, b"full\n")
            return
        line = f"{batch}\n".encode()
        os.write(acknowledged, line)
        os.fsync(acknowledged)
        os.write(_STDOUT, line)


def main(address: str, file: str, first: str, limit: str = "") -> None:
    """Sends until it is killed, or may write no more."""
    acknowledged = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    committer = Committer(Database(address))
    threads = [
        threading.Thread(target=send, args=(committer, acknowledged, int(first) + place))
        for place in range(_THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    committer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
