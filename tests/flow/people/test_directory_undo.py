"""An import of the HR list taken back, whatever it did and whatever came after it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.people import withdrawing
from gleanery.flow.people.asking import No, Refusal
from gleanery.flow.people.directory_undo import undo_import
from gleanery.testing import Clock
from tests.flow.people.deeds import act, consent
from tests.flow.people.lists import bring, day, holder, picture


@pytest.fixture
def house(sqlite_house: House) -> House:
    return sqlite_house


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


def test_imports_are_taken_back_one_after_the_other(each_house: House, tmp_path: Path, clock: Clock) -> None:
    """Joined, leaves in a month, in two months, not at all; and each step back again."""
    seen: list[set[tuple[object, ...]]] = []
    for last_day in ("", day(30), day(60), ""):
        clock.move(timedelta(hours=1))
        bring(each_house, tmp_path, f"1;Dock;;{last_day};U1\n")
        if not seen:
            person = holder(each_house, "U1")
            assert person is not None
            consent(each_house, person)
        seen.append(picture(each_house))
    assert len(set(map(frozenset, seen))) == 3
    for before in reversed(seen[:-1]):
        clock.move(timedelta(hours=1))
        assert undo_import(each_house, "lead").left == 0
        assert picture(each_house) == before
