"""What a curator sees: the queue, and one item with everything that is known about it.

aids.py     the score with its parts, and what is marked in a text
labels.py   what the steps found, tags and goals, in words
rows.py     items as a list shows them
item.py     one item
"""

from __future__ import annotations

from gleanery.flow.desk.aids import Aids, Piece, Scored, pieces
from gleanery.flow.desk.item import Detail, Provenance, show
from gleanery.flow.desk.labels import OWN_REASONS, GoalShown, Reason, TagShown, filled
from gleanery.flow.desk.rows import Queue, Row, counts, queue, rows_listed

__all__ = [
    "OWN_REASONS",
    "Aids",
    "Detail",
    "GoalShown",
    "Piece",
    "Provenance",
    "Queue",
    "Reason",
    "Row",
    "Scored",
    "TagShown",
    "counts",
    "filled",
    "pieces",
    "queue",
    "rows_listed",
    "show",
]
