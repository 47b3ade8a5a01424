"""The HR list: joiners, movers and leavers, bad rows that cost nobody anything, and a way back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.errors import BadInput, Denied
from gleanery.flow.house import House
from gleanery.flow.people import directory, handles, withdrawing
from gleanery.flow.people.asking import No, Refusal
from gleanery.flow.people.directory import ImportReport
from gleanery.flow.people.directory_undo import undo_import
from gleanery.flow.people.due import release_leavers
from gleanery.flow.people.hr_list import HrList, read_list
from gleanery.flow.reading import handle_row
from gleanery.model.bases import Basis, Stated
from gleanery.model.people import Handle, HandleLink, LinkEnd, Person
from gleanery.testing import NOON, Clock
from tests.flow.people.deeds import account, act, agreement, consent, link, merge, new_person, standing_about
from tests.house import make_house


@pytest.fixture
def house(sqlite_house: House) -> House:
    return sqlite_house


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


# --------------------------------------------------------------------------- reading a list


SAME = 'id{0}unit{0}start{0}name\n4711{0}Dock{0}2026-01-31{0}"Überall{0} Ä"\n'


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encoding_and_separator_are_found_out(tmp_path: Path, separator: str, encoding: str) -> None:
    listed = read_list(write(tmp_path, SAME.format(separator), encoding))
    [one] = listed.persons
    assert (one.number, one.unit, str(one.starts_on)) == ("4711", "Dock", "2026-01-31")
    assert listed.passed_over == ("name",)
    assert not listed.faults


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (";Dock;;;U1", "id is missing"),
        ("2;Dock;31.2.2026;;U1", "no calendar has"),
        ("2;Dock;soon;;U1", "no day"),
        ("2;Dock;2026-02-02;2026-02-01;U1", "end is before the start"),
        ("2;Dock;;;U1;more", "more values than headings"),
        ("1;Yard;;;U9", "same id as in line 2"),
        (f"2;{'x' * 300};;;U1", "unit is too long"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_costs_no_other(tmp_path: Path, row: str, message: str) -> None:
    listed = read_list(write(tmp_path, f"{HEAD}1;Dock;;;U1\n{row}\n3;Dock;;;U3\n"))
    [fault] = listed.faults
    assert fault.line == 3
    assert message in fault.message
    assert [one.number for one in listed.persons] == ["1", "3"]


def test_a_fault_quotes_nothing_of_the_line(tmp_path: Path) -> None:
    listed = read_list(write(tmp_path, HEAD + "E-77;secret-unit;31.31.2026;;U-private\n"))
    assert not any(word in listed.faults[0].message for word in ("E-77", "secret", "31", "private"))


def test_a_line_after_a_value_with_line_breaks_is_still_named_right(tmp_path: Path) -> None:
    listed = read_list(write(tmp_path, HEAD + '1;"Dock\nNorth";;;U1\n2;;never;;\n'))
    assert [fault.line for fault in listed.faults] == [4]


def test_an_account_that_two_lines_claim_is_given_to_neither(tmp_path: Path) -> None:
    listed = read_list(write(tmp_path, HEAD + "1;;;;U1 U2\n2;;;;U2\n"))
    assert [fault.line for fault in listed.faults] == [2, 3]
    assert [len(one.accounts) for one in listed.persons] == [1, 0]


def test_several_rows_of_one_person_are_several_accounts(tmp_path: Path) -> None:
    rows = "id,accounts\n1,slack:T1:U1\n1,youtube::UC7\n"
    [one] = read_list(write(tmp_path, rows)).persons
    assert [str(account) for account in one.accounts] == ["slack:T1:U1", "youtube::UC7"]


def test_headings_can_be_mapped_and_a_missing_one_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "Personalnummer;Bereich\n1;Dock\n")
    [one] = read_list(path, {"id": "personalnummer", "unit": "Bereich"}).persons
    assert (one.number, one.unit) == ("1", "Dock")
    with pytest.raises(BadInput, match="no column 'id'"):
        read_list(path)


def test_a_workbook_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(b"PK\x03\x04\x00\x00\x00")
    with pytest.raises(BadInput, match="no text table"):
        read_list(path)


# --------------------------------------------------------------------------- joiners, movers, leavers


def test_a_dry_run_tells_what_the_import_then_does(house: House, tmp_path: Path) -> None:
    rows = f"1;Dock;;;U1\n2;Yard;;{day(30)};U2 U3\n3;Yard;;never;\n"
    planned = bring(house, tmp_path, rows, dry_run=True)
    assert (persons(house), planned.import_id) == ([], None)
    done = bring(house, tmp_path, rows)
    assert counts(planned) == counts(done) == {"joins": 2, "leaves": 1, "linked": 3}
    assert [fault.line for fault in done.faults] == [4]
    assert len(persons(house)) == 2


def test_the_same_list_again_changes_nothing(house: House, tmp_path: Path) -> None:
    rows = f"1;Dock;2026-01-01;;U1\n2;Yard;;{day(30)};U2\n"
    bring(house, tmp_path, rows)
    again = bring(house, tmp_path, rows)
    assert (again.steps, again.unchanged) == ([], 2)


def test_no_number_of_hr_stands_in_clear_anywhere(house: House, tmp_path: Path) -> None:
    bring(house, tmp_path, "HR-CANARY-77;Dock;;;U1\n")
    [person] = persons(house)
    assert person.directory_number is not None
    assert house.vault.open(person.id, person.directory_number) == b"HR-CANARY-77"
    data = house.config.data
    assert not [path for path in data.rglob("*") if path.is_file() and b"HR-CANARY-77" in path.read_bytes()]


def test_a_mover_keeps_the_id_and_changes_the_unit(house: House, tmp_path: Path) -> None:
    bring(house, tmp_path, "1;Dock;;;U1\n")
    [before] = persons(house)
    moved = bring(house, tmp_path, "1;Yard;;;U1\n")
    [after] = persons(house)
    assert (after.id, after.unit, counts(moved)) == (before.id, "Yard", {"moves": 1})


def test_a_leavers_links_and_own_bases_end_with_the_last_day(
    each_house: House, tmp_path: Path, clock: Clock
) -> None:
    bring(each_house, tmp_path, "1;Dock;;;U1\n")
    person = holder(each_house, "U1")
    assert person is not None
    given = consent(each_house, person)
    bring(each_house, tmp_path, f"1;Dock;;{day(1)};U1\n")
    kept = act(each_house, handle(each_house, "U1"), "e1")
    assert isinstance(kept, Stated)
    clock.move(timedelta(days=2))
    assert act(each_house, handle(each_house, "U1"), "e2") == Refusal(No.UNLINKED)
    assert act(each_house, person, "e2") == Refusal(No.UNVERIFIED)
    assert release_leavers(each_house) == 1
    assert handle(each_house, "U1").person_id is None
    assert standing_about(each_house, person.id) == {kept.statement_id}
    with each_house.store.read() as session:
        assert str(session.get_one(Basis, given.id).until)[:10] == day(2)


def test_a_leaver_who_stays_after_all_loses_nothing(house: House, tmp_path: Path, clock: Clock) -> None:
    bring(house, tmp_path, f"1;Dock;;{day(5)};U1\n")
    person = holder(house, "U1")
    assert person is not None
    consent(house, person)
    bring(house, tmp_path, "1;Dock;;;U1\n")
    clock.move(timedelta(days=10))
    assert isinstance(act(house, handle(house, "U1")), Stated)


def test_who_is_missing_from_a_complete_list_leaves(each_house: House, tmp_path: Path, clock: Clock) -> None:
    bring(each_house, tmp_path, "1;Dock;;;U1\n2;Dock;;;U2\n")
    assert bring(each_house, tmp_path, "1;Dock;;;U1\n").steps == []
    report = bring(each_house, tmp_path, "1;Dock;;;U1\n", complete=True)
    [step] = report.steps
    assert (step.what, step.line, step.detail) == ("leaves", None, "not in the list: 2")
    clock.move(timedelta(days=1))
    assert holder(each_house, "U2") is None
    assert holder(each_house, "U1") is not None


def test_two_numbers_of_one_human_are_followed_each_by_itself(
    house: House, tmp_path: Path, clock: Clock
) -> None:
    rows = "1;Dock;;;U1\n2;Yard;;;U2\n"
    bring(house, tmp_path, rows)
    first, second = holder(house, "U1"), holder(house, "U2")
    assert first is not None
    assert second is not None
    merge(house, first, second)
    assert bring(house, tmp_path, rows).steps == []
    bring(house, tmp_path, f"1;Dock;;{day(1)};U1\n2;Yard;;;U2\n")
    clock.move(timedelta(days=3))
    assert holder(house, "U1") is None
    assert holder(house, "U2") is not None


def test_a_list_that_empties_the_house_is_refused(house: House, tmp_path: Path) -> None:
    bring(house, tmp_path, "".join(f"{number};Dock;;;U{number}\n" for number in range(40)))
    with pytest.raises(Denied, match="39 of 40"):
        bring(house, tmp_path, "1;Dock;;;U1\n", complete=True)
    with pytest.raises(Denied, match="no readable id"):
        bring(house, tmp_path, "1;Dock;;;U1\n;Dock;;;U2\n", complete=True)
    assert holder(house, "U2") is not None


def test_the_list_moves_its_own_links_but_never_one_that_somebody_else_made(
    house: House, tmp_path: Path, clock: Clock
) -> None:
    bring(house, tmp_path, "1;Dock;;;U1\n2;Dock;;;\n")
    clock.move(timedelta(hours=1))
    bring(house, tmp_path, "1;Dock;;;\n2;Dock;;;U1\n")
    second = holder(house, "U1")
    assert second is not None
    link(house, "U7", new_person(house))
    report = bring(house, tmp_path, "1;Dock;;;U7\n2;Dock;;;U1\n")
    assert "administrator" in report.faults[0].message
    with house.store.read() as session:
        first, then = handles.links_of(session, handle(house, "U1").id)
    assert (first.ended_why, then.person_id, then.until) == (LinkEnd.UNLISTED, second.id, None)


def test_an_account_of_the_list_is_the_one_that_posts_come_from(house: House, tmp_path: Path) -> None:
    bring(house, tmp_path, "1;Dock;;;U1\n")
    assert handle(house, "U1").id == handle_row(house.organisation.id, "slack", "T1", "U1").id


def test_a_list_that_only_claims_links_nobody_verified(tmp_path: Path, clock: Clock) -> None:
    house = make_house(tmp_path, clock, people={"hr_list_verifies": False})
    bring(house, tmp_path, "1;Dock;;;U1\n")
    agreement(house)
    assert act(house, handle(house, "U1")) == Refusal(No.UNVERIFIED)
    house.store.close()


# --------------------------------------------------------------------------- the way back


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


def test_an_import_can_be_taken_back_whatever_it_did(each_house: House, tmp_path: Path, clock: Clock) -> None:
    bring(each_house, tmp_path, f"1;Dock;;;U1\n2;Yard;;;U2\n3;Yard;;{day(20)};U3\n")
    person = holder(each_house, "U2")
    assert person is not None
    consent(each_house, person)
    clock.move(timedelta(hours=1))
    before = picture(each_house)
    wrong = f"1;Yard;;;U2\n2;Yard;;{day(-1)};\n3;Yard;;;U3\n4;Dock;;;U4\n"
    bring(each_house, tmp_path, wrong)
    assert picture(each_house) != before
    clock.move(timedelta(hours=1))
    undone = undo_import(each_house, "lead")
    assert undone.left == 0
    assert picture(each_house) == before


def test_taking_an_import_back_gives_no_withdrawn_consent_back(
    house: House, tmp_path: Path, clock: Clock
) -> None:
    bring(house, tmp_path, "1;Dock;;;U1\n")
    person = holder(house, "U1")
    assert person is not None
    given = consent(house, person)
    clock.move(timedelta(hours=1))
    bring(house, tmp_path, f"1;Dock;;{day(-1)};U1\n")
    withdrawing.withdraw(house, [given.id], "lead")
    assert undo_import(house, "lead").left == 1
    assert act(house, person) == Refusal(No.NO_BASIS)


def test_without_an_import_there_is_nothing_to_take_back(house: House) -> None:
    with pytest.raises(Denied, match="no import"):
        undo_import(house, "lead")


def test_a_long_list_goes_in_batches_and_tells_how_far_it_is(house: House, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    listed: HrList = read_list(
        write(tmp_path, HEAD + "".join(f"{number};Dock;;;U{number}\n" for number in range(230)))
    )
    directory.import_list(house, listed, "lead", progress=lambda done, every: seen.append((done, every)))
    assert seen == [(200, 230), (230, 230)]
    assert len(persons(house)) == 230
