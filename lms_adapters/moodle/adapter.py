"""The adapter `moodle`: an item becomes an activity of a course, or an entry of a Database activity.

Which of the two is a matter of what the token's service holds (tiers.py), for what is new: a thing that already
stands in Moodle stays as what it is there, so that a switch of tiers makes nothing twice and takes neither a
teacher's approval nor a learner's completion away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from gleanery import ports
from gleanery.errors import ConfigError, GleaneryError
from gleanery.ports import (
    Check,
    Context,
    Found,
    LearningCollection,
    LearningItem,
    Placed,
    Receipt,
    Reported,
)
from lms_adapters._text import plain
from lms_adapters.moodle import plugin_zip
from lms_adapters.moodle.client import Client
from lms_adapters.moodle.reading_back import ReadBack
from lms_adapters.moodle.settings import Settings
from lms_adapters.moodle.tier_activities import FUNCTIONS, REMOTE, ActivityTier
from lms_adapters.moodle.tier_entries import EntryTier
from lms_adapters.moodle.tiers import Choice, Tier, choose, function_checks, tier_check

SITE_INFO = "core_webservice_get_site_info"


class Moodle:
    """Writes through web services (recorded on Moodle 4.5)."""

    name: ClassVar[str] = "moodle"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = False

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        self._client = Client(ctx.http, self._settings.url, self._settings.token)
        self._tiers: Mapping[Tier, EntryTier | ActivityTier] = {
            "entries": EntryTier(self._client, self._settings, ctx),
            "activities": ActivityTier(self._client, self._settings, ctx),
        }

    @staticmethod
    def shipped() -> tuple[str, bytes]:
        """The plugin for Moodle: the name of its file, and its bytes."""
        return plugin_zip.shipped()

    def preflight(self) -> Sequence[Check]:
        """The site, the tier, each function, the place; a failed line ends what depends on it."""
        checks: list[Check] = []
        try:
            checks.append(
                Check("site", True, f"Moodle {plain(str(self._info.get('release', '')), 60)} answers.")
            )
            checks.append(tier_check(self._choice, self._settings))
            checks.extend(function_checks(self._choice, self._settings, self._held))
            if all(check.ok for check in checks):
                checks.extend(self._tiers[self._choice.tier].checks())
        except GleaneryError as error:
            name = {"activities": "course", "entries": "activity"}[self._choice.tier] if checks else "site"
            checks.append(Check(name, False, error.message, error.remedy or "See the message."))
        return checks

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Create or update the entry or activity. Raises as the tiers do."""
        return self._of(item.id, remote_id, new=True).upsert(item, remote_id)

    def upsert_collection(self, collection: LearningCollection, remote_id: str | None) -> Receipt:
        """Create or update what stands for a collection. Raises as the tiers do."""
        return self._of(collection.id, remote_id, new=True).upsert_collection(collection, remote_id)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Remove it; none counts as removed. Raises as the tiers do."""
        return self._of(item_id, remote_id, new=False).retract(item_id, remote_id)

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Not offered: items go one by one."""
        raise NotImplementedError("moodle is no batch adapter: call upsert for each item")

    def compare(self, entries: Sequence[Placed]) -> Iterator[Found]:
        """How each stands, tier by tier, and after them those that the house does not know."""
        for tier in ("entries", "activities"):
            placed = [one for one in entries if _tier_of(one.remote_id) == tier]
            if placed or tier in self._used:
                yield from self._usable(tier).compare(placed)

    def read_back(self, entries: Sequence[Placed], state: Mapping[str, Any]) -> Iterator[Reported]:
        """What learners did since `state`. Raises as Client.call, but for functions that the token lacks."""
        activities = {
            int(one.remote_id.removeprefix(REMOTE)): one.thing
            for one in entries
            if _tier_of(one.remote_id) == "activities"
        }
        yield from ReadBack(self._client, self._settings, self._held).pages(activities, state)

    # ------------------------------------------------------------------ choosing the tier

    @cached_property
    def _info(self) -> Mapping[str, Any]:
        """What the site tells of itself and the token; asked once, an instance serves one run."""
        info: Mapping[str, Any] = self._client.call(SITE_INFO)
        return info

    @cached_property
    def _held(self) -> frozenset[str]:
        return frozenset(function["name"] for function in self._info["functions"])

    @cached_property
    def _choice(self) -> Choice:
        asks = self._settings.tier == "auto" and self._settings.course is not None
        return choose(self._settings, self._held if asks else ())

    def _of(self, thing: UUID, remote_id: str | None, *, new: bool) -> EntryTier | ActivityTier:
        """The tier that a thing stands in; for one that stands in none yet, the one for what is new."""
        if remote_id is not None:
            return self._usable(_tier_of(remote_id))
        chosen = self._choice.tier
        other: Tier = "entries" if chosen == "activities" else "activities"
        if other in self._used and self._usable(other).holds(thing):  # the answer to its create was lost
            return self._tiers[other]
        if new and chosen not in self._used:
            self._ctx.store.put(self._key, sorted({*self._used, chosen}))
        return self._tiers[chosen]

    def _usable(self, tier: Tier) -> EntryTier | ActivityTier:
        """The tier, if these settings and this token can still write there. Raises: ConfigError."""
        lacks = tier == "entries" and not self._settings.has_database
        lacks = lacks or (tier == "activities" and self._settings.course is None)
        if lacks:
            raise ConfigError(
                f"moodle: what was delivered earlier stands as {tier}, and the settings for these are gone.",
                remedy="Set `course` again."
                if tier == "activities"
                else "Set `database`, or `course` and `name`.",
            )
        if tier == "activities" and self._choice.tier != tier and not self._held.issuperset(FUNCTIONS):
            raise ConfigError(
                "moodle: what was delivered earlier stands as activities, and the token's service no longer "
                f"holds {', '.join(sorted(set(FUNCTIONS) - self._held))}.",
                remedy="Put the plugin and its functions back.",
            )
        return self._tiers[tier]

    @property
    def _key(self) -> str:
        return f"{urlsplit(self._settings.url).netloc}/tiers"

    @property
    def _used(self) -> frozenset[str]:
        """The tiers in which something was ever made."""
        return frozenset(self._ctx.store.get(self._key) or ())


def _tier_of(remote_id: str) -> Tier:
    return "activities" if remote_id.startswith(REMOTE) else "entries"
