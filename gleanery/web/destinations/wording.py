"""What is said of adapters and the outbox; a third party's words are shown as it wrote them."""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.flow.destinations.showing import Ability
from gleanery.web.words import N_, gettext

_TITLES = {
    "moodle": "Moodle",
    "canvas": "Canvas",
    "lti": N_("LMS by LTI 1.3 (learners open items in it)"),
    "cartridge": N_("Common Cartridge (a file)"),
    "scorm": N_("SCORM (a file)"),
    "cmi5": N_("cmi5 (a file)"),
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


ADDRESSES: Mapping[str, str] = {
    "login": N_("Login address (OIDC initiation)"),
    "redirect": N_("Redirect address"),
    "target": N_("Address of the tool (target link)"),
    "jwks": N_("Public key set (JWKS)"),
    "choice": N_("Address for choosing content (deep linking)"),
}
"""What is entered in an LMS by hand."""

GUIDES: Mapping[str, str] = {
    "Moodle": N_(
        "Site administration, Plugins, External tool, Manage tools: paste the one address and press Add LTI Advantage. "
        "Then activate the tool, which waits as pending."
    ),
    "Canvas": N_(
        "Admin, Developer Keys, LTI Registration: paste the one address. Then install the app in the account."
    ),
    "Brightspace": N_(
        "Admin Tools, Manage Extensibility, LTI Advantage: choose Dynamic and paste the one address."
    ),
    "Open edX": N_(
        "By hand: add the LTI Consumer block with LTI 1.3 and the addresses below; enter what it shows here."
    ),
    "Blackboard": N_(
        "By hand: register at the developer portal with the addresses below; enter what it shows here."
    ),
    "ILIAS": N_(
        "By hand: Administration, LTI, Consumer, Add Provider with the addresses below; enter what it shows here."
    ),
    "OpenOlat": N_(
        "By hand: Administration, External tools, LTI 1.3, with the addresses below; enter what it shows here."
    ),
}
"""Where each LMS takes the addresses; the how-to says it at length."""

PLANNED: Mapping[str, str] = {
    "create": N_("Create"),
    "change": N_("Change"),
    "retract": N_("Remove"),
    "nothing": N_("Nothing to bring"),
    "undo": N_("may still be undone, until"),
    "judged-anew": N_("waits until the rules have judged it anew"),
    "after-failure": N_("failed; tried again"),
    "resting": N_("the destination rests until"),
    "items": N_("waits for its items"),
    "dead": N_("given up; waits for a person"),
}
"""What would be done, and why something waits."""

STANDS: Mapping[str, str] = {
    "as-left": N_("As it was left"),
    "edited": N_("Edited there"),
    "gone": N_("Gone"),
    "held": N_("Held for a teacher"),
    "strange": N_("Unknown here"),
}
"""How an entry stands at its destination."""
