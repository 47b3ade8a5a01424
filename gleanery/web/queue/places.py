"""Where a person is in the queue: the filter, the page of the list and the item in the reader, as an address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from gleanery.flow.queue.filters import Filter

REASON = 500
"""Characters of a reason."""


class Place(Filter):
    """A filter with a page of it and an item; `done` is the item just judged, `next` the one to go on with.

    `after` and `before` are cursors of the list.
    """

    after: str = Field(default="", max_length=60)
    before: str = Field(default="", max_length=60)
    item: UUID | None = None
    next: UUID | None = None
    done: UUID | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: Any) -> Any:
        """A field that a form left empty is as if it was not there."""
        if isinstance(given, dict):
            return {name: value for name, value in given.items() if value not in ("", None)}
        return given

    @property
    def filter(self) -> Filter:
        """The filter alone."""
        return Filter.model_validate(self.model_dump(include=set(Filter.model_fields)))

    def address(self, path: str = "/", **changes: Any) -> str:
        """The address of this place with some changes; what is None or empty is left out."""
        here = {name: getattr(self, name) for name in ("after", "before", "item")}
        told = {**self.values(), **here, **changes}
        return f"{path}?{urlencode({name: str(one) for name, one in told.items() if one not in (None, '', False)})}"

    @property
    def fields(self) -> dict[str, str]:
        """What a form carries on so that its answer comes back here."""
        cursors = {"after": self.after, "before": self.before}
        return self.values() | {name: value for name, value in cursors.items() if value}


def one_line(text: str) -> str:
    """Text without control characters, which cannot be stored everywhere and belong in no reason."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


class Verdict(Place):
    """The form of a verdict: the place to come back to, the reason, the revision that was seen.

    `known` is how many decisions the person knew of, `chip` a reason picked from the list.
    """

    reason: str = Field(default="", max_length=REASON)
    chip: str = Field(default="", max_length=100)
    seen: int | None = None
    known: int | None = Field(default=None, ge=0, le=1_000_000)

    @field_validator("reason", "chip")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return one_line(text)

    @property
    def why(self) -> str:
        """The reason in one line."""
        return ": ".join(part for part in (self.chip, self.reason) if part)
