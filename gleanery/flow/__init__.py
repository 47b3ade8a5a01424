"""The life of one post. Read this first.

    read(source)      reading.py     connector.pages(partition, state) -> posts and cursor, committed together
    absorb(source)    absorbing.py   events that came in by themselves, taken in the same way
    screen()          attaching.py   which item a post is about: an equal key, alike words, or a new one
                      screening.py   every step's finding; `sensitive` blocks every exit; a keep waits for a curator
    decide(item)      deciding.py    a verdict, its audit entry, its statement and the owed deliveries: one transaction
    deliver(dest)     delivering.py  the adapter upserts or retracts; the receipt is kept, a failure has its next try
    record            recording.py   each of these writes statements with derived ids into the embedded record store

Work is derived from state, never from messages: a source is due, a finding is missing, a delivery is owed. So a
lost run loses nothing and a repeated one changes nothing. `run` (running.py) goes the whole way once.

The names below are imported when they are first asked for: a command that shows the queue reads no source.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gleanery.flow.absorbing import absorb
    from gleanery.flow.delivering import deliver
    from gleanery.flow.frameworks import import_frameworks
    from gleanery.flow.house import House
    from gleanery.flow.purging import purge
    from gleanery.flow.reading import read
    from gleanery.flow.running import RunReport, run
    from gleanery.flow.screening import screen

__all__ = ["House", "RunReport", "absorb", "deliver", "import_frameworks", "purge", "read", "run", "screen"]

_HOMES = {
    "House": "house",
    "RunReport": "running",
    "absorb": "absorbing",
    "deliver": "delivering",
    "import_frameworks": "frameworks",
    "purge": "purging",
    "read": "reading",
    "run": "running",
    "screen": "screening",
}
"""By name: the module it is in."""


def __getattr__(name: str) -> Any:
    """A name of this package from its own module (https://peps.python.org/pep-0562/)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
