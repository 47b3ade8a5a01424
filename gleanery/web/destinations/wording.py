"""What is said of adapters and the outbox; a third party's words are shown as it wrote them."""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.flow.destinations.showing import Ability
from gleanery.web.words import N_, gettext

_TITLES = {
    "moodle": "Moodle",
    "canvas": "Canvas",
    "cartridge": N_("Common Cartridge (a file)"),
    "feed": N_("Feeds (RSS, Atom, JSON Feed)"),
    "table": N_("Catalogue (CSV)"),
}
_FILE = N_("One file of everything, made anew each time; a copy that was handed out cannot be recalled.")
_ENTRIES = N_("Each item is an entry of its own: changed, and removed again, with the item.")
_BOUND = N_("A path or collection comes along in its order.")
_SINGLY = N_("Paths and collections are not shown there: their items stand singly.")

STATES: Mapping[str, str] = {
    "owed": N_("To be delivered"),
    "dead": N_("Given up"),
    "delivered": N_("Done"),
    "cancelled": N_("Cancelled"),
}
"""The lists of the outbox."""


def title(adapter: str) -> str:
    """The name of an adapter."""
    return gettext(_TITLES[adapter]) if adapter in _TITLES else adapter.replace("_", " ").capitalize()


def can(adapter: Ability) -> list[str]:
    """What an adapter can do and what not, in sentences."""
    return [
        gettext(_FILE if adapter.is_file else _ENTRIES),
        gettext(_BOUND if adapter.holds_collections else _SINGLY),
    ]
