"""The HR list brought in: who joined, who moved, who leaves, and which accounts are whose.

What a list changes is planned row by row and then done, both by the same code, so a dry run tells what would happen.
Each step is noted with what stood there before: an import can be taken back (directory_undo.py), and the same list
once more changes nothing. Of HR's number for a person only a keyed hash and a sealed copy are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlmodel import Session, col, or_, select

from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.people import handles
from gleanery.flow.people.bases import end as end_basis
from gleanery.flow.people.bases import reopen
from gleanery.flow.people.directory_plan import Plan, Step, absent, plan_row
from gleanery.flow.people.due import release_leavers
from gleanery.flow.people.handles import Account
from gleanery.flow.people.hr_list import HrList, LineFault, Listed
from gleanery.flow.people.persons import Family, family_of
from gleanery.model.bases import Basis, BasisEnd
from gleanery.model.people import (
    DirectoryChange,
    DirectoryImport,
    DirectoryStep,
    HandleLink,
    LinkedBy,
    LinkEnd,
    Person,
)

BATCH = 200

Progress = Callable[[int, int], None]


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do."""

    steps: list[Step] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    passed_over: tuple[str, ...] = ()
    unchanged: int = 0
    import_id: UUID | None = None

    def count(self, what: str) -> int:
        """How many steps of a kind there are."""
        return sum(step.what == what for step in self.steps)


