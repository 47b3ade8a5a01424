"""What people do by a post and to it, in the words of statements that still want their actor.

An act is told once, as the source told it when it was learned: nothing here is asked of a later state. The post is
named by its id and kind. Who asks whether it may be said at all is `witnessing.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from gleanery.flow.naming import handle_id, post_id, short_id
from gleanery.flow.people.stating import Build
from gleanery.flow.recording import object_of, platform_name
from gleanery.model.bases import Purpose
from gleanery.model.items import Item
from gleanery.model.posts import Post, PostDraft, PostKind, Reaction
from xapi import statements
from xapi.model import Activity, Actor
from xapi.statements import Bridge, Built

LONGEST_TAG = 100
"""Characters of a tag that are still one; longer ones are sentences and are left out."""


class Told(NamedTuple):
    """Something a source tells of an account. `event` is its own id there, `build` says it of an actor."""

    handle_id: UUID
    purpose: Purpose
    platform: str
    event: str
    at: datetime
    post_id: UUID
    build: Build


@dataclass(frozen=True)
class Seen:
    """A post as a page shows it (`draft`) and as it is kept (`post`); `items` are those known, by post.

    `only_address`: its platform lets nothing out but its id and address.
    """

    bridge: Bridge
    draft: PostDraft
    post: Post
    items: Mapping[UUID, Item]
    only_address: bool = False

    @property
    def event(self) -> str:
        """The id of the act by which the post came to be."""
        return f"{self.post.realm}/{self.post.external_id}"

    @property
    def sign_prefix(self) -> str:
        """How the ids of all signs below the post begin."""
        return f"{self.event}#"

    @cached_property
    def reactions(self) -> dict[str, Reaction]:
        """By the id of each: the signs that the page shows below the post."""
        shown = self.draft.reactions or ()
        return {f"{self.sign_prefix}{one.name}@{short_id(one.account)}": one for one in shown}

    def account(self, external_id: str) -> UUID:
        """The handle of an account where the post stands."""
        return account_of(self.bridge.organisation, self.draft, external_id)

    @property
    def author(self) -> UUID | None:
        """The handle of whoever wrote it."""
        return self.account(self.draft.author.external_id) if self.draft.author else None

    @property
    def thing(self) -> statements.Item:
        """The post as the object of statements."""
        return self.bridge.post(self.post.id, _kind(self.draft), platform_name(self.draft.platform))

    @property
    def parent_id(self) -> UUID | None:
        """The id of the post it answers, comments on or passes on."""
        return parent_of(self.bridge.organisation, self.draft)

    def parent(self, kind: str | None = None) -> statements.Item:
        """The post it is about; of the post's own kind where none is given."""
        name = platform_name(self.draft.platform)
        return self.bridge.post(
            self.parent_id or self.post.id, kind or _kind(self.draft, of_parent=True), name
        )

    @property
    def channel(self) -> Activity | None:
        """The channel it stands in."""
        if self.draft.channel is None:
            return None
        place = f"{self.post.realm}/{short_id(self.draft.channel)}"
        return self.bridge.channel(platform_name(self.draft.platform), place)

    @property
    def tags(self) -> list[Activity]:
        """Its tags, once each; none of a closed workplace or of a platform that lets no word out."""
        if self.draft.internal or self.only_address:
            return []
        labels = {tag.strip().casefold() for tag in self.draft.tags}
        return [self.bridge.tag(label) for label in sorted(labels) if 0 < len(label) <= LONGEST_TAG]


def handles_of(organisation: UUID, draft: PostDraft) -> Iterator[UUID]:
    """The handles of the author and of everybody who gave a sign."""
    if draft.author is not None:
        yield account_of(organisation, draft, draft.author.external_id)
    yield from (account_of(organisation, draft, one.account) for one in draft.reactions or ())


def account_of(organisation: UUID, draft: PostDraft, account: str) -> UUID:
    """The handle of an account where the post stands."""
    return handle_id(organisation, draft.platform, draft.realm, account)


def parent_of(organisation: UUID, draft: PostDraft) -> UUID | None:
    """The id of the post that a draft answers, None where it answers none."""
    if draft.parent_external_id is None:
        return None
    return post_id(organisation, draft.platform, draft.realm, draft.parent_external_id)


