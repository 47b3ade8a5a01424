"""The list of erasures: kept apart, signed, whole after a crash."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from gleanery.errors import BadInput, ConfigError
from gleanery.flow import erasure_list
from gleanery.flow.erasure_list import Erasure
from gleanery.flow.house import House
from tests.house import make_house

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(tmp_path)


def erasure(days: int = 0) -> Erasure:
    ids = (uuid4(), uuid4())
    return Erasure(uuid4(), AT + timedelta(days=days), ids, ids[:1], ids)


def test_what_was_entered_is_read_in_order_of_time_and_once(house: House) -> None:
    later, earlier = erasure(2), erasure(1)
    assert erasure_list.read(house) == []
    erasure_list.append(house, later)
    erasure_list.append(house, earlier)
    assert erasure_list.read(house) == [earlier, later]


def test_the_list_lies_apart_from_the_data_and_in_two_places(house: House) -> None:
    erasure_list.append(house, erasure())
    files = erasure_list.places(house)
    assert len(files) == 2
    for path in files:
        assert path.exists()
        assert not path.is_relative_to(house.config.data)
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("lost", [0, 1])
def test_one_of_the_places_is_enough(house: House, lost: int) -> None:
    entered = erasure()
    erasure_list.append(house, entered)
    erasure_list.places(house)[lost].unlink()
    assert erasure_list.read(house) == [entered]


def test_a_line_that_a_crash_tore_is_passed_over_and_removed(house: House) -> None:
    first, second = erasure(1), erasure(2)
    erasure_list.append(house, first)
    for path in erasure_list.places(house):
        whole = path.read_bytes()
        path.write_bytes(whole + whole[: len(whole) // 2])
    assert erasure_list.read(house) == [first]
    erasure_list.append(house, second)
    assert erasure_list.read(house) == [first, second]


@pytest.mark.parametrize("forged", [b"{}\n", b"nonsense\n", b"[1]\n"])
def test_a_line_that_the_house_did_not_sign_stops_the_reading(house: House, forged: bytes) -> None:
    erasure_list.append(house, erasure())
    path = erasure_list.places(house)[0]
    path.write_bytes(path.read_bytes() + forged)
    with pytest.raises(BadInput, match=r"Line 2 .* not signed"):
        erasure_list.read(house)


def test_an_id_that_was_changed_is_found(house: House) -> None:
    entered = erasure()
    erasure_list.append(house, entered)
    path = erasure_list.places(house)[1]
    path.write_text(path.read_text("utf-8").replace(str(entered.persons[0]), str(uuid4())), "utf-8")
    with pytest.raises(BadInput, match="not signed"):
        erasure_list.read(house)


def test_another_house_does_not_take_this_ones_list(house: House, tmp_path: Path) -> None:
    erasure_list.append(house, erasure())
    other = make_house(tmp_path / "other")
    erasure_list.places(other)[0].write_bytes(erasure_list.places(house)[0].read_bytes())
    with pytest.raises(BadInput, match="not signed"):
        erasure_list.read(other)


def test_a_place_that_cannot_be_written_stops_the_erasure_before_it_begins(house: House) -> None:
    blocked = erasure_list.places(house)[1]
    os.mkdir(blocked)
    with pytest.raises(ConfigError, match="Nothing was erased"):
        erasure_list.append(house, erasure())
