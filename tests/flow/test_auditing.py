"""Reading people's records is told in the audit log: once a reading, not once a record."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.audit import AuditLog, Line
from gleanery.flow.auditing import GROUPED, READ, note_read, read_by
from gleanery.flow.house import House
from gleanery.testing import Clock
from tests.house import make_house


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> House:
    return make_house(tmp_path, clock)


def reads(house: House) -> list[Line]:
    return [line for line in AuditLog(house.store).lines() if line.action == READ]


def test_a_reading_is_one_entry_with_its_count(house: House) -> None:
    read_by(house, "lead", "statements:main", what="raw", count=40)
    [line] = reads(house)
    assert line.subject == "statements:main"
    assert json.loads(line.detail) == {"what": "raw", "count": 40}


def test_the_same_reading_is_told_again_only_after_a_while(house: House, clock: Clock) -> None:
    for _ in range(3):
        read_by(house, "lead", "person:x", what="profile", count=1)
        clock.move(timedelta(minutes=1))
    assert len(reads(house)) == 1
    clock.move(GROUPED)
    read_by(house, "lead", "person:x", what="profile", count=1)
    assert len(reads(house)) == 2


def test_another_person_subject_or_detail_is_another_reading(house: House) -> None:
    read_by(house, "lead", "person:x", what="profile", count=1)
    read_by(house, "curator", "person:x", what="profile", count=1)
    read_by(house, "lead", "person:y", what="profile", count=1)
    read_by(house, "lead", "person:x", what="raw", count=1)
    assert len(reads(house)) == 4


class Stop(Exception):
    """Ends a change in its middle."""


def read_and_stop(house: House) -> None:
    with house.change() as change:
        note_read(change, "policy:x", "person:x", what="profile")
        raise Stop


def test_within_a_change_it_stands_or_falls_with_it(house: House) -> None:
    with pytest.raises(Stop):
        read_and_stop(house)
    assert reads(house) == []
    note_read(house, "policy:x", "person:x", what="profile")
    assert len(reads(house)) == 1
