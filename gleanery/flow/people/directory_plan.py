"""What an HR list would change, row by row, as things stand; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.naming import handle_id
from gleanery.flow.people import handles
from gleanery.flow.people.handles import Account
from gleanery.flow.people.hr_list import HrList, LineFault, Listed
from gleanery.flow.people.persons import Family, family_of
from gleanery.model.people import HandleLink, LinkedBy, Person

MANY = 10
"""So many leavers by absence may always be; beyond, a quarter of the known persons is the limit."""


@dataclass(frozen=True)
class Step:
    """One thing an import does, or would do. `line` is None for a person that is missing from the list."""

    what: str
    line: int | None
    person: UUID | None
    detail: str = ""


@dataclass(frozen=True)
class Plan:
    """What one listed person's row changes."""

    row: Listed
    person: Person | None
    """Whom HR's number stands for, None for a joiner; a person of their own also after a merge."""
    to_link: tuple[Account, ...]
    to_end: tuple[HandleLink, ...]
    faults: tuple[LineFault, ...]
    is_past: bool
    """The last day is over and nobody knew the person: there is nothing to keep of them."""

    @property
    def moves(self) -> bool:
        """Whether the unit is another than before."""
        return self.person is not None and self.person.unit != self.row.unit

    @property
    def is_dated(self) -> bool:
        """Whether first or last day are others than before."""
        days = (self.row.starts_on, self.row.ends_on)
        return self.person is not None and (self.person.starts_on, self.person.ends_on) != days

    @property
    def steps(self) -> Iterator[Step]:
        """The plan in words for the report."""
        line, person = self.row.line, self.person.id if self.person else None
        if self.is_past:
            return
        if person is None:
            yield Step("joins", line, None, self.row.unit or "")
        if self.moves and self.person is not None:
            yield Step("moves", line, person, f"{self.person.unit or '-'} -> {self.row.unit or '-'}")
        if self.row.ends_on is not None and (person is None or self.is_dated):
            yield Step("leaves", line, person, self.row.ends_on.isoformat())
        elif self.is_dated:
            yield Step("dated", line, person)
        yield from (Step("linked", line, person, account.platform) for account in self.to_link)
        yield from (Step("unlinked", line, person) for _ in self.to_end)


def plan_row(house: House, session: Session, listed: HrList, row: Listed) -> Plan:
    """What a row changes, as things stand."""
    mark = house.vault.mark(row.number)
    known = session.exec(select(Person).where(Person.directory_mark == mark)).one_or_none()
    family = family_of(session, known.id) if known is not None else None
    at = house.now()
    gone = row.ends_on is not None and row.ends_on < at.date()
    faults: list[LineFault] = []
    to_link = [] if gone else [a for a in row.accounts if _wants_link(house, session, family, row, a, faults)]
    to_end = _unlisted(house, session, listed, row, known, at) if known is not None else []
    return Plan(row, known, tuple(to_link), tuple(to_end), tuple(faults), gone and known is None)


def _wants_link(
    house: House,
    session: Session,
    family: Family | None,
    row: Listed,
    account: Account,
    faults: list[LineFault],
) -> bool:
    """Whether the account is to be linked anew; the list may move its own links, not those of others."""
    handle = handles.known_handle(session, house.organisation.id, account)
    standing = handles.current_link(session, handle.id, house.now()) if handle is not None else None
    if standing is None:
        return True
    if family is not None and standing.person_id in family.ids:
        return False
    if standing.how is LinkedBy.HR_LIST:
        return True
    words = f"an account that is linked to another person ({standing.how.value}); unlink it there first"
    faults.append(LineFault(row.line, words))
    return False


def _unlisted(
    house: House, session: Session, listed: HrList, row: Listed, person: Person, at: datetime
) -> list[HandleLink]:
    """The list's own links of this person that the list no longer has."""
    if not listed.has_accounts:
        return []
    kept = {*row.accounts, *listed.disputed}
    ids = {handle_id(house.organisation.id, *account) for account in kept}
    links = handles.standing_links(session, Family((person,)), at)
    return [one for one in links if one.how is LinkedBy.HR_LIST and one.handle_id not in ids]


def absent(house: House, listed: HrList, many: bool) -> list[Person]:
    """Known persons that are missing from a complete list. Raises: Denied."""
    if not listed.is_whole:
        raise Denied(
            "A line of the list has no readable id: it could be anybody who seems to be missing.",
            remedy="Correct that line, or leave --complete out.",
        )
    marks = {house.vault.mark(number) for number in listed.numbers}
    today = house.now().date()
    with house.store.read() as session:
        known = session.exec(
            select(Person).where(
                col(Person.directory_mark).is_not(None),
                or_(col(Person.ends_on).is_(None), col(Person.ends_on) > today),
            )
        ).all()
    absent = [person for person in known if person.directory_mark not in marks]
    if not many and len(absent) > max(MANY, len(known) // 4):
        raise Denied(
            f"{len(absent)} of {len(known)} persons are missing from the list.",
            remedy="Check that it is the whole list; if they all left, say --many.",
        )
    return absent
