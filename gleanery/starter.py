"""Writes the first config.yaml, and adds sources to one without touching the rest of it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gleanery.config import SourceSettings, checked, load, plugin_settings
from gleanery.errors import BadInput, ConfigError
from gleanery.model.posts import storable
from gleanery.plugins import plugin

FRAMEWORK = "starter-framework.csv"
"""The file of the framework to start from, beside the configuration."""

STARTER = """\
# gleanery. Every setting, with its unit: config.example.yaml in the documentation.
organisation:
  name: {name}
  # Both addresses enter every statement: set them before the first run and keep them.
  people_home: https://people.example.org
  bridge_home: https://gleanery.example.org

# Where checkpoints of the record are copied: another disk, a share. Without it the record is
# protected on this machine only.
# record:
#   second_place: /mnt/audit

# What items are tagged with: everyday work in English and German, to start from. Your own table, ESCO, CASE
# or O*NET beside it or instead: docs/how-to/frameworks.md
frameworks:
  - name: starter
    path: {framework}

# What is read: gleanery sources add NAME CONNECTOR --set KEY=VALUE
sources: []

# Who gets what was approved. A Common Cartridge file needs nothing else:
destinations:
  - name: cartridge
    adapter: cartridge
"""


def write_starter(path: Path, organisation: str) -> bool:
    """Write the first configuration and the framework it names; False where there is one already.

    Raises: ConfigError.
    """
    if path.exists():
        return False
    replace_file(path, STARTER.format(name=_quoted(organisation), framework=FRAMEWORK))
    framework = path.with_name(FRAMEWORK)
    if not framework.exists():
        replace_file(framework, (files("gleanery.demo") / "framework.csv").read_text("utf-8"))
    return True


def _quoted(text: str) -> str:
    """The text as a YAML value on one line, in double quotes whatever it holds."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_style = '"'  # type: ignore[assignment]  # declared as None there
    yaml.width = 10**6
    written = io.StringIO()
    yaml.dump([storable(text)], written)
    return written.getvalue().strip().removeprefix("[").removesuffix("]").removeprefix("- ")


def add_source(
    path: Path, name: str, connector: str, settings: list[str], every_minutes: int
) -> dict[str, Any]:
    """Check a source and write it into the file, comments kept. Raises: BadInput, ConfigError."""
    tree = {
        "name": name,
        "connector": connector,
        "every_minutes": every_minutes,
        "settings": _parsed(settings),
    }
    source = checked(SourceSettings, tree, f"source {name}")
    if name in {one.name for one in load(path).sources}:
        raise BadInput(
            f"There is a source named {name!r} already.", remedy=f"Choose another name, or edit {path}."
        )
    plugin_settings(
        plugin("connector", connector).Settings, source.settings, f"sources.{name}.settings", path.parent
    )
    entry = {key: value for key, value in tree.items() if not (key == "every_minutes" and value == 60)}
    replace_file(path, edited(path.read_text("utf-8"), lambda document: append_source(document, entry)))
    load(path)
    return tree


def _parsed(settings: list[str]) -> dict[str, Any]:
    """`a.b=c` as {"a": {"b": "c"}}; values are read as YAML, so that [x, y] is a list."""
    tree: dict[str, Any] = {}
    for one in settings:
        key, equals, value = one.partition("=")
        if not equals or not key:
            raise BadInput(f"{one!r} is no setting.", remedy="Write --set KEY=VALUE.")
        here = tree
        *outer, last = key.split(".")
        for part in outer:
            here = here.setdefault(part, {})
        try:
            here[last] = YAML(typ="safe").load(value) if value else ""
        except YAMLError as error:
            raise BadInput(f"The value of {key} cannot be read.", remedy="Put it in quotes.") from error
    return tree


def edited(text: str, edit: Callable[[Any], None]) -> str:
    """A configuration's text after `edit` changed its document in place, the comments kept."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10**6
    document = yaml.load(text) or {}
    edit(document)
    written = io.StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def append_source(document: Any, entry: Mapping[str, Any]) -> None:
    """Put a source behind the others of a configuration's document."""
    if document.get("sources"):
        document["sources"].append(dict(entry))
    else:
        document["sources"] = [dict(entry)]


def replace_file(path: Path, text: str) -> None:
    """Write whole or not at all; the file's mode stays."""
    passing = path.with_name(f".{path.name}.part")
    try:
        with passing.open("w", encoding="utf-8") as file:
            if path.exists():  # before a word stands in it
                passing.chmod(path.stat().st_mode & 0o777)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}.", remedy="Choose another folder."
        ) from error
