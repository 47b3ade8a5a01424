"""Who writes statements, and the names it gives to persons, machines and things.

Everything derives from three settings that never change once statements were written: the organisation's
id, the address of its directory of people and the address of this bridge. Nobody is named by a mailbox or a
social handle: a person is a random UUID of the directory, a machine a name of the bridge.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

from msgspec import Struct, to_builtins

from xapi.errors import XapiError
from xapi.model import Account, Activity, Actor, Definition, InteractionType
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


POSTS = MappingProxyType(
    {
        "comment": activity_streams.COMMENT,
        "message": tincan_registry.CHAT_MESSAGE,
        "post": acrossx.NOTE,
        "question": adl.QUESTION,
        "topic": tincan_registry.FORUM_TOPIC,
    }
)
"""The kinds of thing that people write on a platform, and the activity type each has."""

_BADGE = Definition(type=tla.BADGE)
_CHANNEL = Definition(type=tincan_registry.CHAT_CHANNEL)
_COMPETENCY = Definition(type=tla.COMPETENCY)
_CREDENTIAL = Definition(type=tla.CREDENTIAL)
_LMS = Definition(type=tincan_registry.LMS)
_PATH = Definition(type=acrossx.LEARNING_PLAN)
_PERSON = Definition(type=activity_streams.PERSON)
_STEP = Definition(type=tla.CONTENT_SET)
_TAG = Definition(type=tincan_registry.TAG)


class Item(Struct, frozen=True, gc=False):
    """A thing as the object of statements, with the platform it is on (`Slack`); mostly a learning item."""

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
        return Item(Activity(id=activity_id, definition=_described(KINDS, kind, platform)), platform)

    def post(self, post: UUID, kind: str, platform: str) -> Item:
        """Something a person wrote. It is named by its kind and platform: never by its words.

        Raises:
            XapiError: `kind` is not one of POSTS.
        """
        activity_id = f"{self.bridge_home}/posts/{to_builtins(post)}"
        return Item(Activity(id=activity_id, definition=_described(POSTS, kind, platform)), platform)

    def channel(self, platform: str, channel: str) -> Activity:
        """A channel of a platform, by the platform's own id of it: a name may say too much."""
        return Activity(id=f"{self._folder('channels', platform)}/{_quoted(channel)}", definition=_CHANNEL)

    def mention(self, person: UUID) -> Activity:
        """A person whom somebody mentions, as a related activity."""
        return Activity(id=f"{self.people_home}/{to_builtins(person)}", definition=_PERSON)

    def path(self, path: UUID) -> Activity:
        """A learning path."""
        return Activity(id=self._folder("paths", to_builtins(path)), definition=_PATH)

    def step(self, path: UUID, step: UUID) -> Activity:
        """A step of a learning path."""
        return Activity(id=f"{self.path(path).id}/steps/{to_builtins(step)}", definition=_STEP)

    def interaction(self, item: UUID, question: str, kind: InteractionType) -> Activity:
        """A question of an item's quiz."""
        iri = f"{self.bridge_home}/items/{to_builtins(item)}/questions/{_quoted(question)}"
        return Activity(id=iri, definition=Definition(type=adl.INTERACTION, interaction_type=kind))

    def tag(self, label: str) -> Activity:
        """A free tag; one label, however capitalised, is one activity."""
        return Activity(id=self._folder("tags", label.casefold()), definition=_TAG)

    def competency(self, competency: str) -> Activity:
        """A competency: its own IRI where its framework gives one, else one of this bridge."""
        return Activity(id=self._own("competencies", competency), definition=_COMPETENCY)

    def badge(self, badge: str) -> Activity:
        """A badge: its own IRI where its issuer gives one, else one of this bridge."""
        return Activity(id=self._own("badges", badge), definition=_BADGE)

    def credential(self, credential: str) -> Activity:
        """A certificate or qualification: its own IRI where its issuer gives one, else one of this bridge."""
        return Activity(id=self._own("credentials", credential), definition=_CREDENTIAL)

    def destination(self, name: str) -> Activity:
        """A configured LMS or file that items are released to."""
        return Activity(id=self._folder("destinations", name), definition=_LMS)

    def _own(self, folder: str, name: str) -> str:
        return name if "://" in name else self._folder(folder, name)

    def _folder(self, folder: str, name: str) -> str:
        return f"{self.bridge_home}/{folder}/{_quoted(name)}"


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _described(kinds: Mapping[str, str], kind: str, platform: str) -> Definition:
    if kind not in kinds:
        raise XapiError(f"unknown kind of item {kind!r}: choose one of {', '.join(kinds)}")
    return _definition(kinds[kind], kind, platform)


@lru_cache(maxsize=256)
def _definition(iri: str, kind: str, platform: str) -> Definition:
    return Definition(type=iri, name={"en-US": f"{kind.capitalize()} on {platform}"})
