"""Who writes statements, and the names it gives to persons, machines and things.

Everything derives from three settings that never change once statements were written: the organisation's
id, the address of its directory of people and the address of this bridge. Nobody is named by a mailbox or a
social handle: a person is a random UUID of the directory, a machine a name of the bridge.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

from msgspec import Struct, to_builtins

from xapi.errors import XapiError
from xapi.model import Account, Activity, Actor, Definition
from xapi.vocabulary import acrossx, activity_streams, adl, tincan_registry, tla, video

KINDS = MappingProxyType(
    {
        "article": activity_streams.ARTICLE,
        "audio": activity_streams.AUDIO,
        "link": adl.LINK,
        "message": tincan_registry.CHAT_MESSAGE,
        "post": acrossx.NOTE,
        "resource": tincan_registry.RESOURCE,
        "video": video.VIDEO,
        "webpage": acrossx.WEBPAGE,
    }
)
"""The kinds of item and the activity type each has."""


_COMPETENCY = Definition(type=tla.COMPETENCY)
_LMS = Definition(type=tincan_registry.LMS)
_TAG = Definition(type=tincan_registry.TAG)


class Item(Struct, frozen=True, gc=False):
    """A learning item as the object of statements, with the platform it was found on (`Slack`)."""

    activity: Activity
    platform: str


class Bridge(NamedTuple):
    """The organisation's id and the two addresses (no slash at the end) that name people and things."""

    organisation: UUID
    people_home: str
    bridge_home: str

    def person(self, person: UUID) -> Actor:
        """A person, by the random UUID the directory of people gave."""
        return Actor(account=Account(home_page=self.people_home, name=to_builtins(person)))

    def machine(self, name: str) -> Actor:
        """A machine: `connector:<kind>:<name>`, `policy:<name>`."""
        return Actor(account=Account(home_page=self.bridge_home, name=name))

    def item(self, item: UUID, kind: str, platform: str) -> Item:
        """A learning item. It is named by its kind and platform: never by words that somebody wrote.

        Raises:
            XapiError: `kind` is not one of KINDS.
        """
        activity_id = f"{self.bridge_home}/items/{to_builtins(item)}"
        return Item(Activity(id=activity_id, definition=_described(kind, platform)), platform)

    def tag(self, label: str) -> Activity:
        """A free tag; one label, however capitalised, is one activity."""
        return Activity(
            id=f"{self.bridge_home}/tags/{quote(label.casefold(), safe='')}",
            definition=_TAG,
        )

    def competency(self, competency: str) -> Activity:
        """A competency: its own IRI where its framework gives one, else one of this bridge."""
        own = "://" not in competency
        iri = f"{self.bridge_home}/competencies/{quote(competency, safe='')}" if own else competency
        return Activity(id=iri, definition=_COMPETENCY)

    def destination(self, name: str) -> Activity:
        """A configured LMS or file that items are released to."""
        return Activity(
            id=f"{self.bridge_home}/destinations/{quote(name, safe='')}",
            definition=_LMS,
        )


@lru_cache(maxsize=256)
def _described(kind: str, platform: str) -> Definition:
    if kind not in KINDS:
        raise XapiError(f"unknown kind of item {kind!r}: choose one of {', '.join(KINDS)}")
    return Definition(type=KINDS[kind], name={"en-US": f"{kind.capitalize()} on {platform}"})
