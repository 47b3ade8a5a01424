"""What is found by its name, and the nearest name where there is none."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

from gleanery.errors import ConfigError

T = TypeVar("T")


def named(kind: str, name: str, known: Mapping[str, T]) -> T:
    """What is known by this name. Raises: ConfigError naming the nearest."""
    if name in known:
        return known[name]
    raise ConfigError(
        f"There is no {kind} named {name!r}.",
        remedy=nearest(name, known) or f"Add it to config.yaml under {kind}s.",
    )


def nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """A remedy that names the nearest known name, or all of them; empty where none is known."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Valid: {', '.join(sorted(known))}." if known else ""
