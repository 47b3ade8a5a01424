"""What a page is filled with: records of messages become posts, disappearances and faults."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from connectors._values import complaint
from connectors.slack.messages import Place, read_message
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Fault


class Gathered:
    """The content of a page while it grows."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.posts: list[PostDraft] = []
        self.gone: list[Vanished] = []
        self.faults: list[Fault] = []

    def add(self, record: Any, where: str) -> None:
        """Read a record in; a broken one is a fault at `where`."""
        try:
            if not isinstance(record, dict):
                raise ValueError("it is no object")
            found = read_message(record, self._place)
        except ValueError as error:
            text = complaint(error) if isinstance(error, ValidationError) else str(error)
            self.faults.append(Fault(where, text))
            return
        if isinstance(found, Vanished):
            self.gone.append(found)
        elif found is not None:
            self.posts.append(found)
