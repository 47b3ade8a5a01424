"""HR lists for the tests of what they bring: written, brought in, and looked at afterwards."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import select

from gleanery.flow.house import House
from gleanery.flow.people import directory, handles
from gleanery.flow.people.directory import ImportReport
from gleanery.flow.people.hr_list import read_list
from gleanery.model.bases import Basis
from gleanery.model.people import Handle, HandleLink, Person
from gleanery.testing import NOON
from tests.flow.people.deeds import account

HEAD = "id;unit;start;end;account:slack:T1\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "people.csv"
    path.write_bytes(text.encode(encoding))
    return path


def bring(house: House, folder: Path, rows: str, **how: bool) -> ImportReport:
    return directory.import_list(house, read_list(write(folder, HEAD + rows)), "lead", **how)


def persons(house: House) -> list[Person]:
    with house.store.read() as session:
        return [one for one in session.exec(select(Person)) if one.directory_mark is not None]


def handle(house: House, name: str) -> Handle:
    with house.store.read() as session:
        found = handles.known_handle(session, house.organisation.id, account(name))
    assert found is not None
    return found


def holder(house: House, name: str) -> Person | None:
    with house.store.read() as session:
        standing = handles.current_link(session, handle(house, name).id, house.now())
        return session.get_one(Person, standing.person_id) if standing else None


def day(days: int) -> str:
    return (NOON + timedelta(days=days)).date().isoformat()


def counts(report: ImportReport) -> dict[str, int]:
    kinds = {step.what for step in report.steps}
    return {kind: report.count(kind) for kind in kinds}


def picture(house: House) -> set[tuple[object, ...]]:
    """Who holds what, where everybody works and until when, and which bases are in force."""
    seen: set[tuple[object, ...]] = set()
    with house.store.read() as session:
        for one in session.exec(select(HandleLink)):
            if one.until is None or one.until > house.now():
                seen.add(("link", one.handle_id, one.person_id, one.verified, one.until))
        for person in session.exec(select(Person)):
            if person.directory_mark is not None:
                seen.add(("person", person.id, person.unit, person.starts_on, person.ends_on))
        for basis in session.exec(select(Basis)):
            seen.add(("basis", basis.id, basis.until))
    return seen


def basis(house: House, basis_id: UUID) -> Basis:
    with house.store.read() as session:
        return session.get_one(Basis, basis_id)
