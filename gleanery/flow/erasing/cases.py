"""An erasure from the asking to the receipt: asked, approved where two must agree, carried out, done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from msgspec import structs
from sqlmodel import Session, col, select

from gleanery.errors import BadInput, Denied, Unreachable
from gleanery.flow.erasing import files, receipts
from gleanery.flow.erasing.carrying_out import carry_out
from gleanery.flow.erasing.finding import Progress
from gleanery.flow.erasing.planning import staying
from gleanery.flow.erasing.subject import Asked, Subject, find_subject
from gleanery.flow.erasing.work import POLICY, Work
from gleanery.flow.house import House
from gleanery.flow.people.persons import family_of
from gleanery.leases import held
from gleanery.model.erasures import ErasureCase, ErasureState

LEASE = "erasure"


def ask(house: House, asked: Asked, account: str, plan: Mapping[str, Any] | None = None) -> ErasureCase:
    """Enter that somebody is to be erased. Raises: BadInput, Denied for one's own erasure, or as `_same_as_in`.

    Where two must agree it waits for another account; else it can be carried out. `plan`: what the dry run told,
    its counts for the other to compare.
    """
    with house.change() as change:
        by = house.person(change.session, account)
        subject = find_subject(house, change.session, asked)
        if by in subject.persons:
            raise Denied(
                "Nobody erases themselves: what they do afterwards would make them known anew.",
                remedy="Have another account do it (--by).",
            )
        _same_as_in(plan, subject)
        key, counts = uuid4(), dict(plan["counts"]) if plan else {}
        case = ErasureCase(
            id=key,
            sealed=house.vault.seal(key, structs.replace(subject, previewed=counts).packed()),
            asked_at=change.at,
            asked_by=f"person:{by}",
        )
        change.session.add(case)
        change.session.flush()
        change.audit("erasure.asked", case.asked_by, f"erasure:{key}")
    return case


def approve(house: House, text: str, account: str, plan: Mapping[str, Any] | None = None) -> ErasureCase:
    """Agree to an erasure that another asked for, of whom it is about now. Raises: BadInput, Denied.

    `plan`: what the dry run told whoever agrees. Whoever comes to the person later is not erased with them.
    """
    with house.change() as change:
        case = _open_case(change.session, text)
        by = house.person(change.session, account)
        if _has_asked(change.session, f"person:{by}", case):
            raise Denied(
                "Whoever asks for an erasure cannot approve it.",
                remedy="Have another account approve (--by).",
            )
        before = _subject(house, case)
        subject = find_subject(house, change.session, before.asked)
        if by in subject.persons:
            raise Denied("Nobody approves their own erasure.", remedy="Have another account approve (--by).")
        _same_as_in(plan, subject)
        agreed = structs.replace(subject, previewed=before.previewed)
        case.sealed = house.vault.seal(case.id, agreed.packed())
        case.decided_at, case.decided_by = change.at, f"person:{by}"
        change.session.add(case)
        change.audit("erasure.approved", case.decided_by, f"erasure:{case.id}")
    return case


def refuse(house: House, text: str, account: str) -> ErasureCase:
    """Give up an erasure that was not begun. Raises: BadInput, Denied."""
    with house.change() as change:
        case = _open_case(change.session, text)
        case.state, case.sealed = ErasureState.REFUSED, None
        case.decided_at, case.decided_by = change.at, f"person:{house.person(change.session, account)}"
        change.session.add(case)
        change.audit("erasure.refused", case.decided_by, f"erasure:{case.id}")
    return case


def _has_asked(session: Session, actor: str, case: ErasureCase) -> bool:
    """Whether this is the human who asked, under whatever id."""
    asked, by = (UUID(one.removeprefix("person:")) for one in (case.asked_by, actor))
    return by in family_of(session, asked).ids


def _same_as_in(plan: Mapping[str, Any] | None, subject: Subject) -> None:
    """Raises: Denied where a dry run looked at other persons and accounts than they are now."""
    if plan is not None and plan["ids"] != subject.ids:
        raise Denied(
            "Since the preview an account or an id came to the person, or left them.",
            remedy="Count anew what would go, read it, then decide.",
        )


def _open_case(session: Session, text: str) -> ErasureCase:
    case = find_case(session, text)
    if case.state is not ErasureState.ASKED:
        raise Denied(
            f"Erasure {str(case.id)[:8]} is {case.state.value} already.", remedy="Nothing was changed."
        )
    return case


def find_case(session: Session, text: str) -> ErasureCase:
    """The erasure whose id is, or begins with, `text`. Raises: BadInput."""
    sign = text.strip().lower().removeprefix("erasure:")
    found = [one for one in session.exec(select(ErasureCase)) if sign and str(one.id).startswith(sign)]
    if len(found) != 1:
        message = (
            f"More than one erasure begins with {text!r}." if found else f"There is no erasure {text!r}."
        )
        raise BadInput(message, remedy="`gleanery people erasure list` lists them.")
    return found[0]


def case_of(house: House, case_id: UUID) -> ErasureCase:
    """One erasure. Raises: BadInput."""
    with house.store.read() as session:
        found = session.get(ErasureCase, case_id)
    if found is None:
        raise BadInput("There is no such erasure.", remedy="Choose one from the list.")
    return found


def whom(house: House, case: ErasureCase) -> Subject | None:
    """Whom an erasure is about; None once that is forgotten."""
    return None if case.sealed is None else _subject(house, case)


def page_of_cases(house: House, after: datetime | None = None, limit: int = 50) -> Sequence[ErasureCase]:
    """The erasures asked for before a time, the newest first."""
    query = select(ErasureCase).order_by(col(ErasureCase.asked_at).desc()).limit(limit)
    if after is not None:
        query = query.where(col(ErasureCase.asked_at) < after)
    with house.store.read() as session:
        return session.exec(query).all()


def open_cases(house: House) -> Sequence[ErasureCase]:
    """The erasures that are asked for or under way, the oldest first."""
    query = select(ErasureCase).where(col(ErasureCase.state).in_([ErasureState.ASKED, ErasureState.RUNNING]))
    with house.store.read() as session:
        return session.exec(query.order_by(col(ErasureCase.asked_at))).all()


def cases(house: House) -> Sequence[ErasureCase]:
    """Every erasure, the newest first."""
    with house.store.read() as session:
        return session.exec(select(ErasureCase).order_by(col(ErasureCase.asked_at).desc())).all()


# --------------------------------------------------------------------------- carrying out


def finish(
    house: House, case_id: UUID, progress: Progress = lambda _what, _done, _all: None
) -> dict[str, Any]:
    """Carry an erasure out, or go on where a run was cut off, and return its receipt. A repetition changes nothing.

    Raises: Denied where an approval is missing or it was refused; Unreachable where another worker is at one.
    """
    with held(house.store, LEASE, house.now) as lease:
        if lease is None:
            raise Unreachable(
                "Another worker is carrying out an erasure.", remedy="Run `gleanery people erasure resume`."
            )
        case = _begun(house, case_id)
        if case.state is ErasureState.RUNNING:
            subject = _subject(house, case)
            work = Work(
                house, case.id, case.begun_at or house.now(), subject, subject.traces(house), progress
            )
            carry_out(work)
            _close(work)
    with house.store.read() as session:
        receipt = session.get_one(ErasureCase, case_id).receipt
    return receipts.read(house, receipt or "")


def finish_begun(house: House) -> int:
    """Go on with every erasure that was cut off, unless somebody is at it; returns how many were finished."""
    begun = [case.id for case in cases(house) if case.state is ErasureState.RUNNING]
    for case_id in begun:
        finish(house, case_id)
    return len(begun)


def subject_of(house: House, text: str) -> Subject:
    """Whom an erasure that is not over is about. Raises: BadInput, Denied."""
    with house.store.read() as session:
        case = find_case(session, text)
    return _subject(house, case)


def _begun(house: House, case_id: UUID) -> ErasureCase:
    """The erasure, under way from now on: of whom the second account agreed to, else of whom is meant by now."""
    with house.change() as change:
        case = change.session.get_one(ErasureCase, case_id, with_for_update=True)
        if case.state is ErasureState.REFUSED:
            raise Denied(f"Erasure {str(case.id)[:8]} was refused.", remedy="Ask for it anew.")
        if case.state is not ErasureState.ASKED:
            return case
        if house.config.people.erasure_needs_two and not _is_agreed(change.session, case):
            raise Denied(
                f"Erasure {str(case.id)[:8]} waits for a second account.",
                remedy=f"`gleanery people erasure approve {str(case.id)[:8]} --by` somebody else.",
            )
        if case.decided_by is None:
            subject = find_subject(house, change.session, _subject(house, case).asked)
            case.sealed = house.vault.seal(case.id, subject.packed())
        case.state, case.begun_at = ErasureState.RUNNING, change.at
        change.session.add(case)
        change.audit("erasure.begun", case.decided_by or case.asked_by, f"erasure:{case.id}")
    return case


def _is_agreed(session: Session, case: ErasureCase) -> bool:
    """Whether two agreed who are two still: they may have been merged since."""
    return case.decided_by is not None and not _has_asked(session, case.decided_by, case)


def _subject(house: House, case: ErasureCase) -> Subject:
    if case.sealed is None:
        raise Denied(f"Erasure {str(case.id)[:8]} is over.", remedy="Ask for a new one.")
    return Subject.unpacked(house.vault.open(case.id, case.sealed))


def _close(work: Work) -> None:
    """Write what was freed over, forget whom it was about, and write the receipt."""
    house = work.house
    if not house.store.compact():
        work.leave("log-in-use")
    if files.database_names(house, work.subject.words):
        work.leave("database-holds-name")
    with house.store.read() as session:
        work.left |= staying(house, session, work.traces)
    with house.change() as change:
        case = change.session.get_one(ErasureCase, work.id)
        case.state, case.sealed, case.done_at = ErasureState.DONE, None, change.at
        case.receipt = receipts.written(house, change.session, case, work.left)
        change.session.add(case)
        change.audit("erasure.done", POLICY, f"erasure:{case.id}", counts=case.counts)
    house.checkpoint()
    house.store.forget_log()
