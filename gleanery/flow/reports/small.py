"""Small groups: nothing is told of fewer than five people, and nothing from which it could be reckoned."""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.flow.reports.measures import FEWEST


def guarded(groups: Mapping[str, int], *, total_shown: bool, fewest: int = FEWEST) -> dict[str, int | None]:
    """The number of people in each group, None where it is not told. No person is in two groups.

    A group below `fewest` is hidden. Where the total of all groups is shown beside them, the hidden ones together
    are what is missing to it: so the next larger group is hidden too until at least two are hidden and they
    hold `fewest` people together.
    """
    hidden = {name for name, number in groups.items() if 0 < number < fewest}
    if total_shown and hidden:
        for name in sorted(groups.keys() - hidden, key=lambda one: (groups[one], one)):
            if len(hidden) > 1 and sum(groups[one] for one in hidden) >= fewest:
                break
            if groups[name]:
                hidden.add(name)
    return {name: None if name in hidden else number for name, number in groups.items()}


def told(number: int, fewest: int = FEWEST) -> int | None:
    """A number of people, None where it is too small to be told; nobody is no small group."""
    return number if number == 0 or number >= fewest else None
