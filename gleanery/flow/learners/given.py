"""What the house gives to an adapter whose learners come here (ports.Learners)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from gleanery.ports import Arrival, Deed, LearningCollection, LearningItem

if TYPE_CHECKING:
    from gleanery.flow.house import House


class HouseLearners:
    """The house's side of learning for one destination."""

    def __init__(self, house: House, destination: str) -> None:
        self._house, self._destination = house, destination

    def arrive(self, arrival: Arrival) -> str:
        """The address to send the browser to; good once, for a minute."""
        raise NotImplementedError

    def tell(self, deeds: Sequence[Deed]) -> None:
        """Take in what is told of learners."""
        raise NotImplementedError

    def offered(self, thing: UUID) -> LearningItem | LearningCollection | None:
        """What this destination offers under an id of ours."""
        raise NotImplementedError
