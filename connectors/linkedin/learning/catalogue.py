"""Reading the catalogue: what changed lately, and from time to time all of it.

What changed is told by the criteria finder (`lastModifiedAfter`), retired assets included. The localeAndType finder
gives the whole catalogue; it is gone through for what was retired or added unseen, and shows known assets anew.
https://learn.microsoft.com/en-us/linkedin/learning/integrations/criteria-api
https://learn.microsoft.com/en-us/linkedin/learning/integrations/locale-and-type-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice, product
from typing import Any, Literal

from connectors.linkedin.api import Answer, Api, Record, millis
from connectors.linkedin.learning.assets import PLATFORM, last_update, read_asset
from connectors.linkedin.learning.settings import LinkedInLearningSettings
from connectors.linkedin.records import look_up, read_records
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Context, Page

LOOK_BACK = timedelta(days=1) // timedelta(milliseconds=1)
_ASKED_AT_ONCE = 20
_PATH = "/v2/learningAssets"


@dataclass(frozen=True, slots=True)
class Kept:
    """The state: how far back the first reading went (`floor`), the newest change read (`mark`; both milliseconds),
    when all was gone through (`swept`), and what is under way: a `step` since `began`, in the list of number `part`
    at position `start`, with the newest change seen so far (`top`).
    """

    floor: int | None = None
    mark: int | None = None
    swept: str = ""
    step: Literal["", "changed", "all", "missing"] = ""
    began: str = ""
    part: int = 0
    start: int = 0
    top: int | None = None


class Catalogue:
    """Assets of the chosen languages and types that are new, changed or retired. Made anew for each reading."""

    def __init__(self, api: Api, settings: LinkedInLearningSettings) -> None:
        self._api, self._settings = api, settings
        self._parts = list(product(settings.locales, settings.asset_types))
        self._shown: set[str] = set()

    @property
    def _ctx(self) -> Context:
        return self._api.ctx

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(post.external_id for post in self._ctx.known.posts(realm=self._settings.realm))

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """What changed, then, when it is due, all that is known. Raises: what the table of refusals says."""
        kept = Kept(**state)
        kept = kept if kept.step and kept.part < len(self._parts) else self._begun(kept)
        while kept.step in ("changed", "all"):
            answer = self._asked(kept)
            found = read_records(self._wanted(kept, answer.elements), self._asset, "urn")
            self._shown.update(post.external_id for post in found.posts)
            kept = self._after(kept, answer)
            yield found.page(asdict(kept), complete=not kept.step)
        if kept.step == "missing":
            yield from self._missing(kept)

    def _begun(self, kept: Kept) -> Kept:
        now, days = self._ctx.now(), self._settings.first_days
        floor = millis(now - timedelta(days=days)) if days else None
        if kept.swept and kept.floor is not None and floor is not None:
            floor = min(kept.floor, floor)
        return replace(kept, floor=floor, step="changed", began=now.isoformat(), part=0, start=0, top=None)

    def _asked(self, kept: Kept) -> Answer:
        locale, asset_type = self._parts[kept.part]
        language, _, country = locale.partition("_")
        find = self._changed if kept.step == "changed" else self._all
        paging = {"start": str(kept.start), "count": str(self._settings.page_size), "expandDepth": "1"}
        params = {**find(kept, language, country, asset_type), **paging}
        return self._api.page(_PATH, params, f"the catalogue {locale} {asset_type}")

    def _changed(self, kept: Kept, language: str, country: str, asset_type: str) -> dict[str, str]:
        """What changed since a day before the newest known change, at first since `floor`."""
        since = kept.mark - LOOK_BACK if kept.mark is not None else kept.floor
        return {
            "q": "criteria",
            "assetFilteringCriteria.assetTypes[0]": asset_type,
            "assetFilteringCriteria.locales[0].language": language,
            "assetFilteringCriteria.locales[0].country": country,
            "assetRetrievalCriteria.includeRetired": "true",
            **({"assetFilteringCriteria.lastModifiedAfter": str(since)} if since is not None else {}),
        }

    def _all(self, _kept: Kept, language: str, country: str, asset_type: str) -> dict[str, str]:
        return {
            "q": "localeAndType",
            "assetType": asset_type,
            "sourceLocale.language": language,
            "sourceLocale.country": country,
            "includeRetired": "true",
        }

    def _after(self, kept: Kept, answer: Answer) -> Kept:
        """What is kept after a page; the mark moves when all that changed was read."""
        changes = [last_update(one) for one in answer.elements if isinstance(one, dict)]
        kept = replace(kept, top=max((at for at in (kept.top, *changes) if at is not None), default=None))
        if (answer.has_next and answer.elements) or len(answer.elements) == self._settings.page_size:
            return replace(kept, start=kept.start + self._settings.page_size)
        if kept.part + 1 < len(self._parts):
            return replace(kept, part=kept.part + 1, start=0)
        if kept.step == "all":
            return replace(kept, step="missing", part=0, start=0, top=None)
        return self._after_changed(replace(kept, part=0, start=0))

    def _after_changed(self, kept: Kept) -> Kept:
        began = datetime.fromisoformat(kept.began)
        mark = max((at for at in (kept.mark, kept.top) if at is not None), default=millis(began))
        mark = min(mark, millis(began))  # a change of tomorrow would hide all until then
        swept = kept.swept or kept.began  # the first reading knows nothing yet that could be missing
        is_due = began >= datetime.fromisoformat(swept) + timedelta(days=self._settings.sweep_days)
        return replace(kept, mark=mark, swept=swept, step="all" if is_due else "", top=None)

    def _wanted(self, kept: Kept, elements: Sequence[Any]) -> Sequence[Any]:
        """Of the whole catalogue only what is known, and what should be."""
        if kept.step == "changed":
            return elements
        return [
            one for one in elements if not isinstance(one, dict) or self._should_be_known(one, kept.floor)
        ]

    def _should_be_known(self, record: Record, floor: int | None) -> bool:
        at = last_update(record)
        return record.get("urn") in self._known or floor is None or (at is not None and at >= floor)

    def _missing(self, kept: Kept) -> Iterator[Page]:
        """Ask one by one for known assets that the whole catalogue did not show."""
        began = datetime.fromisoformat(kept.began)
        known = self._ctx.known.posts(realm=self._settings.realm, fetched_before=began)
        urns = iter([post.external_id for post in known if post.external_id not in self._shown])
        while asked := list(islice(urns, _ASKED_AT_ONCE)):
            params, realm = {"includeRetired": "true"}, self._settings.realm
            found = look_up(self._api, _PATH, params, asked, self._asset, PLATFORM, realm)
            yield found.page(asdict(kept), complete=False)
        yield Page((), asdict(replace(kept, swept=kept.began, step="", began="")), complete=True)

    def _asset(self, record: Record) -> PostDraft | Vanished:
        return read_asset(record, self._settings.realm, self._ctx.now())
