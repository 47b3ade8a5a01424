"""What each platform may refuse, as its connector tells it: whose turn it is, what to do, when it is tried next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from gleanery.errors import ConfigError
from gleanery.plugins import found, plugin


class Refusal(NamedTuple):
    """One row: `codes` are the platform's own and of HTTP; `whole`: it stops the source, not one part of it."""

    connector: str
    codes: str
    error: str
    message: str
    remedy: str
    whole: bool
    next: str


_WHOSE = {
    "config": "setting",
    "denied": "sign-in or right",
    "gone": "gone",
    "quota": "allowance used up",
    "unreachable": "out of reach",
}


def refusals(connector: str | None = None) -> list[Refusal]:
    """The rows of one connector or of all, in the order in which they are tried. Raises: ConfigError."""
    if connector is not None:
        rows = list(_of(connector, plugin("connector", connector)))
        if not rows:
            raise ConfigError(
                f"The connector {connector!r} has no table of refusals.",
                remedy="See: gleanery sources errors",
            )
        return rows
    return [row for one in found("connector") if one.cls is not None for row in _of(one.name, one.cls)]


def _of(name: str, cls: Any) -> Iterator[Refusal]:
    for rule in getattr(cls, "errors", ()):
        codes = [*map(str, rule.statuses), *filter(None, rule.codes)]
        error = _WHOSE.get(rule.error, rule.error)
        yield Refusal(
            name, ", ".join(codes) or "any other", error, rule.message, rule.remedy, rule.whole, rule.next
        )
