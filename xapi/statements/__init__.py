"""Builds the statements this project writes.

A statement is a pure function of the arguments: no clock, no chance, no version of ours. Building it again,
after a crash or an upgrade, gives the same bytes and the same id; so the id, a UUIDv5 over what happened,
is also what makes a second recording harmless. An act repeated after it was voided carries a `revision`.
"""

from xapi.bridge import Bridge, Item
from xapi.grades import Grade
from xapi.identity import registration, statement_id
from xapi.statements.curation import approved, archived, imported, rejected, released, tagged, voided
from xapi.statements.learning import (
    Assignment,
    bookmarked,
    completed,
    earned,
    expired,
    launched,
    progressed,
    qualified,
    recommended,
    scored,
    viewed,
    was_assigned,
)
from xapi.statements.parts import Act, Built, Words, content_hmac
from xapi.statements.social import (
    answered,
    asked,
    commented,
    disliked,
    liked,
    posted,
    reacted,
    replied,
    shared,
)
from xapi.statements.watching import Viewing, initialized, paused, played, seeked, terminated, watched

__all__ = [
    "Act",
    "Assignment",
    "Bridge",
    "Built",
    "Grade",
    "Item",
    "Viewing",
    "Words",
    "answered",
    "approved",
    "archived",
    "asked",
    "bookmarked",
    "commented",
    "completed",
    "content_hmac",
    "disliked",
    "earned",
    "expired",
    "imported",
    "initialized",
    "launched",
    "liked",
    "paused",
    "played",
    "posted",
    "progressed",
    "qualified",
    "reacted",
    "recommended",
    "registration",
    "rejected",
    "released",
    "replied",
    "scored",
    "seeked",
    "shared",
    "statement_id",
    "tagged",
    "terminated",
    "viewed",
    "voided",
    "was_assigned",
    "watched",
]
