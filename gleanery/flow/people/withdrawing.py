"""A consent withdrawn: from that moment nothing more is stated on it, and what rested on it is voided.

The withdrawal and the first batch are one transaction; where more rests on the consent, batches follow. What is
left to void is what rests on a withdrawn basis and stands, so a run that was cut off is finished by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from gleanery.errors import Denied
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.people.bases import consents_of, end, lock_basis
from gleanery.flow.people.persons import family_of
from gleanery.model.bases import Basis, BasisEnd, BasisKind, Purpose, Stated
from xapi import statements

BATCH = 500
POLICY = "policy:withdrawal"
"""Who voids: the rule, not the person and not the member of staff who entered the withdrawal."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Withdrawal:
    """The consents that were withdrawn, and how many statements were voided."""

    bases: tuple[UUID, ...]
    voided: int


def withdraw(
    house: House, basis_ids: Sequence[UUID], account: str, progress: Progress = lambda _done, _all: None
) -> Withdrawal:
    """Withdraw consents and void exactly what rests on them. A repetition finishes what was cut off.

    Raises: Denied for a basis that is no consent, before anything is changed.
    """
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        bases = [_withdraw_one(change, basis_id, actor) for basis_id in basis_ids]
        total = sum(_standing(change.session, basis_id) for basis_id in basis_ids)
        voided = sum(_void_some(change, basis) for basis in bases)
    progress(voided, total)
    for basis_id in basis_ids:
        for done in _void_rest(house, basis_id):
            voided += done
            progress(voided, total)
    return Withdrawal(tuple(basis_ids), voided)


def withdraw_purpose(
    house: House,
    person_id: UUID,
    purpose: Purpose,
    account: str,
    progress: Progress = lambda _done, _all: None,
) -> Withdrawal:
    """Withdraw every consent of one human for a purpose. Raises: Denied where there is none."""
    with house.store.read() as session:
        given = [basis.id for basis in consents_of(session, family_of(session, person_id), purpose)]
    if not given:
        raise Denied(
            f"Person {str(person_id)[:8]} has given no consent for {purpose.value}.",
            remedy="`gleanery basis list` shows the bases there are; one that is no consent is ended, not withdrawn.",
        )
    return withdraw(house, given, account, progress)


def finish_withdrawals(house: House) -> int:
    """Void what still stands on consents that were withdrawn, if a run was cut off; returns how many."""
    with house.store.read() as session:
        query = (
            select(Stated.basis_id)
            .join(Basis, col(Basis.id) == col(Stated.basis_id))
            .where(Basis.ended_why == BasisEnd.WITHDRAWN, col(Stated.voided_at).is_(None))
        )
        due = list(session.exec(query.distinct()))
    return sum(done for basis_id in due for done in _void_rest(house, basis_id))


def _withdraw_one(change: Change, basis_id: UUID, actor: str) -> Basis:
    basis = lock_basis(change.session, basis_id)
    if basis.kind is not BasisKind.CONSENT:
        raise Denied(
            f"Basis {str(basis_id)[:8]} is no consent ({basis.kind.value}).",
            remedy="Only a consent is withdrawn; end this one with `gleanery basis end`.",
        )
    if basis.ended_why is BasisEnd.WITHDRAWN:
        return basis
    if basis.ended_at is not None:  # it had ended otherwise; what rested on it is withdrawn all the same
        basis.ended_at = None
    return end(change, basis, BasisEnd.WITHDRAWN, actor)


def _standing(session: Session, basis_id: UUID) -> int:
    query = select(func.count()).select_from(Stated)
    return session.exec(query.where(Stated.basis_id == basis_id, col(Stated.voided_at).is_(None))).one()


def _void_rest(house: House, basis_id: UUID) -> Iterator[int]:
    """Void what rests on a withdrawn basis, a batch to a transaction; how many each."""
    done = BATCH
    while done == BATCH:
        with house.change() as change:
            done = _void_some(change, lock_basis(change.session, basis_id))
        yield done


def _void_some(change: Change, basis: Basis) -> int:
    """Void up to BATCH statements that rest on a withdrawn basis; returns how many."""
    query = select(Stated).where(Stated.basis_id == basis.id, col(Stated.voided_at).is_(None))
    rows = change.session.exec(query.order_by(col(Stated.statement_id)).limit(BATCH).with_for_update()).all()
    if rows:
        void(change, rows, str(basis.id), POLICY)
        change.session.flush()
        change.audit("statements.voided", POLICY, f"basis:{basis.id}", count=len(rows))
    return len(rows)


def void(change: Change, rows: Sequence[Stated], event: str, machine: str) -> None:
    """Void statements about persons in the caller's transaction; `event` is the act that took them back."""
    by = change.bridge.machine(machine)
    for row in rows:
        built = statements.voided(change.bridge, row.statement_id, event=event, by=by, at=change.at)
        row.voided_at, row.voided_by = change.at, built.id
        change.session.add(row)
        change.state([built])


def resting(session: Session, basis_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """By basis: how many statements rest on it and stand, and how many were voided."""
    voided: Any = func.count(col(Stated.voided_at))
    query = (
        select(Stated.basis_id, func.count(), voided)
        .where(col(Stated.basis_id).in_(basis_ids))
        .group_by(col(Stated.basis_id))
    )
    return {basis_id: (every - gone, gone) for basis_id, every, gone in session.exec(query)}
