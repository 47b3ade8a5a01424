"""A backup that is put back brings nobody back: the list of erasures is applied to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.flow import backing_up, erasure_list
from gleanery.flow.erasing import cases, receipts
from gleanery.flow.erasing.again import erase_again
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.record import count
from gleanery.flow.verifying import summary, verdicts
from gleanery.model.erasures import ErasureCase, ErasureState
from gleanery.model.people import Person
from gleanery.model.posts import Post
from gleanery.testing import Clock
from tests.flow.erasing.planted import Planted, found_in_files, found_in_record, plant


@pytest.fixture
def planted(tmp_path: Path, clock: Clock) -> Planted:
    return plant(tmp_path / "house", clock)


def backed_up(planted: Planted) -> Path:
    path, _ = backing_up.create(planted.house, planted.house.config.folder / "backup.zip", "lead")
    return path


def restored(planted: Planted, backup: Path) -> Planted:
    """The disk is lost, and the backup put back; keys and second place are elsewhere."""
    house = planted.house
    house.store.close()
    shutil.rmtree(house.config.data)
    done = backing_up.restore(
        house.config, backup, note="disk failed", by="lead", again=erase_again, now=house.now
    )
    assert done.erased_again == 1
    again = open_house(house.config, house.now)
    return Planted(again, planted.person, planted.canary, planted.own, planted.others, planted.untouched)


def nowhere(planted: Planted) -> None:
    assert found_in_record(planted) == []
    assert found_in_files(planted) == []
    assert summary(verdicts(planted.house)) == "verified"
    with planted.house.store.read() as session:
        assert session.get(Person, planted.person) is None


def test_yesterdays_backup_does_not_bring_an_erased_person_back(planted: Planted) -> None:
    backup = backed_up(planted)
    cases.finish(planted.house, cases.ask(planted.house, planted.asked, "lead").id)
    again = restored(planted, backup)
    nowhere(again)
    again.house.store.close()


def test_an_erasure_that_waited_when_the_backup_was_made_is_done_by_the_restore(planted: Planted) -> None:
    case = cases.ask(planted.house, planted.asked, "lead")
    backup = backed_up(planted)
    cases.finish(planted.house, case.id)
    again = restored(planted, backup)
    nowhere(again)
    with again.house.store.read() as session:
        row = session.get_one(ErasureCase, case.id)
    assert (row.state, row.sealed) == (ErasureState.DONE, None)
    told = receipts.read(again.house, row.receipt or "")
    assert told["counts"]["statements-erased"] == len(planted.own)
    again.house.store.close()


def test_erasing_again_changes_nothing_where_nothing_came_back(planted: Planted) -> None:
    cases.finish(planted.house, cases.ask(planted.house, planted.asked, "lead").id)
    [entry] = erasure_list.read(planted.house)
    before = posts_and_count(planted.house)
    erase_again(planted.house, entry)
    assert posts_and_count(planted.house) == before
    nowhere(planted)
    planted.house.store.close()


def posts_and_count(house: House) -> object:
    with house.store.read() as session:
        return count(house.store), session.exec(select(Post)).all()


def test_the_list_of_erasures_names_nobody(planted: Planted) -> None:
    cases.finish(planted.house, cases.ask(planted.house, planted.asked, "lead").id)
    for path in erasure_list.places(planted.house):
        assert planted.canary not in path.read_text().lower()
    planted.house.store.close()
