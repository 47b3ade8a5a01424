"""What must not leave the house, each as a function from a text to the places where it stands.

All work on text as a reader sees it (`curation.text.folding.visible`), take time linear in its length and
never raise. Which digits are a card or an account is decided by their check digits, not by their look.
"""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """A stretch [start, end) of a text and what it is."""

    start: int
    end: int
    kind: str
