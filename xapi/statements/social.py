"""What people do with each other's posts. Off until an agreement's reference is entered; never about content.

A thing somebody wrote is named by its id and kind. Its words are left out, unless the organisation decided
otherwise (`Words`). A reaction that was taken back is voided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Unpack

from msgspec import UNSET

from xapi.bridge import Bridge, Item
from xapi.errors import XapiError
from xapi.model import Activity, Extensions, Verb
from xapi.statements.parts import SILENT, Act, Built, Words, build, code, context, result
from xapi.vocabulary import acrossx, adl, dod_isd, own, tincan_registry

_WORD = re.compile(r"[a-z]{1,50}")


def posted(
    bridge: Bridge,
    post: Item,
    *,
    channel: Activity | None = None,
    tags: Sequence[Activity] = (),
    words: Words = SILENT,
    **act: Unpack[Act],
) -> Built:
    """Somebody posted. `tags`: its tags, and who is mentioned in it."""
    about = context(post.platform, grouping=_one(channel), other=tags, extensions=words.extensions())
    return build(bridge, post, acrossx.POSTED, about, result(response=words.response()), **act)


def replied(
    bridge: Bridge,
    reply: Item,
    *,
    to: Activity,
    channel: Activity | None = None,
    tags: Sequence[Activity] = (),
    words: Words = SILENT,
    **act: Unpack[Act],
) -> Built:
    """Somebody answered a message or post in its thread."""
    about = context(
        reply.platform, parent=[to], grouping=_one(channel), other=tags, extensions=words.extensions()
    )
    return build(bridge, reply, tincan_registry.REPLIED, about, result(response=words.response()), **act)


def commented(
    bridge: Bridge,
    thing: Item,
    *,
    comment: Activity,
    tags: Sequence[Activity] = (),
    words: Words = SILENT,
    **act: Unpack[Act],
) -> Built:
    """Somebody commented on a thing, which is the object; the comment itself stands in `other`."""
    about = context(thing.platform, other=[comment, *tags], extensions=words.extensions())
    return build(bridge, thing, adl.COMMENTED, about, result(response=words.response()), **act)


def shared(
    bridge: Bridge,
    thing: Item,
    *,
    post: Activity,
    medium: str,
    tags: Sequence[Activity] = (),
    **act: Unpack[Act],
) -> Built:
    """Somebody shared a thing by a post. `medium`: one word of a-z, `slack`."""
    if not _WORD.fullmatch(medium):
        raise XapiError("a share medium is a single word of a-z, as the registry asks")
    extensions = {tincan_registry.SHARE_MEDIUM: medium}
    about = context(thing.platform, parent=[post], other=tags, extensions=extensions)
    return build(bridge, thing, adl.SHARED, about, UNSET, **act)


def liked(
    bridge: Bridge,
    message: Item,
    *,
    channel: Activity | None = None,
    reaction: str | None = None,
    **act: Unpack[Act],
) -> Built:
    """Somebody liked a message. `reaction`: the platform's name of the sign, where it has several."""
    return _reaction(bridge, message, acrossx.LIKED, channel, reaction, act)


def disliked(
    bridge: Bridge,
    message: Item,
    *,
    channel: Activity | None = None,
    reaction: str | None = None,
    **act: Unpack[Act],
) -> Built:
    """Somebody disliked a message. The arguments are those of `liked`."""
    return _reaction(bridge, message, acrossx.DISLIKED, channel, reaction, act)


def reacted(
    bridge: Bridge, message: Item, *, reaction: str, channel: Activity | None = None, **act: Unpack[Act]
) -> Built:
    """Somebody gave a sign that says neither yes nor no: `eyes`, `tada`."""
    return _reaction(bridge, message, dod_isd.REACTED, channel, reaction, act)


def asked(
    bridge: Bridge,
    question: Item,
    *,
    channel: Activity | None = None,
    tags: Sequence[Activity] = (),
    words: Words = SILENT,
    **act: Unpack[Act],
) -> Built:
    """Somebody asked a question."""
    about = context(question.platform, grouping=_one(channel), other=tags, extensions=words.extensions())
    return build(bridge, question, adl.ASKED, about, result(response=words.response()), **act)


def answered(
    bridge: Bridge,
    question: Item,
    *,
    reply: Activity | None = None,
    correct: bool | None = None,
    score: float | None = None,
    words: Words = SILENT,
    **act: Unpack[Act],
) -> Built:
    """Somebody answered a question, by a `reply` or in a quiz. `correct`: the answer was accepted."""
    about = context(question.platform, other=_one(reply), extensions=words.extensions())
    outcome = result(score=score, success=correct, response=words.response())
    return build(bridge, question, adl.ANSWERED, about, outcome, **act)


def _reaction(
    bridge: Bridge, message: Item, verb: Verb, channel: Activity | None, reaction: str | None, act: Act
) -> Built:
    extensions: Extensions = {} if reaction is None else {own.REACTION: code(reaction)}
    about = context(message.platform, grouping=_one(channel), extensions=extensions)
    return build(bridge, message, verb, about, UNSET, **act)


def _one(activity: Activity | None) -> Sequence[Activity]:
    return () if activity is None else (activity,)
