"""The settings of a source as somebody enters them while the house is open: checked, then written into the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gleanery.config import DestinationSettings, SourceSettings, checked, plugin_settings
from gleanery.errors import BadInput, Denied
from gleanery.flow.forms import Entered, Field, Kind, Tree, fields_of
from gleanery.flow.house import House
from gleanery.flow.settings import change_settings, forget_secret, secret_file
from gleanery.flow.sources import ensure_source, source_id_of
from gleanery.plugins import plugin
from gleanery.starter import append_source

IMPORTS = "imports"
"""The folder beside the configuration in which files stand that may be chosen in the browser."""


def settings_fields(connector: str) -> list[Field]:
    """What is asked for a source of this connector. Raises: ConfigError where there is none."""
    return fields_of(plugin("connector", connector).Settings)


def settled(
    house: House,
    name: str,
    connector: str,
    what: Entered,
    kept: Mapping[str, Any],
    *,
    plain: Mapping[str, Any] = {},
) -> SourceSettings:
    """A source of what was entered, checked; its secrets in files of their own. `kept`: its settings until now.

    `plain`: the intervals, where they are told. Raises: BadInput, ConfigError; then no secret is kept anew.
    """
    fields = settings_fields(connector)
    _require_near_files(house, fields, what.settings, kept)
    secret_names = [field.name for field in fields if field.kind is Kind.SECRET]
    still = {one: kept[one] for one in secret_names if kept.get(one) and one not in what.secrets}
    require_same_hosts(fields, what.settings, kept, still)
    tree = {"name": name, "connector": connector, "settings": {**what.settings, **still}, **plain}
    source = checked(SourceSettings, tree, f"source {name}")
    model, where = plugin("connector", connector).Settings, f"sources.{name}.settings"
    plugin_settings(model, {**source.settings, **what.secrets}, where, house.config.folder)
    references = {
        one: secret_file(house, f"source-{name}.{one}", value.get_secret_value())
        for one, value in what.secrets.items()
    }
    return source.model_copy(update={"settings": {**what.settings, **still, **references}})


def _require_near_files(house: House, fields: list[Field], tree: Tree, kept: Mapping[str, Any]) -> None:
    """Raises: BadInput for a file that is not in the folder for that: what a browser names is read by the house."""
    folder = (house.config.folder / IMPORTS).resolve()
    for field in fields:
        if field.kind not in (Kind.FILE, Kind.FILES) or tree.get(field.name) in (None, kept.get(field.name)):
            continue
        given = tree[field.name]
        for one in given if isinstance(given, list) else [given]:
            path = Path(house.config.folder, str(one)).resolve()
            if not path.is_relative_to(folder):
                raise BadInput(
                    f"{field.name} must lie in the folder {IMPORTS} beside the configuration.",
                    remedy=f"Put it there and write {IMPORTS}/NAME; others are set on the command line.",
                )


def require_same_hosts(
    fields: Sequence[Field], tree: Tree, kept: Mapping[str, Any], still: Mapping[str, Any]
) -> None:
    """Raises: BadInput where a kept secret would go to another host than the one it was entered for."""
    if not still:
        return
    for field in fields:
        if field.kind is Kind.TEXT and "://" in f"{tree.get(field.name, '')}{field.default}":
            before, now = (_host(one.get(field.name) or field.default) for one in (kept, tree))
            if before != now:
                raise BadInput(
                    f"With another {field.name} its secrets must be entered again.",
                    remedy=f"Enter {', '.join(still)} anew: they were entered for {before or 'no host'}.",
                )


def _host(address: object) -> str:
    return urlsplit(str(address)).netloc.rpartition("@")[2].lower()


# --------------------------------------------------------------------------- the file


def prepare(
    house: House, name: str, connector: str, what: Entered, *, plain: Mapping[str, Any]
) -> SourceSettings:
    """A new source, checked, for `add`. Raises: BadInput for a name that is taken, ConfigError."""
    _require_new(house, name)
    return settled(house, name, connector, what, {}, plain=plain)


def _require_new(house: House, name: str) -> None:
    if any(one.name == name for one in house.config.sources):
        raise BadInput(f"There is a source named {name!r} already.", remedy="Choose another name.")


def add(house: House, source: SourceSettings, account: str) -> None:
    """Write a new source into the configuration; it is read at once. Raises: BadInput for a name that is taken."""
    _require_new(house, source.name)
    change_settings(house, account, lambda document: append_source(document, _entry(source)))
    with house.change() as change:
        row = ensure_source(change.session, source, source_id_of(house, source.name), locked=True)
        row.paused_at = row.next_due_at = None
        row.connector = source.connector
        change.session.add(row)
        actor = f"person:{house.person(change.session, account)}"
        change.audit("source.added", actor, f"source:{source.name}", connector=source.connector)
    house.wake()


def mark_of(settings: SourceSettings | DestinationSettings) -> str:
    """What tells settings from others: a form sends along which ones its editor saw."""
    told = json.dumps(settings.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def require_unchanged(settings: SourceSettings | DestinationSettings, seen: str | None) -> None:
    """Raises: Denied where the settings are not those that were seen; None: nobody looks."""
    if seen is not None and mark_of(settings) != seen:
        raise Denied(
            f"Somebody changed the settings of {settings.name} since you opened them.",
            remedy="What you entered is still here: look at the settings as they are now, then save again.",
        )


def alter(house: House, source: SourceSettings, account: str, seen: str | None = None) -> None:
    """Write changed settings of a source into the configuration.

    Raises: ConfigError; Denied where they are no longer those that were `seen` (`mark_of`).
    """
    house.config.source(source.name)

    def edit(document: Any) -> None:
        require_unchanged(house.config.source(source.name), seen)
        for place, entry in enumerate(document["sources"]):
            if entry.get("name") == source.name:
                write_into(document["sources"][place], _entry(source))

    change_settings(house, account, edit)
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        change.audit("source.edited", actor, f"source:{source.name}")


def remove(house: House, name: str, account: str) -> None:
    """Take a source out of the configuration, with the secrets that were entered for it; what it brought stays.

    Raises: BadInput while it is not disconnected.
    """
    from gleanery.flow.sources import disconnected

    source = house.config.source(name)
    with house.store.read() as session:
        if name not in disconnected(session):
            raise BadInput(
                f"{name} is connected.", remedy="Disconnect it first: that says what happens to its posts."
            )

    def edit(document: Any) -> None:
        document["sources"] = [one for one in document["sources"] if one.get("name") != name]

    _require_let_go(house, name)
    change_settings(house, account, edit)
    for value in source.settings.values():
        forget_secret(house, value)
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        change.audit("source.removed", actor, f"source:{name}")


def _require_let_go(house: House, name: str) -> None:
    """Raises: BadInput while words are here that must not stay without the source."""
    from gleanery.flow.disconnecting import disconnect

    plan = disconnect(house, name, "", dry_run=True)
    if plan.posts:
        raise BadInput(
            f"The words of {plan.posts} posts of {name} are still here, and its terms let none be kept.",
            remedy="Disconnect it once more: that deletes them.",
        )


def _entry(source: SourceSettings) -> dict[str, Any]:
    """A source as it stands in the file, without what is as it would be anyway."""
    entry: dict[str, Any] = {"name": source.name, "connector": source.connector}
    for name in ("every_minutes", "first_items"):
        if getattr(source, name) != SourceSettings.model_fields[name].default:
            entry[name] = getattr(source, name)
    return {**entry, "settings": dict(source.settings)}


def write_into(document: Any, entry: Mapping[str, Any]) -> None:
    """Change a mapping of the file to `entry` key by key, so that comments beside unchanged keys stay."""
    for key in [key for key in document if key not in entry]:
        del document[key]
    for key, value in entry.items():
        if isinstance(value, Mapping) and isinstance(document.get(key), Mapping):
            write_into(document[key], value)
        elif document.get(key) != value:
            document[key] = value