def import_list(
    house: House,
    listed: HrList,
    account: str,
    *,
    dry_run: bool = False,
    complete: bool = False,
    many: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> ImportReport:
    """Bring the list in, or with `dry_run` only tell what it would change.

    `complete`: who is missing from the list has left. Raises: Denied where that would be suspiciously many
    (unless `many`), or where a line without a readable id might be any of them.
    """
    report = ImportReport(faults=list(listed.faults), passed_over=listed.passed_over)
    gone = absent(house, listed, many) if complete else []
    if dry_run:
        with house.store.read() as session:
            for row in listed.persons:
                _tell(report, plan_row(house, session, listed, row))
        report.steps += [_absence(house, person) for person in gone]
        return report
    run = _Run(house, listed, account, report)
    for start in range(0, len(listed.persons), BATCH):
        run.take(listed.persons[start : start + BATCH])
        progress(min(start + BATCH, len(listed.persons)), len(listed.persons))
    run.let_go(gone)
    release_leavers(house)
    return report


def _tell(report: ImportReport, plan: Plan) -> None:
    steps = list(plan.steps)
    report.steps += steps
    report.faults += plan.faults
    report.unchanged += not steps


def _absence(house: House, person: Person) -> Step:
    """A leaver without a line: the number is shown, for only HR can say who it is."""
    number = house.vault.open(person.id, person.directory_number) if person.directory_number else b""
    return Step("leaves", None, person.id, f"not in the list: {number.decode()}")


# --------------------------------------------------------------------------- doing


class _Run:
    """An import that writes: batch by batch, every step noted."""

    def __init__(self, house: House, listed: HrList, account: str, report: ImportReport) -> None:
        self._house, self._listed, self._report, self._account = house, listed, report, account
        self._number = 0
        self._id = uuid4()
        self._actor = ""

    def take(self, rows: Sequence[Listed]) -> None:
        """Do what a batch of rows changes, in one transaction, planned anew in it."""
        with self._house.change() as change:
            actor = self._begin(change)
            for row in rows:
                plan = plan_row(self._house, change.session, self._listed, row)
                _tell(self._report, plan)
                self._do(change, plan, actor)

    def let_go(self, gone: Iterable[Person]) -> None:
        """Who is missing from a complete list has this day as the last."""
        for person in gone:
            with self._house.change() as change:
                actor = self._begin(change)
                row = change.session.get_one(Person, person.id)
                self._date(change, row, row.starts_on, change.at.date(), actor)
                self._report.steps.append(_absence(self._house, row))

    def _begin(self, change: Change) -> str:
        self._actor = f"person:{self._house.person(change.session, self._account)}"
        return self._actor

    def _enter(self, change: Change) -> None:
        """Enter the import with its first step: one that changes nothing is none that could be taken back."""
        self._report.import_id = self._id
        digest = self._listed.file_hash
        change.session.add(DirectoryImport(id=self._id, at=change.at, by=self._actor, file_hash=digest))
        change.audit("directory.imported", self._actor, f"import:{self._id}", file=digest[:16])

    def _do(self, change: Change, plan: Plan, actor: str) -> None:
        if plan.is_past:
            return
        row = plan.row
        person = plan.person or self._join(change, row, actor)
        if person.unit != row.unit:
            before, person.unit = person.unit, row.unit
            self._note(change, DirectoryStep.MOVED, person, None, before, row.unit)
            change.audit("person.moved", actor, f"person:{person.id}")
        change.session.add(person)
        for link in plan.to_end:
            self._end_link(change, link, LinkEnd.UNLISTED, change.at, actor)
        for account in plan.to_link:
            self._link(change, person, account, actor)
        if (person.starts_on, person.ends_on) != (row.starts_on, row.ends_on):
            self._date(change, person, row.starts_on, row.ends_on, actor)

    def _join(self, change: Change, row: Listed, actor: str) -> Person:
        person = Person(id=uuid4(), made_at=change.at, directory_mark=self._house.vault.mark(row.number))
        person.directory_number = self._house.vault.seal(person.id, row.number.encode())
        person.unit = row.unit
        change.session.add(person)
        change.session.flush()
        self._note(change, DirectoryStep.JOINED, person)
        change.audit("person.joined", actor, f"person:{person.id}")
        return person

    def _link(self, change: Change, person: Person, account: Account, actor: str) -> None:
        handle = handles.ensure_handle(change.session, self._house.organisation.id, account)
        standing = handles.current_link(change.session, handle.id, change.at)
        if standing is not None:
            self._end_link(change, standing, LinkEnd.MOVED, change.at, actor)
        verified = self._house.config.people.hr_list_verifies
        made = handles.link(change, handle, person, LinkedBy.HR_LIST, actor, verified=verified)
        self._note(change, DirectoryStep.LINKED, person, made.id)

    def _date(
        self, change: Change, person: Person, starts_on: date | None, ends_on: date | None, actor: str
    ) -> None:
        """Set first and last day; with the last day end what hangs on the person, if the setting says so."""
        before = _days(person.starts_on, person.ends_on)
        person.starts_on, person.ends_on = starts_on, ends_on
        change.session.add(person)
        change.session.flush()
        self._note(change, DirectoryStep.DATED, person, None, before, _days(starts_on, ends_on))
        change.audit("person.dated", actor, f"person:{person.id}")
        if self._house.config.people.leavers == "unlink":
            self._end_at(change, _leaving(family_of(change.session, person.id), person), ends_on, actor)

    def _end_at(self, change: Change, family: Family, ends_on: date | None, actor: str) -> None:
        """End links and the person's own bases with the last day; take a planned end back where there is none."""
        until = end_of(ends_on) if ends_on is not None else None
        for link in handles.standing_links(change.session, family, change.at):
            if until is not None or link.ended_why is LinkEnd.LEFT:
                self._end_link(change, link, LinkEnd.LEFT, until, actor)
        for basis in _own_bases(change.session, family, change.at):
            if basis.ended_why is BasisEnd.LEFT or (until is not None and basis.ended_why is None):
                self._end_basis(change, basis, until, actor)

    def _end_link(
        self, change: Change, link: HandleLink, why: LinkEnd, until: datetime | None, actor: str
    ) -> None:
        person = change.session.get_one(Person, link.person_id)
        self._note(change, DirectoryStep.UNLINKED, person, link.id, _moment(link.until))
        if until is None:
            handles.keep_link(change, link, actor)
        else:
            handles.end_link(change, link, why, actor, max(until, link.since))

    def _end_basis(self, change: Change, basis: Basis, until: datetime | None, actor: str) -> None:
        person = change.session.get_one(Person, basis.person_id)
        own = own_end(change.session, basis)
        self._note(change, DirectoryStep.BASIS_ENDED, person, basis.id, _moment(basis.until))
        if basis.ended_why is BasisEnd.LEFT:
            reopen(change, basis, own, actor)
        if until is not None:
            end_basis(change, basis, BasisEnd.LEFT, actor, max(until, basis.since))

    def _note(
        self,
        change: Change,
        step: DirectoryStep,
        person: Person,
        subject: UUID | None = None,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        if self._report.import_id is None:
            self._enter(change)
        self._number += 1
        change.session.add(
            DirectoryChange(
                import_id=self._id,
                number=self._number,
                step=step,
                person_id=person.id,
                subject_id=subject,
                before=before,
                after=after,
            )
        )


def _leaving(family: Family, person: Person) -> Family:
    """Who leaves with a person's last day: the whole human, unless HR has them under another number for longer."""
    last = person.ends_on or date.max
    others = [one for one in family.members if one.id != person.id and one.directory_mark is not None]
    stays = any((one.ends_on or date.max) > last for one in others)
    return Family((person,)) if stays else family


def _own_bases(session: Session, family: Family, at: datetime) -> Sequence[Basis]:
    """The bases given for this human alone that are in force; nobody else ends them until we are done."""
    query = select(Basis).where(
        col(Basis.person_id).in_(family.ids), or_(col(Basis.until).is_(None), col(Basis.until) > at)
    )
    locked = query.order_by(col(Basis.id)).with_for_update()
    return session.exec(locked.execution_options(populate_existing=True)).all()


def own_end(session: Session, basis: Basis) -> datetime | None:
    """The end that a basis had before anybody's leaving ended it: the first step that did has noted it."""
    if basis.ended_why is not BasisEnd.LEFT:
        return basis.until
    noted = session.exec(
        select(DirectoryChange.before)
        .join(DirectoryImport, col(DirectoryImport.id) == col(DirectoryChange.import_id))
        .where(DirectoryChange.step == DirectoryStep.BASIS_ENDED, DirectoryChange.subject_id == basis.id)
        .order_by(col(DirectoryImport.at), col(DirectoryChange.number))
    ).first()
    return datetime.fromisoformat(noted) if noted is not None else None


def end_of(day: date) -> datetime:
    """The moment a day is over, in UTC."""
    if day == date.max:
        return datetime.combine(day, time.max, UTC)
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _days(starts_on: date | None, ends_on: date | None) -> str:
    return f"{starts_on or ''}/{ends_on or ''}"


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
