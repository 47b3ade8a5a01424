"""The one function through which a statement about a person is written.

It asks `may_state`, builds the statement for the pseudonym of the human behind the account, and notes in the same
transaction on which basis the statement rests. Without a basis it writes nothing, not even a row of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import GleaneryError
from gleanery.flow.change import Change
from gleanery.flow.people.asking import Leave, Origin, Refusal, may_state
from gleanery.flow.people.bases import lock_basis
from gleanery.flow.people.handles import lock_handle
from gleanery.model.bases import Basis, Purpose, Stated
from gleanery.model.people import Handle, Person
from gleanery.model.types import derived_id
from xapi.model import Activity, Actor, Definition, Statement, StatementRef
from xapi.statements import Built
from xapi.validate import read
from xapi.vocabulary import acrossx, adl, dod_isd, tincan_registry

Build = Callable[[Actor, int], Built]
"""Builds the statement for an actor and a revision; a pure function, for it may be called twice."""

SOCIAL_VERBS = frozenset(
    verb.id
    for verb in (
        acrossx.POSTED,
        acrossx.LIKED,
        acrossx.DISLIKED,
        adl.ASKED,
        adl.COMMENTED,
        adl.SHARED,
        dod_isd.REACTED,
        tincan_registry.REPLIED,
    )
)
"""What people do among one another: under no other purpose than social activity."""


class Deed(NamedTuple):
    """Something a person did, as its source tells it.

    `event`: the event's own id on its platform; `at`: when it was done there; `post_id`: the post it was done by,
    or to, if any: the statement rests on it.
    """

    about: Person | Handle
    purpose: Purpose
    source: Origin
    event: str
    at: datetime
    post_id: UUID | None = None


def state(change: Change, deed: Deed, build: Build) -> Stated | Refusal:
    """Record what a person did if it may be stated, and on which basis it rests; else say why not.

    A deed that stands is not stated again, whoever the account's person is by now. One whose statement was
    voided is stated under the next revision.

    Raises: Conflict where the same deed comes with other content; GleaneryError for a builder that names
    another actor, or a social verb for another purpose: a fault of the program.
    """
    if isinstance(deed.about, Handle):
        lock_handle(change.session, deed.about.id)
    session = change.session
    leave = may_state(session, deed.about, deed.purpose, deed.source, change.at, done_at=deed.at)
    if isinstance(leave, Refusal):
        return leave
    if _has_changed(session, leave.basis):
        return state(change, deed, build)  # it ended, or was withdrawn, while we asked
    return _write(change, deed, leave, build)


def _has_changed(session: Session, basis: Basis) -> bool:
    """Whether somebody ended the basis since it was read; from here on nobody can until we are done."""
    ended_at = basis.ended_at
    return lock_basis(session, basis.id, shared=True).ended_at != ended_at


def _write(change: Change, deed: Deed, leave: Leave, build: Build) -> Stated:
    actor = change.bridge.person(leave.family.id)
    key = _key(change, deed, _seen(build(actor, 0), actor, deed.purpose))
    last = _last(change.session, key)
    if last is not None and last.voided_at is None:
        if last.person_id == leave.family.id:
            change.state([build(actor, last.revision)])  # known and equal, or a Conflict
        return last
    revision = last.revision + 1 if last else 0
    built = build(actor, revision)
    row = Stated(
        statement_id=built.id,
        deed=key,
        revision=revision,
        person_id=leave.family.id,
        handle_id=deed.about.id if isinstance(deed.about, Handle) else None,
        basis_id=leave.basis.id,
        purpose=deed.purpose,
        post_id=deed.post_id,
        event=deed.event,
        at=change.at,
    )
    change.session.add(row)
    change.session.flush()
    change.state([built])
    return row


def _last(session: Session, key: UUID) -> Stated | None:
    query = select(Stated).where(Stated.deed == key).order_by(col(Stated.revision).desc())
    return session.exec(query).first()


def _key(change: Change, deed: Deed, seen: Statement[Any]) -> UUID:
    """The deed's id: what was done to what, by its event; whoever did it."""
    thing = seen.object.id if isinstance(seen.object, Activity | StatementRef) else ""
    parts = (str(change.bridge.organisation), deed.source.platform, deed.event, seen.verb.id, str(thing))
    return derived_id("deed", *parts)


def _seen(built: Built, actor: Actor, purpose: Purpose) -> Statement[Any]:
    """The statement, once it was seen to speak of this actor and to suit its purpose."""
    seen = built.view or read(built.raw)
    if seen.actor != actor:
        raise GleaneryError("A statement about a person names another actor than that person's pseudonym.")
    if _is_social(seen) and purpose is not Purpose.SOCIAL_ACTIVITY:
        raise GleaneryError(f"{seen.verb.id} is social activity and cannot be stated for {purpose.value}.")
    return seen


def _is_social(seen: Statement[Any]) -> bool:
    """Whether people did this among one another; a quiz is answered for oneself, a colleague's question is not."""
    if seen.verb.id != adl.ANSWERED.id:
        return seen.verb.id in SOCIAL_VERBS
    definition = seen.object.definition if isinstance(seen.object, Activity) else None
    return isinstance(definition, Definition) and definition.type == adl.QUESTION
