"""Handles: accounts on platforms, linked to a person and unlinked again, with every step kept.

A link is a stretch of time. Who an account belonged to when something was done is asked of the links, never of the
one that stands now: an account that moved to somebody else takes no earlier deed along.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.naming import handle_row
from gleanery.flow.people.persons import Family, resolve
from gleanery.model.people import Handle, HandleLink, LinkedBy, LinkEnd, Person


class Account(NamedTuple):
    """How people write a handle: `slack:T0001:U0002`, platform, realm and id there."""

    platform: str
    realm: str
    external_id: str

    @classmethod
    def parse(cls, text: str) -> Account:
        """The account that `text` writes. Raises: BadInput."""
        platform, _, rest = text.strip().partition(":")
        realm, _, external_id = rest.rpartition(":")
        if not platform or not external_id.strip() or ":" not in rest:
            raise BadInput(
                "This is no account.", remedy="Write PLATFORM:REALM:ID, for instance slack:T0001:U0002."
            )
        return cls(platform.strip(), realm.strip(), external_id.strip())

    def __str__(self) -> str:
        return ":".join(self)


def known_handle(session: Session, organisation: UUID, account: Account) -> Handle | None:
    """The handle of an account, None where nobody has posted from it and no list named it."""
    return session.get(Handle, handle_row(organisation, *account).id)


def ensure_handle(session: Session, organisation: UUID, account: Account) -> Handle:
    """The handle of an account, made where it is new: the same that a post from it would make."""
    made = handle_row(organisation, *account)
    found = session.get(Handle, made.id)
    if found is None:
        session.add(made)
        session.flush()
    return found or made


def lock_handle(session: Session, handle_id: UUID) -> Handle:
    """The handle, which nobody else changes until the transaction ends."""
    query = select(Handle).where(Handle.id == handle_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def links_of(session: Session, handle_id: UUID) -> Sequence[HandleLink]:
    """The whole history of a handle, oldest first."""
    query = select(HandleLink).where(HandleLink.handle_id == handle_id)
    return session.exec(query.order_by(col(HandleLink.since), col(HandleLink.id))).all()


def stands(at: datetime) -> ColumnElement[bool]:
    """The condition that a link stands at a time."""
    return (col(HandleLink.since) <= at) & or_(col(HandleLink.until).is_(None), col(HandleLink.until) > at)


def current_link(session: Session, handle_id: UUID, at: datetime) -> HandleLink | None:
    """The link that stands at a time, verified or not."""
    query = select(HandleLink).where(HandleLink.handle_id == handle_id, stands(at))
    return session.exec(query.order_by(col(HandleLink.since).desc(), col(HandleLink.id))).first()


def standing_links(session: Session, family: Family, at: datetime) -> Sequence[HandleLink]:
    """The links of one human that stand at a time, by handle."""
    query = select(HandleLink).where(col(HandleLink.person_id).in_(family.ids), stands(at))
    return session.exec(query.order_by(col(HandleLink.handle_id))).all()


# --------------------------------------------------------------------------- linking


def link(
    change: Change,
    handle: Handle,
    person: Person,
    how: LinkedBy,
    actor: str,
    *,
    verified: bool,
    move: bool = False,
) -> HandleLink:
    """Link a handle to a person; a repetition changes nothing, a claim that is now verified is a link of its own.

    Raises: Denied where it is linked to somebody else and `move` does not say that it changed hands.
    """
    locked = lock_handle(change.session, handle.id)
    standing = current_link(change.session, handle.id, change.at)
    if standing is not None:
        same = resolve(change.session, standing.person_id).id == resolve(change.session, person.id).id
        if same and (standing.verified or not verified):
            return standing
        if not same and not move:
            raise Denied(
                f"Handle {str(handle.id)[:8]} is linked to another person.",
                remedy="Unlink it first, or say that it changed hands (--move).",
            )
        end_link(change, standing, LinkEnd.VERIFIED if same else LinkEnd.MOVED, actor)
    return _begin(change, locked, person, how, actor, verified=verified)


def _begin(
    change: Change, handle: Handle, person: Person, how: LinkedBy, actor: str, *, verified: bool
) -> HandleLink:
    made = HandleLink(
        id=uuid4(),
        handle_id=handle.id,
        person_id=person.id,
        how=how,
        verified=verified,
        since=change.at,
        by=actor,
    )
    handle.person_id = person.id
    change.session.add_all([made, handle])
    change.session.flush()
    change.audit(
        "handle.linked", actor, f"handle:{handle.id}", person=str(person.id), how=how, verified=verified
    )
    return made


def unlink(change: Change, handle: Handle, why: LinkEnd, actor: str) -> HandleLink:
    """End the link of a handle. Raises: Denied where it is linked to nobody."""
    lock_handle(change.session, handle.id)
    standing = current_link(change.session, handle.id, change.at)
    if standing is None:
        raise Denied(
            f"Handle {str(handle.id)[:8]} is linked to nobody.", remedy="There is nothing to unlink."
        )
    end_link(change, standing, why, actor)
    return standing


def end_link(
    change: Change, standing: HandleLink, why: LinkEnd, actor: str, until: datetime | None = None
) -> None:
    """End a link now, or at a time that lies ahead; the row stays."""
    standing.until, standing.ended_by, standing.ended_why = until or change.at, actor, why
    change.session.add(standing)
    if standing.until <= change.at:
        handle = lock_handle(change.session, standing.handle_id)
        handle.person_id = None
        change.session.add(handle)
    change.session.flush()
    change.audit(
        "handle.unlinked", actor, f"handle:{standing.handle_id}", why=why, until=standing.until.isoformat()
    )


def keep_link(change: Change, planned: HandleLink, actor: str) -> None:
    """Take back an end that lay ahead: the link stands open again."""
    planned.until = planned.ended_by = planned.ended_why = None
    change.session.add(planned)
    change.session.flush()
    change.audit("handle.kept", actor, f"handle:{planned.handle_id}", person=str(planned.person_id))
