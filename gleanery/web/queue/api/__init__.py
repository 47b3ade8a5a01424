"""The queue for programs.

items.py   the list, a verdict on one item, putting off
kept.py    claims and saved filters
many.py    one verdict on many items
shapes.py  what they take and answer about one item; many.py has its own
"""

from __future__ import annotations

from gleanery.web.queue.api.items import ItemApi
from gleanery.web.queue.api.kept import KeptApi
from gleanery.web.queue.api.many import ManyApi

PARTS = (ItemApi, KeptApi, ManyApi)
