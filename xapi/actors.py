"""Agents that come alone: the `agent` parameter of a request."""

from __future__ import annotations

import msgspec
from msgspec import UNSET
from msgspec.json import Decoder

from xapi.errors import InvalidStatement
from xapi.model import Actor
from xapi.rules.actors import check_actor
from xapi.rules.faults import refusal
from xapi.strict_json import parse

MAX_AGENT_BYTES = 64 * 1024

_decode = Decoder(Actor).decode


def parse_agent(text: bytes | str) -> Actor:
    """The Agent, or the Group with an identifier, that a JSON text describes.

    Raises:
        InvalidStatement: it is neither; the path begins at the agent (`$.mbox`).
    """
    raw = text if isinstance(text, bytes) else _encoded(text)
    parse(raw, MAX_AGENT_BYTES)
    try:
        actor = _decode(raw)
    except msgspec.ValidationError as error:
        raise refusal(str(error)) from None
    check_actor(actor)
    if actor.account is actor.mbox is actor.mbox_sha1sum is actor.openid is UNSET:
        raise InvalidStatement("$", "anonymous-group", "a Group without identifier cannot be asked for")
    return actor


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidStatement("$", "surrogate", "has a lone surrogate") from None
