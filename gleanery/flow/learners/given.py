"""What the house gives to an adapter whose learners come here (ports.Learners)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from gleanery.ports import Arrival, Deed, LearningCollection, LearningItem

if TYPE_CHECKING:
    from gleanery.flow.house import House


class HouseLearners:
    """The house's side of learning for one destination. Imports wait: the house makes it."""

    def __init__(self, house: House, destination: str) -> None:
        self._house, self._destination = house, destination

    def arrive(self, arrival: Arrival) -> str:
        """The address to send the browser to; good once, for a minute. Raises: BadInput, ConfigError."""
        from gleanery.flow.learners.arriving import arrive

        return arrive(self._house, self._destination, arrival)

    def tell(self, deeds: Sequence[Deed]) -> None:
        """Take in what is told of learners; of those without a basis nothing is said in the record."""
        from gleanery.flow.learners.reported import tell

        tell(self._house, self._destination, deeds)

    def offered(self, thing: UUID) -> LearningItem | LearningCollection | None:
        """What this destination offers under an id of ours, None where it does not (any more)."""
        from gleanery.flow.learners.offering import offered

        with self._house.store.read() as session:
            return offered(self._house, session, self._destination, thing)
