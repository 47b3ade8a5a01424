"""Reading what people did: the activity reports, person by person and asset by asset, a window of days at a time.

https://learn.microsoft.com/en-us/linkedin/learning/reference/learning-activity-reports-reference
Windows lie on a fixed grid of days, so the same days have the same bounds in each reading, and a deed told again is
the same deed. The last window that was complete is read again each time. Names and e-mail addresses are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import ValidationError

from connectors._values import complaint
from connectors.linkedin.api import Answer, Api, millis
from connectors.linkedin.learning.deeds import deeds_of
from connectors.linkedin.learning.settings import LinkedInLearningSettings
from gleanery.model.posts import DeedDraft
from gleanery.ports import Fault, Page

DAY = 24 * 3_600 * 1_000
MONDAY = 4 * DAY
"""The first Monday of 1970, from which the grid of windows is counted."""

LATE, LATEST = 2 * DAY, 14 * DAY
"""How late figures may be where a report does not tell (`latestDataAt`), and after which they count as final anyway."""

_LONGEST = 365


@dataclass(frozen=True, slots=True)
class Kept:
    """The state: `done`, up to when all windows are final; the `window` under way, its length (`days`), the type
    (`part`) and position (`start`) in it, and whether all that was seen of it is final. Times in milliseconds.
    """

    done: int | None = None
    days: int = 0
    window: int | None = None
    part: int = 0
    start: int = 0
    final: bool = True


class Reports:
    """Deeds of learners since the state."""

    def __init__(self, api: Api, settings: LinkedInLearningSettings) -> None:
        self._api, self._settings = api, settings
        self._now = millis(api.ctx.now())
        self._length = settings.window_days * DAY

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """Windows from the last final one on, up to now. Raises: what the table of refusals says."""
        kept = Kept(**state)
        if kept.window is None or kept.days != self._settings.window_days:
            kept = self._begun(kept)
        while kept.window is not None:
            window = kept.window
            answer = self._asked(kept, window)
            deeds, faults, final = self._read(answer.elements, window)
            kept = self._after(replace(kept, final=kept.final and final), answer, window)
            yield Page((), asdict(kept), complete=kept.window is None, faults=faults, deeds=deeds)

    def _begun(self, kept: Kept) -> Kept:
        """From the last final window on; the first time from the window of `first_days` ago on."""
        days = min(self._settings.first_days or _LONGEST, _LONGEST)
        since = self._now - days * DAY if kept.done is None else kept.done - 1
        window = since - (since - MONDAY) % self._length
        done = window if kept.done is None else kept.done
        return Kept(done=done, days=self._settings.window_days, window=window)

    def _asked(self, kept: Kept, window: int) -> Answer:
        """A window that has not ended yet is asked for up to today; LinkedIn takes 1 to 14 whole days."""
        days = min(self._settings.window_days, (self._now - window) // DAY + 1)
        params = {
            "q": "criteria",
            "startedAt": str(window),
            "timeOffset.unit": "DAY",
            "timeOffset.duration": str(days),
            "aggregationCriteria.primary": "INDIVIDUAL",
            "aggregationCriteria.secondary": "CONTENT",
            "contentSource": "ALL_SOURCES",
            "assetType": self._settings.asset_types[kept.part],
            "start": str(kept.start),
            "count": str(self._settings.page_size),
        }
        return self._api.page("/v2/learningActivityReports", params, "the activity reports")

    def _read(self, elements: Sequence[Any], window: int) -> tuple[list[DeedDraft], list[Fault], bool]:
        """The deeds, the faults, and whether the figures are final."""
        deeds: list[DeedDraft] = []
        faults: list[Fault] = []
        end = window + self._length
        final = bool(elements) or end + LATE <= self._now
        for number, element in enumerate(elements, 1):
            try:
                is_final = self._is_final(element, end)
                deeds.extend(deeds_of(element, self._settings, window, is_final=is_final))
            except ValueError as error:
                text = complaint(error) if isinstance(error, ValidationError) else str(error)
                faults.append(Fault(f"report element {number}", text))
                continue
            final = final and is_final
        return deeds, faults, final

    def _is_final(self, element: Any, end: int) -> bool:
        """Whether LinkedIn has all data up to the window's end."""
        latest = element.get("latestDataAt") if isinstance(element, dict) else None
        if end + LATEST <= self._now:
            return True
        return end <= latest if isinstance(latest, int) else end + LATE <= self._now

    def _after(self, kept: Kept, answer: Answer, window: int) -> Kept:
        """The next page, the next type, the next window; none after the one that holds today."""
        size = self._settings.page_size
        if (answer.has_next and answer.elements) or len(answer.elements) == size:
            return replace(kept, start=kept.start + size)
        if kept.part + 1 < len(self._settings.asset_types):
            return replace(kept, part=kept.part + 1, start=0)
        end, done = window + self._length, kept.done or 0
        if kept.final and done >= window:  # all before it is final, too
            done = max(done, end)
        return Kept(done=done, days=kept.days, window=end if end <= self._now else None)
