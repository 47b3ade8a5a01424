"""What learners do is stated of those who have a basis, and of nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from sqlmodel import select

from gleanery.flow import record
from gleanery.flow.house import House
from gleanery.flow.learners import asking, scoring, watching
from gleanery.flow.learners.showing import look
from gleanery.flow.learners.watching import Report
from gleanery.model.bases import Purpose, Stated
from gleanery.model.learners import Reached
from gleanery.ports import Deed
from gleanery.testing import Clock
from tests.courses import COURSE, offered_items, path_of
from tests.flow.learners.steps import before, came, linked, reached
from tests.flow.people.deeds import agreement, consent, withdraw
from tests.gradebook import REALM, Gradebook


def stated(house: House) -> list[dict[str, Any]]:
    """Every statement about learners, in the order of the record."""
    with house.store.read() as session:
        ids = set(session.exec(select(Stated.statement_id)))
    with record.record(house.store) as statements:
        found = [one for one in statements.query(limit=1000, ascending=True) if one.id in ids]
    return [msgspec.json.decode(one.raw) for one in found]


def verbs(house: House) -> list[str]:
    return [one["verb"]["id"].rpartition("/")[2] for one in stated(house)]


def test_a_learner_without_a_basis_learns_and_leaves_no_statement(house: House, gradebook: Gradebook) -> None:
    doing = before(house, offered_items(house)[0])
    doing.open_source()
    asking.rate(doing, 5)
    assert stated(house) == []
    linked(house)
    before(house, offered_items(house)[1]).open_source()
    assert stated(house) == [], "a link alone is no basis"
    scoring.send(house, COURSE)
    assert gradebook.scores["c1", "u1"]["progress"] == "completed"


def test_with_a_basis_each_act_is_stated_once_of_the_pseudonym(house: House) -> None:
    person = linked(house)
    consent(house, person)
    doing = before(house, offered_items(house)[0])
    doing.open_page()
    doing.open_source()
    doing.open_source()
    asking.rate(doing, 4)
    asking.rate(doing, 4)
    assert verbs(house) == ["launched", "viewed", "completed", "bookmarked"]
    for one in stated(house):
        assert one["actor"]["account"]["name"] == str(person.id)
        assert "u1" not in str(one)
    assert stated(house)[2]["result"]["extensions"] == {
        "https://w3id.org/xapi/gleanery/extensions/evidence": "opened"
    }


def test_who_withdraws_is_stated_no_more(house: House) -> None:
    basis = consent(house, linked(house))
    doing = before(house, offered_items(house)[0])
    assert verbs(house) == ["launched"]
    withdraw(house, basis)
    doing.open_source()
    assert verbs(house) == [], "what rested on it is voided, and nothing new is said"
    assert reached(house).completed_at is not None


def test_a_basis_for_one_course_covers_that_course(house: House) -> None:
    person = linked(house)
    consent(house, person, source="elsewhere")
    before(house, offered_items(house)[0])
    assert stated(house) == []
    consent(house, person, Purpose.LEARNING_RECORD, source=COURSE)
    before(house, offered_items(house)[1])
    assert verbs(house) == ["launched"]


def test_a_video_is_told_by_the_video_profile(house: House, clock: Clock) -> None:
    consent(house, linked(house))
    doing = before(house, offered_items(house)[2])
    watching.report(doing, Report("ready", 0, 100))
    watching.report(doing, Report("played", 0, 100))
    clock.move(timedelta(seconds=50))
    watching.report(doing, Report("paused", 50, 100, [(0, 50)]))
    watching.report(doing, Report("seeked", 60, 100, left=50))
    clock.move(timedelta(seconds=50))
    watching.report(doing, Report("ended", 100, 100, [(50, 100)]))
    assert [one for one in verbs(house) if one != "viewed"] == [
        "launched", "initialized", "played", "paused", "seeked", "terminated", "completed",
    ]  # fmt: skip
    done = stated(house)[-1]
    extensions = done["result"]["extensions"]
    assert extensions["https://w3id.org/xapi/video/extensions/played-segments"] == "0[.]100"
    assert extensions["https://w3id.org/xapi/video/extensions/progress"] == 1.0
    assert done["context"]["extensions"]["https://w3id.org/xapi/video/extensions/completion-threshold"] == 0.9


def test_a_path_is_progressed_and_completed_with_its_weakest_evidence(house: House) -> None:
    consent(house, linked(house))
    items = offered_items(house)[:2]
    visit = came(house, path_of(house, items)).visit
    for item in items:
        doing = look(house, visit, item).doing
        assert doing is not None
        doing.open_source()
    assert verbs(house) == ["viewed", "completed", "progressed", "viewed", "completed", "completed"]
    assert "/paths/" in stated(house)[-1]["object"]["id"]
    assert stated(house)[0]["context"]["contextActivities"]["grouping"][0]["id"].endswith(str(visit.thing))


# --------------------------------------------------------------------------- told by an LMS


def deed(house: House, did: Any, event: str, **changes: Any) -> Deed:
    values: dict[str, Any] = {
        "realm": REALM, "account": "u1", "event": event, "did": did, "at": house.now(),
        "item_id": offered_items(house)[0],
    }  # fmt: skip
    return Deed(**(values | changes))


def test_what_an_lms_tells_of_somebody_who_came_is_the_best_evidence_and_told_twice_it_is_one(
    house: House,
) -> None:
    agreement(house)
    linked(house)
    before(house, offered_items(house)[0])
    learners = house.context("destination", COURSE).learners
    told = [deed(house, "progressed", "2", progress=0.5), deed(house, "completed", "3", by_hand=True)]
    learners.tell(told)
    learners.tell(told)
    assert verbs(house) == ["launched", "progressed", "completed"]
    row = reached(house)
    assert (row.evidence, row.progress) == ("lms-reported", 1.0)


def test_of_somebody_whom_nobody_knows_an_lms_may_tell_and_nothing_is_kept(house: House) -> None:
    house.context("destination", COURSE).learners.tell([deed(house, "completed", "1")])
    assert stated(house) == []
    with house.store.read() as session:
        assert session.exec(select(Reached)).all() == []
