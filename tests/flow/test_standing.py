"""How the sources are doing: a source that brings nothing new for too long is never silent about it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gleanery.errors import ConfigError, Denied, Unreachable
from gleanery.flow import read
from gleanery.flow.house import House
from gleanery.flow.sources import pause
from gleanery.flow.standing import alarms, standing, status
from gleanery.ports import Policy
from gleanery.testing import Clock
from tests.house import make_house
from tests.scripted import Script, draft, page, scripted

__all__ = ["scripted"]

pytestmark = pytest.mark.usefixtures("scripted")

REFUSED = Denied("The token is refused.", remedy="Make a new one.", stops_source=True)


def house_of(folder: Path, script: Script, clock: Clock, **settings: Any) -> House:
    return make_house(folder, clock, sources=[script.source(every_minutes=60, **settings)])


def alarm(house: House) -> str:
    [row] = standing(house)
    assert row["stale"] == bool(row["alarm"])
    assert alarms(house) == ({"forum": row["alarm"]} if row["stale"] else {})
    return str(row["alarm"])


def test_a_source_is_stale_after_three_intervals_without_success(tmp_path: Path) -> None:
    clock, script = Clock(), Script({"all": [page(draft(1))]})
    house = house_of(tmp_path, script, clock)
    assert alarm(house) == ""
    read(house, "forum")
    for hours in range(1, 5):
        clock.move(timedelta(hours=1))
        script.parts["all"].append(REFUSED)
        read(house, "forum")
        assert bool(alarm(house)) == (hours > 3)
    assert alarm(house) == (
        "Not read since 2026-01-15 12:00 UTC; it is to be read every hour. The token is refused. Make a new one."
    )
    read(house, "forum")
    assert alarm(house) == ""


def test_one_good_part_does_not_hide_that_the_source_is_refused(tmp_path: Path) -> None:
    """A part that was idle asked the platform nothing: that is no success."""
    clock, script = Clock(), Script({"all": [page(draft(1))], "idle": []})
    house = house_of(tmp_path, script, clock)
    read(house, "forum")
    clock.move(timedelta(hours=4))
    script.parts["all"].append(REFUSED)
    read(house, "forum")
    assert "The token is refused" in alarm(house)


def test_a_source_that_is_read_but_for_one_part_is_not_stale(tmp_path: Path) -> None:
    clock, script = Clock(), Script({"broken": [], "good": []})
    house = house_of(tmp_path, script, clock)
    for number in range(5):
        clock.move(timedelta(hours=1))
        script.parts["broken"].append(ConfigError("Invite the app there."))
        script.parts["good"].append(page(draft(number)))
        read(house, "forum")
    assert alarm(house) == ""
    assert status(house, "forum")["status"] == "action_required"


def test_a_source_that_never_was_read_is_stale_after_three_tries(tmp_path: Path) -> None:
    clock, script = Clock(), Script({"all": []})
    house = house_of(tmp_path, script, clock)
    for tries in range(1, 4):
        script.parts["all"].append(Unreachable("The forum does not answer."))
        read(house, "forum")
        assert bool(alarm(house)) == (tries == 3)
    assert alarm(house) == "Never read with success in 3 tries; it is to be read every hour."


def test_where_nobody_reads_at_all_the_alarm_asks_for_the_reader(tmp_path: Path) -> None:
    clock = Clock()
    house = house_of(tmp_path, Script({"all": [page(draft(1))]}), clock)
    read(house, "forum")
    clock.move(timedelta(days=2))
    assert alarm(house).endswith("Is `gleanery serve` running?")


def test_a_paused_source_is_not_stale(tmp_path: Path) -> None:
    clock = Clock()
    house = house_of(tmp_path, Script({"all": [page(draft(1))]}), clock)
    read(house, "forum")
    pause(house, "forum", "lead")
    clock.move(timedelta(days=2))
    assert alarm(house) == ""


def test_posts_that_must_be_looked_at_again_by_now_are_counted(tmp_path: Path) -> None:
    """Showing a post again begins its time anew."""
    clock = Clock()
    policy = Policy(may_store_text=True, refresh_by=timedelta(days=25))
    script = Script({"all": [page(draft(1), draft(2), draft(3))]}, policy=policy)
    house = house_of(tmp_path, script, clock)
    read(house, "forum")
    clock.move(timedelta(days=20))
    script.parts["all"].append(page(draft(2)))
    read(house, "forum")
    assert status(house, "forum")["overdue"] == 0
    clock.move(timedelta(days=6))
    assert status(house, "forum")["overdue"] == 2


def test_the_parts_of_a_source_are_told_with_what_keeps_them_back(tmp_path: Path) -> None:
    script = Script({"a": [page(draft(1))], "b": [ConfigError("Invite the app there.")]})
    house = house_of(tmp_path, script, Clock())
    read(house, "forum")
    parts = [(one["name"], one["complete"], one["message"]) for one in status(house, "forum")["partitions"]]
    assert parts == [("b", False, "Invite the app there."), ("a", True, "")]
