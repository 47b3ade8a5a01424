"""One verdict on many items: looked at first, confirmed, carried out in portions, and taken back as a whole.

A portion is one transaction: its verdicts, and how far the work is. So a kill loses at most what was not committed,
and each item is decided once. Few are decided while the person waits, more by the worker, as a run to watch.

wanted.py       on what it falls, and the preview
giving.py       asked for and carried out
taking_back.py  undone
under_way.py    gone on with after a restart, stopped
portions.py     what is kept of it, and the work portion by portion
"""

from __future__ import annotations

from gleanery.flow.queue.bulk.giving import ask
from gleanery.flow.queue.bulk.portions import find, recent, run_of
from gleanery.flow.queue.bulk.taking_back import undo
from gleanery.flow.queue.bulk.under_way import cancel, work
from gleanery.flow.queue.bulk.wanted import Preview, Wanted, preview

__all__ = ["Preview", "Wanted", "ask", "cancel", "find", "preview", "recent", "run_of", "undo", "work"]
