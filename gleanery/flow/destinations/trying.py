"""Trying a destination: the adapter's own checks, each with its remedy. Nothing is delivered by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from gleanery.config import DestinationSettings
from gleanery.errors import GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.forms import Entered
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.ports import Check, Registers

_KEPT = "destination-checks"
_REMEMBERED = timedelta(days=30)


@dataclass(frozen=True)
class Trial:
    """What the checks said, and when."""

    at: datetime
    checks: tuple[Check, ...]

    @property
    def is_fine(self) -> bool:
        """Whether every check holds."""
        return all(check.ok for check in self.checks)


def check(house: House, destination: DestinationSettings, what: Entered | None = None) -> Sequence[Check]:
    """What the adapter's checks say, of one that is being set up too; settings that are wrong are a failed check.

    `what`: what was entered and is not kept yet, its secrets in clear.
    """
    if what is not None:
        settings = {**destination.settings, **what.secrets}
        destination = destination.model_copy(update={"settings": settings})
    try:
        with blaming("adapter", destination.adapter):
            adapter = house.with_destination(destination).adapter(destination)
            return tuple(adapter.self_test() if isinstance(adapter, Registers) else adapter.preflight())
    except GleaneryError as error:
        return (Check("settings", False, error.message, error.remedy),)


def test(house: House, name: str) -> Trial:
    """Try a configured destination and remember what came of it. Raises: ConfigError for an unknown name."""
    trial = Trial(house.now(), tuple(check(house, house.config.destination(name))))
    _remember(house, name, trial)
    return trial


def settings_tried(house: House, name: str, checks: Sequence[Check]) -> None:
    """Its settings are new: what they were tried with is its last trial; none where they were not tried."""
    _remember(house, name, Trial(house.now(), tuple(checks)))


def _remember(house: House, name: str, trial: Trial) -> None:
    told = {"at": trial.at.timestamp(), "checks": [asdict(one) for one in trial.checks]}
    _kept(house).put(name, told, expires_in=_REMEMBERED)


def last_trial(house: House, name: str) -> Trial | None:
    """The last time somebody tried it."""
    told = _kept(house).get(name)
    if told is None or not told["checks"]:
        return None
    checks = tuple(Check(**one) for one in told["checks"])
    return Trial(datetime.fromtimestamp(told["at"], UTC), checks)


def _kept(house: House) -> PluginStore:
    return PluginStore(house.store, _KEPT, house.now)
