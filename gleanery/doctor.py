"""Everything that must hold, looked at one by one, each with its remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TypeVar

from gleanery.config import Config, load
from gleanery.errors import GleaneryError
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.sending import standing
from gleanery.flow.standing import check
from gleanery.plugins import GROUPS, found
from gleanery.ports import Check

OUR_NAMES = ("gleanery", "connectors", "curation", "xapi", "lms_adapters")
T = TypeVar("T")
LEAST_FREE = 500 * 2**20
"""Bytes of free disk below which the data folder is called full."""


def examine(path: Path) -> list[Check]:
    """All checks in order; the later ones only where the earlier ones let them be made."""
    checks = [*_names(), *_plugins()]
    config = _tried("configuration", lambda: load(path), checks)
    if config is None:
        return checks
    checks.append(_room(config))
    house = _tried("database", lambda: open_house(config), checks)
    if house is None:
        return checks
    checks += [*_house_checks(house)]
    house.store.close()
    return checks


def _tried(name: str, act: Callable[[], T], checks: list[Check]) -> T | None:
    try:
        result = act()
    except GleaneryError as error:
        checks.append(Check(name, False, error.message, error.remedy))
        return None
    checks.append(Check(name, True, "fine"))
    return result


def _names() -> Iterator[Check]:
    """Another distribution that installs one of our import names would take its place."""
    owners = packages_distributions()
    for name in OUR_NAMES:
        strangers = sorted(set(owners.get(name, [])) - {"gleanery"})
        if strangers:
            yield Check(
                f"import name {name}",
                False,
                f"{', '.join(strangers)} installs {name} too",
                f"Uninstall {strangers[0]}.",
            )
    if not any(set(owners.get(name, [])) - {"gleanery"} for name in OUR_NAMES):
        yield Check("import names", True, "ours alone")


def _plugins() -> Iterator[Check]:
    broken = [plugin for kind in GROUPS for plugin in found(kind) if plugin.cls is None]
    for plugin in broken:
        yield Check(
            f"plugin {plugin.name}", False, plugin.error, f"Update or uninstall {plugin.distribution}."
        )
    if not broken:
        yield Check("plugins", True, "all load")


def _room(config: Config) -> Check:
    folder = config.data if config.data.exists() else config.folder
    free = shutil.disk_usage(folder).free
    message = f"{free // 2**20} MiB free in the data folder"
    return Check("disk", free >= LEAST_FREE, message, "" if free >= LEAST_FREE else "Free some room.")


def _house_checks(house: House) -> Iterator[Check]:
    yield _keys(house)
    elsewhere = house.other_checkpoints is not None
    yield Check(
        "checkpoints",
        True,
        "copied to a second place" if elsewhere else "kept beside the database only: set record.second_place",
    )
    yield from _logs(house)
    yield from _sending(house)
    yield _addresses(house)
    yield from _step_checks(house)
    for source in house.config.sources:
        for line in check(house, source.name):
            yield Check(f"source {source.name}: {line['check']}", line["ok"], line["message"], line["remedy"])
    for destination in house.config.destinations:
        try:
            lines = house.adapter(destination).preflight()
        except GleaneryError as error:
            lines = [Check("settings", False, error.message, error.remedy)]
        for one in lines:
            yield Check(f"destination {destination.name}: {one.name}", one.ok, one.message, one.remedy)


def _logs(house: House) -> Iterator[Check]:
    """Whether each log still reaches as far as its last checkpoint; `audit verify` reads every entry."""
    organisation = str(house.organisation.id)
    for log in house.vouched_logs():
        head, last = log.head(), house.local_checkpoints.last(organisation, log.name)
        vouched = last.seq if last else 0
        is_short = last is not None and (
            head.seq < vouched or (head.seq == vouched and head.hash.hex() != last.head)
        )
        yield Check(
            f"log {log.name}",
            not is_short,
            f"{head.seq} entries, the last checkpoint is at {vouched}",
            "Entries are gone or were changed: run `gleanery audit verify`." if is_short else "",
        )


def _sending(house: House) -> Iterator[Check]:
    """Whether checkpoints leave this machine as configured."""
    for one in standing(house):
        last = f"last sent at {one.sent_at}" if one.sent_at else "never sent yet"
        told = f"{last}, {one.waiting} entries since"
        yield Check(
            f"checkpoints by {one.way}",
            not one.reason,
            f"{told}: {one.reason}" if one.reason else told,
            "It is tried again by itself; check record.send_checkpoints." if one.reason else "",
        )


def _keys(house: House) -> Check:
    try:
        _ = house.signer, house.vault
    except GleaneryError as error:
        return Check("keys", False, error.message, error.remedy)
    inside = house.keys.resolve().is_relative_to(house.config.data.resolve())
    if inside:
        return Check(
            "keys",
            False,
            "the keys lie inside the data folder",
            "Set record.key_folder to a folder elsewhere and move them.",
        )
    return Check("keys", True, f"in {house.keys}")


def _addresses(house: House) -> Check:
    """The two addresses that entered the statements count, whatever the configuration says later."""
    founded, configured = house.organisation, house.config.organisation
    same = (founded.people_home, founded.bridge_home) == (configured.people_home, configured.bridge_home)
    if same:
        return Check("addresses", True, "as at the founding")
    return Check(
        "addresses",
        False,
        f"statements carry {founded.people_home} and {founded.bridge_home}, the configuration says otherwise",
        "Set organisation.people_home and organisation.bridge_home back: they cannot change any more.",
    )


def _step_checks(house: House) -> Iterator[Check]:
    try:
        names = [judge.plugin.name for judge in house.judges]
    except GleaneryError as error:
        yield Check("curation", False, error.message, error.remedy)
        return
    yield Check("curation", True, ", ".join(names))