def _kind(draft: PostDraft, *, of_parent: bool = False) -> str:
    """What a post is among the things that people write."""
    if not of_parent and draft.act in ("asked", "commented"):
        return {"asked": "question", "commented": "comment"}[draft.act]
    return "message" if draft.internal and draft.kind is PostKind.MESSAGE else "post"


# --------------------------------------------------------------------------- by a post


def written(seen: Seen, author: UUID) -> Iterator[Told]:
    """That its author wrote the post, and, where the source says when, that it was edited: an act of its own."""
    yield _written(seen, author, seen.event, seen.post.published_at or seen.post.first_seen_at)
    if (edited_at := seen.draft.edited_at) is not None:
        yield _written(seen, author, f"{seen.event}@{edited_at.isoformat()}", edited_at)


def _written(seen: Seen, author: UUID, event: str, at: datetime) -> Told:
    def build(actor: Actor, revision: int) -> Built:
        return _by_act(seen, event=event, by=actor, at=at, revision=revision)

    return Told(author, Purpose.SOCIAL_ACTIVITY, seen.draft.platform, event, at, seen.post.id, build)


def _by_act(seen: Seen, **act: Any) -> Built:
    """The statement for what the author did; whoever passed on something that has no name here has posted."""
    bridge, does = seen.bridge, seen.draft.act or "replied"
    if does == "asked":
        return statements.asked(bridge, seen.thing, channel=seen.channel, tags=seen.tags, **act)
    if does == "shared" and (passed_on := _passed_on(seen)) is not None:
        medium = re.sub(r"[^a-z]", "", seen.draft.platform.lower()) or "post"
        return statements.shared(
            bridge, passed_on, post=seen.thing.activity, medium=medium, tags=seen.tags, **act
        )
    if seen.parent_id is None or does in ("posted", "shared"):
        return statements.posted(bridge, seen.thing, channel=seen.channel, tags=seen.tags, **act)
    if does == "commented":
        about = _item_of(seen, seen.parent_id) or seen.parent()
        return statements.commented(bridge, about, comment=seen.thing.activity, tags=seen.tags, **act)
    if does == "answered":
        question = seen.parent("question")
        return statements.answered(bridge, question, reply=seen.thing.activity, **act)
    parent = seen.parent().activity
    return statements.replied(bridge, seen.thing, to=parent, channel=seen.channel, tags=seen.tags, **act)


def _passed_on(seen: Seen) -> statements.Item | None:
    """What a post shares: the post that it passes on, else the item about its link where there is one already."""
    if seen.parent_id is not None:
        return _item_of(seen, seen.parent_id) or seen.parent()
    return _item_of(seen, seen.post.id)


def _item_of(seen: Seen, of: UUID) -> statements.Item | None:
    item = seen.items.get(of)
    return object_of(seen.bridge, item, seen.draft.platform) if item is not None else None


# --------------------------------------------------------------------------- to a post


LIKED = frozenset(
    {"+1", "thumbsup", "like", "likes", "favourite", "favorite", "heart", "upvote", "\U0001f44d"}
)
DISLIKED = frozenset({"-1", "thumbsdown", "dislike", "downvote", "\U0001f44e"})
_SPELLED = {"+1": "plus-1", "-1": "minus-1"}
_SKIN_TONE = re.compile(r"(?<=.)::skin-tone-\d$")
_SIGN = re.compile(r"[a-z0-9][a-z0-9._:/@+-]{0,199}")


def reacted(seen: Seen, event: str, reaction: Reaction, handle_id: UUID, at: datetime) -> Told:
    """That somebody gave a sign to the post. `at`: when it was first seen, where the source does not tell more."""
    name = _SKIN_TONE.sub("", reaction.name.lower())
    sign = sign_of(name)
    told: dict[str, Any] = {"channel": seen.channel, "reaction": sign}
    say = statements.reacted
    if name in LIKED | DISLIKED:
        say = statements.liked if name in LIKED else statements.disliked

    def build(actor: Actor, revision: int) -> Built:
        return say(seen.bridge, seen.thing, event=event, by=actor, at=at, revision=revision, **told)

    return Told(handle_id, Purpose.SOCIAL_ACTIVITY, seen.draft.platform, event, at, seen.post.id, build)


def sign_of(name: str) -> str:
    """The code of a sign: its name, or the code points of one that is a picture (`u+1f440`)."""
    plain = _SPELLED.get(name) or name.replace("_", "-")
    return plain if _SIGN.fullmatch(plain) else "+".join(f"u+{ord(one):x}" for one in name)[:200]
