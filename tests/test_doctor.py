"""gleanery.doctor: what it sees without reading everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleanery.doctor import examine
from gleanery.flow.house import House
from gleanery.flow.record import driver
from gleanery.ports import Check
from tests.house import make_house
from tests.xapi.records import approvals
from xapi.lrs.store import StatementStore


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house in whose database a key wrote two statements into a store of its own, and all is sealed."""
    house = make_house(tmp_path)
    with house.store.write() as session:
        statements = StatementStore(driver(session), "academy")
        statements.insert(approvals(2), house.bridge.machine("key:x"), house.now())
    house.checkpoint()
    return house


def told(folder: Path, name: str) -> Check:
    """What it says of one log."""
    (found,) = (check for check in examine(folder / "config.yaml") if check.name == f"log {name}")
    return found


def test_every_store_is_looked_at(house: House, tmp_path: Path) -> None:
    house.close()
    for name, entries in (("audit", 1), ("statements:main", 0), ("statements:academy", 2)):
        check = told(tmp_path, name)
        assert check.ok
        assert check.message == f"{entries} entries, the last checkpoint is at {entries}"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE lrs_head SET seq = 1 WHERE name = 'academy'",
        "UPDATE lrs_head SET hash = zeroblob(32) WHERE name = 'academy'",
        "DELETE FROM lrs_head WHERE name = 'academy'",
    ],
    ids=["shorter", "other", "gone"],
)
def test_a_store_that_falls_short_of_its_checkpoint_is_told(
    house: House, tmp_path: Path, change: str
) -> None:
    with house.store.write() as session:
        session.connection().exec_driver_sql(change)
    house.store.close()
    check = told(tmp_path, "statements:academy")
    assert not check.ok
    assert "audit verify" in check.remedy
