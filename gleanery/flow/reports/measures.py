"""What is counted, and which statements say that somebody opened or completed an item."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from gleanery.model.items import ItemState
from xapi.vocabulary import adl, tincan_registry, video

IMPORTED = "imported"
KEPT = "kept"
APPROVED = "approved"
REJECTED = "rejected"
DELIVERED = "delivered"
OPENED = "opened"
COMPLETED = "completed"
STAGES = (IMPORTED, KEPT, APPROVED, DELIVERED, OPENED, COMPLETED)
"""How far items came, each stage a part of the one before. They count under the day the item was made, by source and
goal; the goal is empty where all count."""

COHORT = (*STAGES, REJECTED)
DECIDED = "decided"
"""Verdicts that stand, by the day they were given; the key is the verdict."""

JUDGED = "judged"
"""The same of persons alone: what a named policy approved says nothing of a source."""

WAITED = "waited"
"""How long items had waited for a person's verdict, by its day; the key is a step of `lengths`."""

STATEMENTS = "statements"
"""Statements by the day they were stored; the key is the verb."""

COVERS = "covers"
"""Approved items by competency, without a day; the source is the framework, the key its competency."""

COVERS_BELOW = "covers_below"
"""Different approved items that bear a competency or one below it in its framework's tree, without a day."""

ALWAYS = date(1970, 1, 1)
"""The day of what has none."""

FEWEST = 5
"""So many different learners at least, or nothing is told."""

STATES_KEPT = frozenset({ItemState.WAITING, ItemState.APPROVED, ItemState.REJECTED, ItemState.RETRACTED})
"""Where an item stands that the steps let through."""

COMPLETING = frozenset({adl.COMPLETED.id, "http://adlnet.gov/expapi/verbs/passed"})
OPENING = COMPLETING | {
    adl.LAUNCHED.id,
    adl.INITIALIZED.id,
    adl.PROGRESSED.id,
    tincan_registry.VIEWED.id,
    "http://adlnet.gov/expapi/verbs/experienced",
    video.PLAYED.id,
}
"""Whoever completed a thing has opened it, even where the learning system says only the one."""


class Count(NamedTuple):
    """A number and what it counts."""

    measure: str
    day: date
    source: str
    key: str
    number: int
