"""Forwards a record to a target until it is done: a process of its own, to be killed.

python -m tests.xapi.forwarding.draining DATABASE ENDPOINT BATCH, the secret on standard input
"""

from __future__ import annotations

import sys

from xapi.forwarding import Direct, Forwarder, Target
from xapi.lrs.database import Database


def main() -> None:
    """Forward once and tell what was done."""
    path, endpoint, batch = sys.argv[1:]
    target = Target("peer", endpoint, "key", sys.stdin.readline().strip(), batch=int(batch))
    database = Database(path)
    print(Forwarder(database, target, Direct()).run(urged=True).forwarded)
    database.close()


if __name__ == "__main__":
    main()
