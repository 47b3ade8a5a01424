"""Entry points -> plugin classes. Ours come in by the same door as anybody's; none is imported by name.

A broken plugin is kept in the list with its error and never stops the others.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Any

from gleanery import ports
from gleanery.errors import ConfigError

GROUPS = {
    "connector": "gleanery.connectors",
    "step": "gleanery.steps",
    "adapter": "gleanery.lms_adapters",
    "framework": "gleanery.frameworks",
    "trainer": "gleanery.trainers",
}


_TWICE = "two installed packages offer this name; uninstall one of them"


@dataclass(frozen=True)
class Plugin:
    """A plugin that was found: its class, or the error that keeps it out."""

    kind: str
    name: str
    distribution: str
    target: str
    cls: type | None
    error: str = ""


def found(kind: str) -> Iterator[Plugin]:
    """Every plugin of a kind (`connector`, `step`, `adapter`, `framework`, `trainer`), sorted by name, each loaded."""
    points = sorted(_points(kind), key=lambda point: (point.name, point.value))
    names = [point.name for point in points]
    for point in points:
        yield _loaded(kind, point) if names.count(point.name) == 1 else _refused(kind, point, _TWICE)


@cache
def plugin(kind: str, name: str) -> type[Any]:
    """The class of one plugin. Raises: ConfigError naming the nearest one, or the error that keeps it out."""
    points: dict[str, list[EntryPoint]] = {}
    for point in _points(kind):
        points.setdefault(point.name, []).append(point)
    if name not in points:
        near = difflib.get_close_matches(name, list(points), n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Installed: {', '.join(sorted(points)) or 'none'}."
        raise ConfigError(f"No {kind} named {name!r} is installed.", remedy=hint)
    first, *others = points[name]
    loaded = _refused(kind, first, _TWICE) if others else _loaded(kind, first)
    if loaded.cls is None:
        raise ConfigError(
            f"The {kind} {name!r} of {loaded.distribution} cannot be used: {loaded.error}.",
            remedy="Update or uninstall that package; `gleanery plugins` shows all.",
        )
    return loaded.cls


def _points(kind: str) -> EntryPoints:
    return _declared(GROUPS[kind], tuple(sys.path))


@cache
def _declared(group: str, _path: tuple[str, ...]) -> EntryPoints:
    """What packages on this search path declare; asked once, for each time a file of every package is opened."""
    return entry_points(group=group)


def _loaded(kind: str, point: EntryPoint) -> Plugin:
    try:
        cls = point.load()
    except Exception as error:  # whatever a stranger's import raises is that plugin's fault alone
        return _refused(kind, point, f"{type(error).__name__}: {error}")
    if not isinstance(cls, type):
        return _refused(kind, point, f"{point.value} is no class")
    version = getattr(cls, "api_version", None)
    if kind != "framework" and version != ports.API_VERSION:
        return _refused(kind, point, f"it speaks port version {version}, this house {ports.API_VERSION}")
    if getattr(cls, "name", None) != point.name:
        return _refused(
            kind, point, f"its name is {getattr(cls, 'name', None)!r}, the entry point says {point.name!r}"
        )
    return Plugin(kind, point.name, _distribution(point), point.value, cls)


def _refused(kind: str, point: EntryPoint, error: str) -> Plugin:
    return Plugin(kind, point.name, _distribution(point), point.value, None, error)


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "unknown"
