"""The ids of posts and accounts as the house keeps them: derived, the same whichever source names them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from uuid import UUID

from sqlmodel import Session

from gleanery.model.people import Handle, Person
from gleanery.model.types import derived_id

LONGEST_ID = 200
"""Bytes of an id that are kept as they are; three of them still fit an index of PostgreSQL."""


NAMED = 10_000
"""Ids that are remembered: a page names each post and account several times."""


def stored_id(value: str) -> str:
    """The id of a post or realm as kept: one that is an address may hold a secret (in its path too) and is hashed."""
    return _hashed(value) if "://" in value else short_id(value)


def short_id(value: str) -> str:
    """An id as kept: one that is too long for an index is hashed."""
    return _hashed(value) if len(value.encode("utf-8", "replace")) > LONGEST_ID else value


def _hashed(value: str) -> str:
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=NAMED)
def post_id(organisation: UUID, platform: str, realm: str, external_id: str) -> UUID:
    """The id of a post; the external id may be given as the platform writes it or as it is kept."""
    return derived_id("post", str(organisation), platform, stored_id(realm), stored_id(external_id))


@lru_cache(maxsize=NAMED)
def handle_id(organisation: UUID, platform: str, realm: str, external_id: str) -> UUID:
    """The id of an account on a platform."""
    return derived_id("handle", str(organisation), platform, stored_id(realm), short_id(external_id))


def handle_row(organisation: UUID, platform: str, realm: str, external_id: str) -> Handle:
    """The row of an account on a platform: the same id and the same stored parts whoever names it."""
    return Handle(
        id=handle_id(organisation, platform, realm, external_id),
        platform=platform,
        realm=stored_id(realm),
        external_id=short_id(external_id),
    )


def account_of(session: Session, actor: str) -> str:
    """Who an actor is: the account of a person, the name of a machine."""
    if not actor.startswith("person:"):
        return actor
    person = session.get(Person, UUID(actor.removeprefix("person:")))
    return person.account if person is not None and person.account else actor
