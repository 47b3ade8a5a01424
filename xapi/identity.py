"""The ids of statements and of registrations, derived from what happened."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import UnsetType
from msgspec.json import Decoder, Encoder

from xapi.bridge import Bridge
from xapi.errors import XapiError
from xapi.model import Account, Actor, Verb
from xapi.vocabulary import own

_NAMESPACE = uuid5(NAMESPACE_URL, own.PROFILE).bytes
_MARKS = (5 << 76) | (0b10 << 62)
_UNMARKED = ~((0xF << 76) | (0b11 << 62))
"""The bits of a UUID that say version 5 and variant; uuid.UUID sets them in three times the time."""

_encode = Encoder().encode
_decode_uuid = Decoder(UUID).decode


def statement_id(
    bridge: Bridge,
    platform: str,
    event: str | UUID,
    verb: Verb,
    actor: Actor,
    object_id: str,
    revision: int = 0,
) -> UUID:
    """The UUIDv5 of what happened: a JSON array of its parts under the namespace of our profile."""
    account = _account(actor)
    parts: list[Any] = [
        bridge.organisation,
        platform,
        event,
        verb.id,
        [account.home_page, account.name],
        object_id,
    ]
    if revision:
        parts.append(revision)
    return _uuid5(parts)


def registration(bridge: Bridge, person: Actor, assignment: UUID) -> UUID:
    """The UUIDv5 under which all statements of a person's way through an assignment are found again."""
    return _uuid5([bridge.organisation, _account(person).name, assignment])


def _account(actor: Actor) -> Account:
    if isinstance(actor.account, UnsetType):
        raise XapiError("an actor is named by an account, never by a mailbox or a name")
    return actor.account


def _uuid5(parts: list[Any]) -> UUID:
    digest = hashlib.sha1(_NAMESPACE + _encode(parts), usedforsecurity=False).digest()
    number = int.from_bytes(digest[:16], "big") & _UNMARKED | _MARKS
    return _decode_uuid(b'"%032x"' % number)
