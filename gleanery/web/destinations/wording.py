"""What is said of adapters, their settings and the outbox; a third party's words are shown as it wrote them."""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.flow.destinations.showing import Ability
from gleanery.flow.forms import Field
from gleanery.web.words import N_, gettext

_TITLES = {"moodle": "Moodle", "cartridge": N_("Common Cartridge (a file)")}
_FILE = N_("One file of everything, made anew each time; a copy that was handed out cannot be recalled.")
_ENTRIES = N_("Each item is an entry of its own: changed, and removed again, with the item.")
_BOUND = N_("A path or collection comes along in its order.")
_SINGLY = N_("Paths and collections are not shown there: their items stand singly.")

_LABELS = {
    "url": N_("Address"),
    "token": N_("Token"),
    "database": N_("Number of the activity"),
    "course": N_("Number of the course"),
    "name": N_("Name of the activity"),
    "language": N_("Language of our few words"),
    "allow_http": N_("Allow http"),
    "fields.title": N_("Field for the title"),
    "fields.link": N_("Field for the link"),
    "fields.text": N_("Field for the text"),
    "fields.source": N_("Field for the source"),
    "fields.tags": N_("Field for the tags"),
    "fields.id": N_("Field for our id"),
    "path": N_("File"),
    "title": N_("Title"),
    "group_by": N_("Folders by"),
    "include_text": N_("Include texts"),
    "discussion": N_("Discussions"),
}
_HINTS = {
    "root address of the Moodle site": N_("root address of the Moodle site"),
    "web-service token of the service account": N_("web-service token of the service account"),
    "instance id of the activity: `d=` in its address": N_(
        "instance id of the activity: `d=` in its address"
    ),
    "id of the course that holds the activity": N_("id of the course that holds the activity"),
    "name of the activity in that course": N_("name of the activity in that course"),
    "language of our few words in the entries of collections": N_(
        "language of our few words in the entries of collections"
    ),
    "let the token travel unencrypted to a site without https": N_(
        "let the token travel unencrypted to a site without https"
    ),
    "one folder per competency, goal or platform, or one": N_(
        "one folder per competency, goal or platform, or one"
    ),
    "add a page with the text where its policy allows it": N_(
        "add a page with the text where its policy allows it"
    ),
    "add one discussion topic to each folder": N_("add one discussion topic to each folder"),
    "language of the folders and notes; also of items that do not tell theirs": N_(
        "language of the folders and notes; also of items that do not tell theirs"
    ),
}
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


def label(field: Field) -> str:
    """What a setting is called."""
    return gettext(_LABELS[field.name]) if field.name in _LABELS else field.label


def hint(field: Field) -> str:
    """What a setting is for."""
    return gettext(_HINTS[field.hint]) if field.hint in _HINTS else field.hint
