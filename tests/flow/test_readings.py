"""Readings as runs: asked for once, watched, stopped without losing anything; sources that fail for long rest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.audit import AuditLog
from gleanery.errors import ConfigError, QuotaExhausted, Unreachable
from gleanery.flow import read, readings, runs, sources, standing
from gleanery.flow.failing import POLICY, Kind, pause_failing
from gleanery.flow.house import House
from gleanery.flow.reading_log import readings as log_of
from gleanery.model.runs import RunState
from gleanery.ports import Context, Page
from gleanery.testing import Clock
from gleanery.worker import due_sources, work
from tests.house import make_house
from tests.scripted import Script, Step, draft, page, scripted

__all__ = ["scripted"]
pytestmark = pytest.mark.usefixtures("scripted")


def house_of(folder: Path, clock: Clock, script: Script, **changes: object) -> House:
    return make_house(folder, clock, sources=[script.source()], **changes)


def ends(house: House) -> list[tuple[str, int, str]]:
    lines = log_of(house, sources.source_id_of(house, "forum"))
    return [(one.end.value, one.new, one.words) for one in lines]


def test_asking_twice_joins_the_run_that_is_open(tmp_path: Path) -> None:
    house = house_of(tmp_path, Clock(), Script({"a": [page(draft(1))]}))
    woken: list[bool] = []
    house.wake = lambda: woken.append(True)
    first, was_open = readings.ask(house, "forum", "curator")
    again, joined = readings.ask(house, "forum", "lead")
    assert (first.id, was_open, joined, len(woken)) == (again.id, False, True, 2)
    work(house)
    assert runs.find(house, first.id).state is RunState.DONE
    told = [line.action for line in AuditLog(house.store).lines()]
    assert told.count("source.read-asked") == 1


def test_a_source_is_read_at_once_where_somebody_asks_though_it_is_not_due(tmp_path: Path) -> None:
    script = Script({"a": [page(draft(1))]})
    house = house_of(tmp_path, Clock(), script)
    work(house)
    assert due_sources(house) == []
    readings.ask(house, "forum", "curator")
    work(house)
    assert script.read == ["a", "a"]


def test_a_reading_shows_how_far_it_is(tmp_path: Path) -> None:
    seen: list[tuple[RunState, int]] = []

    def look(_: Context) -> Page:
        seen.extend((run.state, run.done) for run in runs.under_way(house, readings.KIND))
        return page(draft(3))

    house = house_of(tmp_path, Clock(), Script({"a": [page(draft(1), draft(2), complete=False), look]}))
    readings.read_as_run(house, "forum")
    assert seen == [(RunState.RUNNING, 2)]


def test_a_stopped_reading_keeps_what_came_and_goes_on_there_the_next_time(tmp_path: Path) -> None:
    def stop(_: Context) -> Page:
        [run] = runs.under_way(house, readings.KIND)
        runs.cancel(house, run.id, "person:somebody")
        return page(draft(2), complete=False)

    clock = Clock()
    house = house_of(tmp_path, clock, Script({"a": [page(draft(1), complete=False), stop, page(draft(3))]}))
    readings.read_as_run(house, "forum")
    assert ends(house) == [("cancelled", 2, "It was stopped. What was done until then stands.")]
    assert due_sources(house) == []  # it does not begin again by itself at once
    assert standing.status(house, "forum")["status"] != "action_required"
    clock.move(timedelta(minutes=61))
    assert readings.read_as_run(house, "forum").new_posts == 1
    assert standing.status(house, "forum")["posts"] == 3


def test_a_paused_source_is_not_read_and_says_so(tmp_path: Path) -> None:
    house = house_of(tmp_path, Clock(), Script({"a": []}))
    sources.pause(house, "forum", "curator")
    with pytest.raises(readings.Resting, match="paused"):
        readings.ask(house, "forum", "curator")
    assert runs.under_way(house) == []


def test_a_reading_of_another_worker_is_left_alone(tmp_path: Path) -> None:
    def look(_: Context) -> Page:
        assert readings.read_as_run(house, "forum").busy
        return page(draft(1))

    house = house_of(tmp_path, Clock(), Script({"a": [look]}))
    assert readings.read_as_run(house, "forum").new_posts == 1
    assert runs.under_way(house) == []


def test_the_log_says_what_each_reading_brought_and_what_went_wrong(tmp_path: Path) -> None:
    clock = Clock()
    steps: list[Step] = [
        page(draft(1), draft(2), complete=False),
        Unreachable("The forum answers 503."),
        page(draft(3)),
    ]
    house = house_of(tmp_path, clock, Script({"a": steps}), reading={"keep_log_days": 2})
    for _ in range(2):
        read(house, "forum")
        clock.move(timedelta(hours=1))
    assert ends(house) == [("done", 1, ""), ("retrying", 2, "The forum answers 503.")]
    clock.move(timedelta(days=3))
    read(house, "forum")
    assert [end for end, _, _ in ends(house)] == ["done"]


def test_a_reading_that_broke_off_is_not_said_to_be_done(tmp_path: Path) -> None:
    def broken(_: Context) -> Page:
        raise KeyboardInterrupt

    house = house_of(tmp_path, Clock(), Script({"a": [broken]}))
    with pytest.raises(KeyboardInterrupt):
        readings.read_as_run(house, "forum")
    assert ends(house) == []


def fail_for(house: House, clock: Clock, days: int, error: Exception, script: Script) -> None:
    for _ in range(days):
        script.parts["a"].append(error)  # type: ignore[arg-type]
        read(house, "forum")
        clock.move(timedelta(days=1))


def test_a_source_that_fails_for_long_is_warned_of_and_then_rests(tmp_path: Path) -> None:
    clock, script = Clock(), Script({"a": []})
    house = house_of(tmp_path, clock, script)
    read(house, "forum")
    fail_for(house, clock, 6, Unreachable("no answer"), script)
    assert (standing.warnings(house), pause_failing(house)) == ([], [])
    fail_for(house, clock, 2, Unreachable("no answer"), script)
    [warning] = standing.warnings(house)
    assert (warning.kind, pause_failing(house)) == (Kind.WILL_PAUSE, [])
    clock.move(timedelta(days=6))
    assert pause_failing(house) == ["forum"]
    assert [one.kind for one in standing.warnings(house)] == [Kind.PAUSED]
    assert [line.actor for line in AuditLog(house.store).lines() if line.action == "source.paused"] == [
        POLICY
    ]
    sources.resume(house, "forum", "curator")
    assert pause_failing(house) == []
    assert Kind.PAUSED not in [one.kind for one in standing.warnings(house)]


def test_a_reading_that_succeeds_ends_the_count(tmp_path: Path) -> None:
    clock, script = Clock(), Script({"a": []})
    house = house_of(tmp_path, clock, script)
    fail_for(house, clock, 13, ConfigError("the key is refused"), script)
    read(house, "forum")
    clock.move(timedelta(days=5))
    assert pause_failing(house) == []
    assert standing.warnings(house) == []


def test_what_is_used_up_is_no_failure(tmp_path: Path) -> None:
    clock, script = Clock(), Script({"a": []})
    house = house_of(tmp_path, clock, script)
    fail_for(house, clock, 20, QuotaExhausted("used up", until=clock()), script)
    assert pause_failing(house) == []


def test_somebody_who_has_to_act_is_told_at_once(tmp_path: Path) -> None:
    clock, script = Clock(), Script({"a": [ConfigError("the key is refused")]})
    house = house_of(tmp_path, clock, script)
    read(house, "forum")
    assert [(one.source, one.kind) for one in standing.warnings(house)] == [("forum", Kind.ACTION_REQUIRED)]


def test_never_where_the_settings_say_so(tmp_path: Path) -> None:
    clock, script = Clock(), Script({"a": []})
    house = house_of(tmp_path, clock, script, reading={"pause_after_failing_days": 0})
    fail_for(house, clock, 30, Unreachable("no answer"), script)
    assert pause_failing(house) == []


def test_pausing_ends_the_reading_that_is_under_way_after_its_page(tmp_path: Path) -> None:
    def rest(_: Context) -> Page:
        sources.pause(house, "forum", "curator")
        return page(draft(2), complete=False)

    script = Script({"a": [page(draft(1), complete=False), rest, page(draft(3))]})
    house = house_of(tmp_path, Clock(), script)
    readings.read_as_run(house, "forum")
    assert ends(house)[0][:2] == ("cancelled", 2)
    work(house)
    assert script.read == ["a"]
    sources.resume(house, "forum", "curator")
    work(house)
    assert ends(house)[0][:2] == ("done", 1)


def test_a_run_whose_source_is_gone_does_not_stay_under_way_for_ever(tmp_path: Path) -> None:
    clock = Clock()
    house = make_house(tmp_path, clock)
    with house.store.write() as session:
        killed = runs.ask(session, house, readings.KIND, "gone", "clock")
        killed.state = RunState.RUNNING
        session.add(killed)
    clock.move(runs.GIVEN_UP - timedelta(seconds=1))
    work(house)
    assert [one.id for one in runs.under_way(house)] == [killed.id]
    clock.move(timedelta(minutes=1))
    work(house)
    ended = runs.find(house, killed.id)
    assert (ended.state, "fell silent" in ended.words) == (RunState.FAILED, True)


def test_a_reading_whose_worker_was_killed_is_taken_up_and_loses_nothing(tmp_path: Path) -> None:
    class Killed(BaseException):
        """As a kill: nothing is noted any more."""

    def die(_: Context) -> Page:
        if len(script.read) == 1:
            raise Killed
        return page(draft(2))

    clock, script = Clock(), Script({"a": [page(draft(1), complete=False), die]})
    house = house_of(tmp_path, clock, script)
    run, _ = readings.ask(house, "forum", "curator")
    with pytest.raises(Killed):
        readings.read_as_run(house, "forum")
    assert runs.find(house, run.id).state is RunState.RUNNING
    clock.move(runs.SILENT + timedelta(minutes=10))
    work(house)
    assert (runs.find(house, run.id).state, standing.status(house, "forum")["posts"]) == (RunState.DONE, 2)
