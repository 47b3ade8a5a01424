"""The settings of a destination as somebody enters them while the house is open: checked, then written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gleanery.config import DestinationSettings, checked, plugin_settings
from gleanery.errors import BadInput
from gleanery.flow.configuring import require_same_hosts, require_unchanged, write_into
from gleanery.flow.forms import Entered, Field, Kind, Tree, fields_of
from gleanery.flow.house import House
from gleanery.flow.settings import change_settings, forget_secret, secret_file
from gleanery.plugins import plugin

EXPORTS = "exports"
"""The folder beside the configuration for files whose name was entered in the browser."""

RESERVED = ("new", "deliveries")
"""Names that a destination cannot be given: pages of the desk stand there."""


def settings_fields(adapter: str) -> list[Field]:
    """What is asked for a destination of this adapter. Raises: ConfigError where there is none."""
    return fields_of(plugin("adapter", adapter).Settings)


def settled(
    house: House, name: str, adapter: str, takes: str, what: Entered, kept: Mapping[str, Any]
) -> DestinationSettings:
    """A destination of what was entered, checked, for `add`, `alter` and `trying.check`; no secret is kept yet.

    `kept`: its settings until now. Raises: BadInput, ConfigError.
    """
    fields = settings_fields(adapter)
    _require_own_folder(house, fields, what.settings, kept)
    secrets = [field.name for field in fields if field.kind is Kind.SECRET]
    still = {one: kept[one] for one in secrets if kept.get(one) and one not in what.secrets}
    require_same_hosts(fields, what.settings, kept, still)
    tree = {"name": name, "adapter": adapter, "takes": takes, "settings": {**what.settings, **still}}
    destination = checked(DestinationSettings, tree, f"destination {name}")
    where, model = f"destinations.{name}.settings", plugin("adapter", adapter).Settings
    plugin_settings(model, {**destination.settings, **what.secrets}, where, house.config.folder)
    return destination


def _require_own_folder(house: House, fields: Sequence[Field], tree: Tree, kept: Mapping[str, Any]) -> None:
    """Raises: BadInput for a file outside the folder for that: what a browser names is written by the house."""
    folder = (house.config.folder / EXPORTS).resolve()
    for field in fields:
        if field.kind not in (Kind.FILE, Kind.FILES) or tree.get(field.name) in (None, kept.get(field.name)):
            continue
        if not Path(house.config.folder, str(tree[field.name])).resolve().is_relative_to(folder):
            raise BadInput(
                f"{field.name} must lie in the folder {EXPORTS} beside the configuration.",
                remedy=f"Write {EXPORTS}/NAME, or leave it empty; other places are set in the file itself.",
            )


def add(house: House, destination: DestinationSettings, what: Entered, account: str) -> None:
    """Write a new destination into the configuration. Raises: BadInput for a name that is taken, ConfigError."""
    if destination.name in RESERVED or any(one.name == destination.name for one in house.config.destinations):
        raise BadInput(f"The name {destination.name!r} is taken.", remedy="Choose another name.")
    entry = _entry(destination, _references(house, destination, what))

    def edit(document: Any) -> None:
        if document.get("destinations"):
            document["destinations"].append(entry)
        else:
            document["destinations"] = [entry]

    change_settings(house, account, edit)
    _audit(house, account, "destination.added", destination.name, adapter=destination.adapter)
    house.wake()


def alter(
    house: House, destination: DestinationSettings, what: Entered, account: str, seen: str | None = None
) -> None:
    """Write changed settings into the configuration.

    Raises: ConfigError; Denied where they are no longer those that were `seen` (`mark_of`).
    """
    require_unchanged(house.config.destination(destination.name), seen)
    entry = _entry(destination, _references(house, destination, what))

    def edit(document: Any) -> None:
        require_unchanged(house.config.destination(destination.name), seen)
        for place, one in enumerate(document["destinations"]):
            if one.get("name") == destination.name:
                write_into(document["destinations"][place], entry)

    change_settings(house, account, edit)
    _audit(house, account, "destination.edited", destination.name)
    house.wake()


def remove(house: House, name: str, account: str) -> None:
    """Take a destination out of the configuration; what stands there stays, and nothing is owed to it any more.

    Raises: ConfigError.
    """
    destination = house.config.destination(name)

    def edit(document: Any) -> None:
        document["destinations"] = [one for one in document["destinations"] if one.get("name") != name]

    change_settings(house, account, edit)
    for value in destination.settings.values():
        forget_secret(house, value)
    _audit(house, account, "destination.removed", name)


def _audit(house: House, account: str, action: str, name: str, **detail: str) -> None:
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        change.audit(action, actor, f"destination:{name}", **detail)


def _references(house: House, destination: DestinationSettings, what: Entered) -> Tree:
    """The references to the secrets that were entered, now in files of their own."""
    return {
        one: secret_file(house, f"destination-{destination.name}.{one}", value.get_secret_value())
        for one, value in what.secrets.items()
    }


def _entry(destination: DestinationSettings, references: Tree) -> Tree:
    """A destination as it stands in the file, without what is as it would be anyway."""
    entry: Tree = {"name": destination.name, "adapter": destination.adapter}
    if destination.takes != "approved":
        entry["takes"] = destination.takes
    return {**entry, "settings": {**destination.settings, **references}}
