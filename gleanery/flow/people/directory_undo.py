"""An import of the HR list taken back, step by step from the last to the first.

What was changed since by somebody else is left as it is and told. Nothing is wiped out: a link that was made in
error ends as a mistake, one that was ended in error is made anew, and a person keeps the random id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select

from gleanery.errors import Denied
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.people import handles
from gleanery.flow.people.bases import end, lock_basis, reopen
from gleanery.flow.people.directory import own_end
from gleanery.model.bases import Basis, BasisEnd
from gleanery.model.people import (
    DirectoryChange,
    DirectoryImport,
    DirectoryStep,
    Handle,
    HandleLink,
    LinkEnd,
    Person,
)


@dataclass(frozen=True)
class Undone:
    """What taking an import back did; `left` are steps that somebody had gone beyond since."""

    import_id: UUID
    undone: int
    left: int


def undo_import(house: House, account: str) -> Undone:
    """Take back the last import that stands, in one transaction. Raises: Denied where there is none."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        query = select(DirectoryImport).where(col(DirectoryImport.undone_at).is_(None))
        last = change.session.exec(query.order_by(col(DirectoryImport.at).desc())).first()
        if last is None:
            raise Denied("There is no import to take back.", remedy="Nothing was changed.")
        steps = change.session.exec(
            select(DirectoryChange)
            .where(DirectoryChange.import_id == last.id)
            .order_by(col(DirectoryChange.number).desc())
        ).all()
        done = sum(_UNDO[step.step](change, step, actor) for step in steps)
        last.undone_at, last.undone_by = change.at, actor
        change.session.add(last)
        left = len(steps) - done
        change.audit("directory.undone", actor, f"import:{last.id}", undone=done, left=left)
    return Undone(last.id, done, left)


def _leave_again(change: Change, step: DirectoryChange, actor: str) -> bool:
    """Forget what the list said of a person it brought; the random id stays, for things may refer to it."""
    person = change.session.get_one(Person, step.person_id)
    person.directory_mark = person.directory_number = None
    person.unit = person.starts_on = person.ends_on = None
    change.session.add(person)
    change.session.flush()
    change.audit("person.unlisted", actor, f"person:{person.id}")
    return True


def _move_back(change: Change, step: DirectoryChange, actor: str) -> bool:
    person = change.session.get_one(Person, step.person_id)
    if person.unit != step.after:
        return False
    person.unit = step.before
    change.session.add(person)
    change.audit("person.moved", actor, f"person:{person.id}")
    return True


def _date_back(change: Change, step: DirectoryChange, actor: str) -> bool:
    person = change.session.get_one(Person, step.person_id)
    if f"{person.starts_on or ''}/{person.ends_on or ''}" != step.after:
        return False
    person.starts_on, person.ends_on = [
        date.fromisoformat(day) if day else None for day in (step.before or "/").split("/")
    ]
    change.session.add(person)
    change.audit("person.dated", actor, f"person:{person.id}")
    return True


def _unlink(change: Change, step: DirectoryChange, actor: str) -> bool:
    link = change.session.get_one(HandleLink, step.subject_id)
    if link.until is not None and link.until <= change.at:
        return False
    handles.end_link(change, link, LinkEnd.MISTAKE, actor)
    return True


def _link_again(change: Change, step: DirectoryChange, actor: str) -> bool:
    """Make an ended link anew, or set a planned end back to what it was."""
    link = change.session.get_one(HandleLink, step.subject_id)
    planned = datetime.fromisoformat(step.before) if step.before is not None else None
    if link.ended_why in (LinkEnd.MISTAKE, LinkEnd.ASKED, LinkEnd.VERIFIED):
        return False
    if link.until is not None and link.until <= change.at:
        if handles.current_link(change.session, link.handle_id, change.at) is not None:
            return False
        link = _made_anew(change, link, actor)
    if planned is not None:
        handles.end_link(change, link, LinkEnd.LEFT, actor, planned)
    elif link.until is not None:
        handles.keep_link(change, link, actor)
    return True


def _made_anew(change: Change, link: HandleLink, actor: str) -> HandleLink:
    handle = change.session.get_one(Handle, link.handle_id)
    person = change.session.get_one(Person, link.person_id)
    return handles.link(change, handle, person, link.how, actor, verified=link.verified)


def _reopen(change: Change, step: DirectoryChange, actor: str) -> bool:
    """Only what leaving ended or gave back is set back; a consent that was withdrawn meanwhile stays withdrawn."""
    basis = lock_basis(change.session, change.session.get_one(Basis, step.subject_id).id)
    if basis.ended_why not in (None, BasisEnd.LEFT):
        return False
    own = own_end(change.session, basis)
    before = datetime.fromisoformat(step.before) if step.before is not None else None
    if basis.ended_why is BasisEnd.LEFT:
        reopen(change, basis, own, actor)
    if before is not None and before != own:  # an import before this one had it end with a last day
        end(change, basis, BasisEnd.LEFT, actor, before)
    return True


_UNDO: dict[DirectoryStep, Callable[[Change, DirectoryChange, str], bool]] = {
    DirectoryStep.JOINED: _leave_again,
    DirectoryStep.MOVED: _move_back,
    DirectoryStep.DATED: _date_back,
    DirectoryStep.LINKED: _unlink,
    DirectoryStep.UNLINKED: _link_again,
    DirectoryStep.BASIS_ENDED: _reopen,
}
