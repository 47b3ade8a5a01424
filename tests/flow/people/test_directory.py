"""The HR list brought in: joiners, movers and leavers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.naming import handle_row
from gleanery.flow.people import bases, directory, handles
from gleanery.flow.people.asking import No, Refusal
from gleanery.flow.people.due import release_leavers
from gleanery.flow.people.hr_list import HrList, read_list
from gleanery.model.bases import BasisEnd, Stated
from gleanery.model.people import LinkEnd
from gleanery.testing import NOON, Clock
from tests.flow.people.deeds import act, agreement, consent, link, merge, new_person, standing_about
from tests.flow.people.lists import HEAD, basis, bring, counts, day, handle, holder, persons, write
from tests.house import make_house
from tests.test_store import wait_until_blocked


@pytest.fixture
def house(sqlite_house: House) -> House:
    return sqlite_house


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
    assert str(basis(each_house, given.id).until)[:10] == day(2)


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


def test_who_has_a_row_that_cannot_be_used_is_not_missing(house: House, tmp_path: Path, clock: Clock) -> None:
    bring(house, tmp_path, "1;Dock;;;U1\n2;Dock;;;U2\n")
    report = bring(house, tmp_path, "1;Dock;;;U1\n2;Dock;31.2.2026;;U2\n", complete=True)
    assert ([fault.line for fault in report.faults], report.steps) == ([3], [])
    clock.move(timedelta(days=2))
    assert holder(house, "U2") is not None


def test_a_leaving_that_does_not_happen_makes_no_basis_last_longer(
    each_house: House, tmp_path: Path, clock: Clock
) -> None:
    """Consent until a day stays consent until that day, whatever last day HR names meanwhile."""
    bring(each_house, tmp_path, "1;Dock;;;U1\n")
    person = holder(each_house, "U1")
    assert person is not None
    given = consent(each_house, person, until=NOON + timedelta(days=10))
    for last_day in (day(5), day(30), day(60), ""):
        clock.move(timedelta(hours=1))
        bring(each_house, tmp_path, f"1;Dock;;{last_day};U1\n")
    assert basis(each_house, given.id).until == NOON + timedelta(days=10)
    clock.move(timedelta(days=11))
    assert act(each_house, person) == Refusal(No.NO_BASIS)


def test_a_consent_that_is_withdrawn_while_a_list_comes_in_stays_withdrawn(
    postgres_house: House, tmp_path: Path, clock: Clock
) -> None:
    """The list takes back that somebody leaves; the withdrawal was first, and is about to be committed."""
    house = postgres_house
    bring(house, tmp_path, "1;Dock;;;U1\n")
    person = holder(house, "U1")
    assert person is not None
    given = consent(house, person)
    clock.move(timedelta(hours=1))
    bring(house, tmp_path, f"1;Dock;;{day(5)};U1\n")
    with house.store.write() as session:  # as withdrawing.withdraw holds it until its commit
        row = bases.lock_basis(session, given.id)
        row.ended_why, row.until = BasisEnd.WITHDRAWN, house.now()
        session.flush()
        with ThreadPoolExecutor(1) as pool:
            coming_in = pool.submit(bring, house, tmp_path, "1;Dock;;;U1\n")
            wait_until_blocked(house.store)
            session.commit()
            coming_in.result()
    assert basis(house, given.id).ended_why is BasisEnd.WITHDRAWN


def test_a_long_list_goes_in_batches_and_tells_how_far_it_is(house: House, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    listed: HrList = read_list(
        write(tmp_path, HEAD + "".join(f"{number};Dock;;;U{number}\n" for number in range(230)))
    )
    directory.import_list(house, listed, "lead", progress=lambda done, every: seen.append((done, every)))
    assert seen == [(200, 230), (230, 230)]
    assert len(persons(house)) == 230
