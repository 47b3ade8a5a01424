"""What a curator sees: the queue, and one item with everything that is known about it.

labels.py   what the steps found, tags and goals, in words
rows.py     items as a list shows them
item.py     one item
"""

from __future__ import annotations

from gleanery.flow.desk.item import Detail, Provenance, show
from gleanery.flow.desk.labels import OWN_REASONS, GoalShown, Reason, TagShown, filled
from gleanery.flow.desk.rows import Queue, Row, counts, queue, rows_listed

__all__ = [
    "OWN_REASONS",
    "Detail",
    "GoalShown",
    "Provenance",
    "Queue",
    "Reason",
    "Row",
    "TagShown",
    "counts",
    "filled",
    "queue",
    "rows_listed",
    "show",
]
