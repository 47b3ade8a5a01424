"""What learners did at a destination, read there and stated: a page and the state to go on from are kept together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.destinations.comparing import placed
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.learners.reported import take
from gleanery.leases import Held, held
from gleanery.plugins import plugin
from gleanery.ports import ReadsBack, Reported

log = structlog.get_logger()
_STATE, _LAST = "destination-read-back", "destination-read-back-last"


@dataclass
class ReadBack:
    """What reading back brought: deeds the destination told of, and statements that were made of them."""

    destination: str
    at: datetime
    told: int = 0
    stated: int = 0
    notes: list[str] = field(default_factory=list)
    error: str = ""
    remedy: str = ""
    is_busy: bool = False


def can_read_back(house: House, name: str) -> bool:
    """Whether the adapter of a destination can tell what learners did there."""
    return issubclass(plugin("adapter", house.config.destination(name).adapter), ReadsBack)


def read_back(house: House, name: str) -> ReadBack:
    """Read what is news at a destination and state what may be. Raises: BadInput for an adapter that cannot."""
    settings = house.config.destination(name)
    if not can_read_back(house, name):
        raise BadInput(
            f"{name}: the adapter {settings.adapter} cannot tell what learners did.",
            remedy="Completions of its learners come by launches, or from another destination.",
        )
    found = ReadBack(name, house.now())
    with held(house.store, f"read-back:{name}", house.now) as lease:
        if lease is None:
            found.is_busy = True
            return found
        try:
            with blaming("adapter", settings.adapter):
                _read(house, name, lease, found)
        except GleaneryError as error:
            found.error, found.remedy = error.message, error.remedy
            log.warning("destination.read_back_fault", destination=name, error=str(error))
        _keep(house, found)
    return found


def _read(house: House, name: str, lease: Held, found: ReadBack) -> None:
    adapter: Any = house.adapter(house.config.destination(name))
    state = _states(house).get(name) or {}
    for page in adapter.read_back(placed(house, name), state):
        _take(house, name, lease, page, found)


def _take(house: House, name: str, lease: Held, page: Reported, found: ReadBack) -> None:
    """State a page and keep where to go on, in one transaction: a kill repeats it or has lost nothing."""
    with house.change() as change:
        lease.confirm(change.session, house.now())
        stated = take(house, change, name, page.deeds)
        _states(house).put_all(change.session, {name: (dict(page.state), None)})
        if stated:
            change.audit("destination.read-back", f"destination:{name}", f"destination:{name}", count=stated)
    found.told += len(page.deeds)
    found.stated += stated
    found.notes.extend(note for note in page.notes if note not in found.notes)


def _states(house: House) -> PluginStore:
    return PluginStore(house.store, _STATE, house.now)


# --------------------------------------------------------------------------- kept, and by the clock


def _keep(house: House, found: ReadBack) -> None:
    told = {
        "at": found.at.timestamp(),
        "told": found.told,
        "stated": found.stated,
        "notes": found.notes[:20],
        "error": found.error,
        "remedy": found.remedy,
    }
    PluginStore(house.store, _LAST, house.now).put(found.destination, told)


def last(house: House, name: str) -> ReadBack | None:
    """What the last reading brought."""
    told = PluginStore(house.store, _LAST, house.now).get(name)
    if told is None:
        return None
    at = datetime.fromtimestamp(told.pop("at"), UTC)
    return ReadBack(name, at, **told)


def read_back_if_due(house: House, name: str) -> None:
    """Read back at a destination whose last reading lies as long ago as the setting says, if it can be."""
    minutes = house.config.delivery.read_back_minutes
    if not minutes or not can_read_back(house, name):
        return
    before = last(house, name)
    if before is None or (house.now() - before.at).total_seconds() >= minutes * 60:
        read_back(house, name)
