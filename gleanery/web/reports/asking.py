"""What an address of a report asks for, checked: the period, and one source or goal where only that is wanted."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field, model_validator

from gleanery.flow.house import House
from gleanery.flow.reports.counting import day_of
from gleanery.flow.reports.periods import between, last_days
from gleanery.flow.reports.tables import Asked

USUAL = 30
"""Days where none are asked for."""


class Wanted(BaseModel):
    """The days up to today, or `since` and `until`, both included; a source and a goal by their names.

    `framework`, `below`: where to look down the tree of competencies: a framework, and one of its addresses.
    """

    days: int = Field(default=USUAL, ge=1, le=400)
    since: date | None = None
    until: date | None = None
    source: str = Field(default="", max_length=100)
    goal: str = Field(default="", max_length=100)
    framework: str = Field(default="", max_length=100)
    below: str = Field(default="", max_length=2_000)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: Any) -> Any:
        """A field that a form left empty is as if it was not there."""
        if isinstance(given, dict):
            return {name: value for name, value in given.items() if value not in ("", None)}
        return given

    def asked(self, house: House) -> Asked:
        """The same as a report takes it. Raises: BadInput for a period that is none or is too long."""
        today = day_of(house.now())
        period = (
            between(self.since, self.until or today, today)
            if self.since is not None
            else last_days(today, self.days)
        )
        return Asked(
            period, self.source or None, self.goal or None, self.framework or None, self.below or None
        )

    def address(self, path: str, **changes: Any) -> str:
        """The address of a page with the same wishes and some changes."""
        values = self.model_dump(mode="json") | changes
        values |= {"days": None} if values["since"] else {}
        query = urlencode({name: value for name, value in values.items() if value not in ("", None)})
        return f"{path}?{query}"
