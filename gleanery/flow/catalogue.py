"""The connectors there are: what each can and cannot do, what it needs, and whether it is usable here."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass

from gleanery.plugins import Plugin, found
from gleanery.ports import ConnectorCard, Offers, SignsIn


@dataclass(frozen=True)
class Offered:
    """A connector of the catalogue; `error` says why it cannot be used, `distribution` who brings it."""

    name: str
    about: ConnectorCard
    distribution: str
    may_sign_in: bool
    lists_choices: bool
    error: str = ""


def catalogue() -> Sequence[Offered]:
    """Every installed connector by title; those that are broken last, with the reason."""
    return sorted(
        map(_offered, found("connector")), key=lambda one: (bool(one.error), one.about.title.lower())
    )


def offered(name: str) -> Offered | None:
    """One connector, None where none of that name is installed."""
    return next((one for one in catalogue() if one.name == name), None)


def manifest_of(name: str, redirect: str) -> str:
    """The text from which the platform makes the organisation's own app; empty where there is none."""
    cls = next((one.cls for one in found("connector") if one.name == name), None)
    make = getattr(cls, "manifest", None)
    return str(make(redirect)) if make is not None else ""


def _offered(plugin: Plugin) -> Offered:
    cls = plugin.cls
    about = getattr(cls, "about", None)
    if not isinstance(about, ConnectorCard):
        words = (inspect.getdoc(cls) or "").partition("\n")[0] if cls is not None else ""
        about = ConnectorCard(plugin.name.replace("_", " ").capitalize(), tuple(filter(None, [words])))
    return Offered(
        plugin.name,
        about,
        plugin.distribution,
        may_sign_in=cls is not None and issubclass(cls, SignsIn),
        lists_choices=cls is not None and issubclass(cls, Offers),
        error=plugin.error,
    )
