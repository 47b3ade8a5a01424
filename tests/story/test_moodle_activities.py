"""The way of items and a path into a Moodle with our plugin, a teacher's hand in it, and learners' acts back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from gleanery.flow import deciding, deliver, desk, run
from gleanery.flow.collections import editing, publishing
from gleanery.flow.destinations import comparing, reading_back
from gleanery.flow.house import House
from gleanery.flow.learners import telling
from gleanery.flow.people import handles
from gleanery.flow.people.handles import Account
from gleanery.model.items import DecisionVerdict
from gleanery.model.people import LinkedBy, Person
from gleanery.ports import Stands
from gleanery.testing import NOON, Clock
from tests.flow.collections.test_editing import path
from tests.flow.people.deeds import LEAD, consent, new_person, standing_about
from tests.house import article, file_source, make_house, records
from tests.moodle_server import MoodleServer

AT = int(NOON.timestamp())


@pytest.fixture
def campus() -> Iterator[MoodleServer]:
    with MoodleServer(with_plugin=True) as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, campus: MoodleServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house with four items that wait, delivering to a course."""
    monkeypatch.setenv("MOODLE_TOKEN", campus.token)
    settings = {"url": campus.url, "token": {"env": "MOODLE_TOKEN"}, "course": campus.course}
    made = make_house(
        tmp_path,
        Clock(),
        sources=[file_source(records(tmp_path, map(article, range(4))))],
        destinations=[{"name": "moodle", "adapter": "moodle", "settings": settings}],
        goals=[{"name": "safe", "title": "No accidents", "words": ["ladders"]}],
        delivery={"undo_seconds": 0, "attempts": 3},
    )
    run(made)
    yield made
    made.close()


@pytest.fixture
def items(house: House) -> list[UUID]:
    """The ids of the items, approved and delivered."""
    rows = [row.id for row in desk.queue(house).rows]
    for one in rows:
        deciding.decide(house, str(one), DecisionVerdict.APPROVE, "curator")
    report = deliver(house, "moodle")
    assert (report.delivered, report.faults) == (4, [])
    return rows


def numbers(campus: MoodleServer, section: int) -> list[str]:
    """The id numbers of what stands in a section, without the prefix."""
    ids = {one["name"]: one["idnumber"].removeprefix("gleanery-") for one in campus.plugin.activities}
    return [ids[name] for name in campus.plugin.sections[section][1]]


def test_a_path_becomes_a_section_and_goes_when_it_is_retired(
    house: House, campus: MoodleServer, items: list[UUID]
) -> None:
    made = path(house, [items[2], items[0]])
    editing.edit(house, "curator", made.id, {"destinations": ("moodle",)})
    publishing.publish(house, "lead", made.id)
    assert deliver(house, "moodle").faults == []
    assert numbers(campus, 2) == [str(one) for one in (made.id, items[2], items[0])]
    label = next(one for one in campus.plugin.activities if one["modname"] == "label")
    assert f"{campus.url}/mod/" in label["text"]
    publishing.retire(house, "lead", made.id)
    assert deliver(house, "moodle").faults == []
    assert len(campus.plugin.sections) == 2
    assert len(campus.plugin.activities) == 4


def test_a_teachers_acts_are_found_and_set_right_only_when_somebody_says_so(
    house: House, campus: MoodleServer, items: list[UUID]
) -> None:
    edited, deleted, left, hidden = campus.plugin.activities
    campus.plugin.edit(edited["id"], name="Teacher's words")
    campus.plugin.delete(deleted["id"])
    campus.plugin.edit(hidden["id"], visible=False)
    found = comparing.compare(house, "moodle")
    assert (found.error, found.counts) == ("", {"edited": 1, "gone": 1, "held": 1, "as-left": 1})
    assert deliver(house, "moodle").delivered == 0
    assert comparing.redeliver(house, "lead", "moodle") == 2
    assert deliver(house, "moodle").faults == []
    assert [one["name"] for one in campus.plugin.activities].count("Teacher's words") == 0
    assert len(campus.plugin.activities) == 4
    again = comparing.compare(house, "moodle")
    assert {one.stands for one in again.differences} == {Stands.HELD}
    assert left["id"] in {one["id"] for one in campus.plugin.activities}


def test_an_item_withdrawn_while_its_delivery_is_unanswered_is_taken_away(
    house: House, campus: MoodleServer
) -> None:
    [one, *_] = [row.id for row in desk.queue(house).rows]
    deciding.decide(house, str(one), DecisionVerdict.APPROVE, "curator")
    campus.lose_next_answer("local_gleanery_upsert_item")
    assert "moodle" in str(deliver(house, "moodle").faults)
    assert len(campus.plugin.activities) == 1
    deciding.decide(house, str(one), DecisionVerdict.RETRACT, "curator")
    assert deliver(house, "moodle").faults == []
    assert campus.plugin.activities == []


def test_a_course_that_is_deleted_holds_everything_back_with_its_remedy(
    house: House, campus: MoodleServer, items: list[UUID]
) -> None:
    deciding.decide(house, str(items[0]), DecisionVerdict.RETRACT, "curator")
    campus.plugin.do("drop course")
    [(place, fault)] = deliver(house, "moodle").faults
    assert place == "moodle"
    assert "no such course. Set `course`" in fault


def test_what_a_learner_with_a_basis_completed_is_stated_once(
    house: House, campus: MoodleServer, items: list[UUID]
) -> None:
    learner = known(house, campus.url, "61")
    campus.learning.users = [61, 62]
    for user in campus.learning.users:
        campus.learning.complete(user, campus.plugin.activities[0]["id"], AT)
    found = reading_back.read_back(house, "moodle")
    assert (found.error, found.told, found.stated) == ("", 2, 1)
    assert reading_back.read_back(house, "moodle").told == 0
    assert len(standing_about(house, learner.id)) == 1


def known(house: House, realm: str, number: str) -> Person:
    """A learner whose account there is known, and who agreed."""
    person = new_person(house)
    with house.change() as change:
        account = Account(telling.PLATFORM, realm, number)
        handle = handles.ensure_handle(change.session, house.organisation.id, account)
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True)
    consent(house, person)
    return person
