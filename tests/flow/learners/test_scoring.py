"""gleanery.flow.learners.scoring: what a gradebook is owed arrives once and in order, or says why not."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.learners import scoring
from gleanery.model.destinations import DeliveryState
from gleanery.testing import Clock
from gleanery.testing.fakes import Reply
from tests.courses import COURSE, course_house, offered_items
from tests.flow.learners.steps import before, scores
from tests.gradebook import Gradebook
from tests.web.houses import copied, post


def states(house: House) -> list[str]:
    return [one.state.value for one in scores(house)]


def test_the_latest_state_is_what_arrives_and_times_rise_strictly(house: House, gradebook: Gradebook) -> None:
    doing = before(house, offered_items(house)[0])
    assert scoring.send(house, COURSE).sent == 1
    first = gradebook.scores["c1", "u1"]
    assert first["progress"] == "started"
    doing.open_source()
    assert scoring.send(house, COURSE).sent == 1
    last = gradebook.scores["c1", "u1"]
    assert (last["progress"], last["share"]) == ("completed", 1.0)
    assert last["at"] > first["at"], "the clock stands, and still the later one is later"


def test_an_answer_that_was_lost_changes_nothing(house: House, gradebook: Gradebook, clock: Clock) -> None:
    before(house, offered_items(house)[0]).open_source()
    gradebook.interrupt("half")
    assert scoring.send(house, COURSE).faults
    assert scoring.send(house, COURSE).sent == 0, "it waits for its time"
    clock.move(timedelta(minutes=5))
    assert scoring.send(house, COURSE).sent == 1
    assert gradebook.written == 1


def test_a_gradebook_that_is_busy_is_asked_again_when_it_says(
    house: House, gradebook: Gradebook, clock: Clock
) -> None:
    before(house, offered_items(house)[0])
    gradebook.interrupt(Reply(503, headers={"Retry-After": "600"}))
    scoring.send(house, COURSE)
    assert scores(house)[0].next_try_at >= clock() + timedelta(seconds=600)
    assert scoring.due(house) == []
    clock.move(timedelta(seconds=601))
    assert scoring.due(house) == [COURSE]


def test_after_some_tries_a_person_must_act(house: House, gradebook: Gradebook, clock: Clock) -> None:
    before(house, offered_items(house)[0])
    gradebook.interrupt(Reply(500), times=3)
    for _ in range(3):
        scoring.send(house, COURSE)
        clock.move(timedelta(hours=1))
    assert states(house) == ["dead"]
    assert scoring.retry_dead(house, "lead", COURSE) == 1
    assert scoring.send(house, COURSE).sent == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("column", "The column is gone. A teacher removed it; add the item to the course again."),
        ("learner", "The course does not know the learner. Enrol them again."),
    ],
)
def test_what_only_a_teacher_can_mend_is_told_with_the_remedy_and_can_be_tried_again(
    house: House, gradebook: Gradebook, fault: str, words: str
) -> None:
    before(house, offered_items(house)[0]).open_source()
    if fault == "column":
        gradebook.columns.clear()
    else:
        gradebook.unknown.add("u1")
    assert scoring.send(house, COURSE).faults
    (row,) = scores(house)
    assert row.state is DeliveryState.DEAD
    assert words.lower() in row.reason.lower()
    assert scoring.outlook(house) == {COURSE: scoring.Outlook(0, 1, row.reason)}
    gradebook.columns.add("c1")
    gradebook.unknown.clear()
    scoring.retry(house, "lead", row.id)
    assert scoring.send(house, COURSE).sent == 1
    with pytest.raises(Denied):
        scoring.retry(house, "lead", row.id)


def test_one_score_that_fails_stops_no_other(house: House, gradebook: Gradebook) -> None:
    for account in ("u1", "u2", "u3"):
        before(house, offered_items(house)[0], account)
    gradebook.unknown.add("u2")
    report = scoring.send(house, COURSE)
    assert (report.sent, len(report.faults)) == (2, 1)
    assert states(house) == ["delivered", "dead", "delivered"]


def test_a_gradebook_that_is_silent_is_left_alone_for_a_while(
    house: House, gradebook: Gradebook, clock: Clock
) -> None:
    for number in range(6):
        before(house, offered_items(house)[0], f"u{number}")
    gradebook.interrupt("cut", times=scoring.MOST_SILENT)
    assert len(scoring.send(house, COURSE).faults) == scoring.MOST_SILENT
    assert (gradebook.written, scoring.due(house)) == (0, [])
    clock.move(timedelta(minutes=2))
    assert scoring.send(house, COURSE).sent == 6


def test_a_second_course_is_told_of_what_was_completed_before(house: House, gradebook: Gradebook) -> None:
    item, *_ = offered_items(house)
    before(house, item).open_source()
    before(house, item, column="c2")
    scoring.send(house, COURSE)
    assert {key: one["progress"] for key, one in gradebook.scores.items()} == {
        ("c1", "u1"): "completed",
        ("c2", "u1"): "completed",
    }


def test_a_course_without_a_gradebook_is_owed_nothing(house: House) -> None:
    before(house, offered_items(house)[0], column=None).open_source()
    assert scores(house) == []


# --------------------------------------------------------------------------- kills

_SEND = (
    "import sys; sys.path[:0] = [{root!r}, {folder!r}];"
    "from gleanery.config import load; from gleanery.flow.founding import open_house;"
    "from gleanery.flow.learners import scoring; from pathlib import Path;"
    "house = open_house(load(Path({config!r}))); scoring.send(house, 'course'); house.close()"
)


def _sender(folder: Path) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[3]
    installed = next(one for one in sys.path if Path(one, "drafts_of_posts-1.0.dist-info").exists())
    code = _SEND.format(root=str(root), folder=installed, config=str(folder / "config.yaml"))
    return subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


def _killed(tmp_path: Path, gradebook: Gradebook, learners: int, kills: int) -> None:
    """Kill the sending whenever so many more scores were written; in the end each stands once, as it was owed."""
    course_house(tmp_path / "founded", gradebook, posts=[post(0)]).close()
    house = copied(tmp_path / "founded", tmp_path / "killed")
    for number in range(learners):
        before(house, offered_items(house)[0], f"u{number:04}").open_source()
    expected = {("c1", one.account): one.at.isoformat() for one in scores(house)}
    chance = random.Random(7)
    for kill in range(kills):
        reached = gradebook.written + 1 + chance.randrange(max(1, learners // (kills + 1)))
        met = gradebook.interrupt("half", after=max(0, reached - gradebook.written - 1))
        process = _sender(tmp_path / "killed")
        while met.met is None and process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.01)
        process.kill()
        process.wait()
        assert kill < kills
    assert _sender(tmp_path / "killed").wait() == 0
    house.now = Clock(house.now() + timedelta(hours=1))
    scoring.send(house, COURSE)
    assert {key: one["at"] for key, one in gradebook.scores.items()} == expected
    assert gradebook.written == learners, "each was written once"
    assert set(states(house)) == {"delivered"}
    house.close()


def test_a_kill_in_the_midst_of_sending_loses_and_doubles_no_score(
    tmp_path: Path, gradebook: Gradebook
) -> None:
    _killed(tmp_path, gradebook, learners=6, kills=2)


@pytest.mark.proof
def test_sixty_kills_in_the_midst_of_sending_lose_and_double_no_score(
    tmp_path: Path, gradebook: Gradebook
) -> None:
    _killed(tmp_path, gradebook, learners=240, kills=60)
