"""What a rule would have done: counted and listed before it is switched on, and nothing is written."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import Session, func, select

from gleanery.errors import Denied
from gleanery.flow import deciding, desk, run, screen
from gleanery.flow.house import House
from gleanery.flow.rules import keeping, showing
from gleanery.flow.rules.what_if import what_if, what_if_written
from gleanery.model.items import DecisionVerdict, Item, ItemState
from gleanery.model.record import Entry
from gleanery.model.rules import RuleSet
from tests.flow.rules.conftest import has, written
from tests.house import article, file_source, make_house, records

ALWAYS = {"field": "characters", "op": ">=", "value": 0}


def numbers(session: Session) -> tuple[int, int]:
    tables = (Entry, RuleSet)
    return tuple(session.exec(select(func.count()).select_from(one)).one() for one in tables)  # type: ignore[return-value]


def states(house: House) -> dict[str, str]:
    with house.store.read() as session:
        return {str(item.id): item.state.value for item in session.exec(select(Item))}


@pytest.mark.parametrize("do", ["drop", "keep", "ask", "first"])
@pytest.mark.parametrize(
    "when",
    [
        has("spreadsheets"),
        {"not": has("ladders")},
        {"field": "reason", "op": "begins", "value": "substance."},
    ],
)
def test_what_a_rule_would_do_is_what_it_does(house: House, do: str, when: dict[str, object]) -> None:
    rule_id = keeping.add(house, "curator", written(when, do))
    before = states(house)
    foretold = what_if(house, rule_id)
    assert states(house) == before
    keeping.switch_on(house, "curator", rule_id, confirmed=True)
    screen(house)
    after = states(house)
    assert {str(one.item): (one.before, one.after) for one in foretold.lines if one.moves} == {
        item: (before[item], after[item]) for item in before if before[item] != after[item]
    }
    assert foretold.moves == Counter((before[one], after[one]) for one in before if before[one] != after[one])


def test_nothing_is_written_by_asking(house: House) -> None:
    rule_id = keeping.add(house, "curator", written(has("spreadsheets"), "drop"))
    with house.store.read() as session:
        before = numbers(session)
    found = what_if(house, rule_id)
    what_if_written(house, written(has("ladders"), "drop"))
    assert (found.tried, found.matched, found.withheld, found.moves) == (7, 1, 1, {("waiting", "dropped"): 1})
    with house.store.read() as session:
        assert numbers(session) == before
    assert house.ruling is None


def test_a_rule_that_matches_everything_is_told_and_asks_for_a_second_word(house: House) -> None:
    rule_id = keeping.add(house, "curator", written(ALWAYS, "drop"))
    assert what_if(house, rule_id).told == "matches 6 of 7: it would drop everything"
    with pytest.raises(Denied, match="matches 6 of 7: it would drop everything") as refused:
        keeping.switch_on(house, "curator", rule_id)
    assert "confirm" in refused.value.remedy
    assert [one.on for one in showing.listed(house)] == [False]
    keeping.switch_on(house, "curator", rule_id, confirmed=True)
    assert [one.on for one in showing.listed(house)] == [True]


def test_what_a_person_decided_stands_and_is_counted(house: House) -> None:
    row = next(row for row in desk.queue(house).rows if "spreadsheets" in row.title)
    deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    found = what_if_written(house, written(has("spreadsheets"), "drop"))
    assert (found.matched, found.decided, found.moves) == (1, 1, {})


def test_a_policy_that_approves_what_is_kept_is_foretold_too(tmp_path: Path) -> None:
    source = file_source(
        records(tmp_path, [article(1), article(2, title="", url=None, text="Good morning!")])
    )
    curation = {"auto_approve": "keep", "steps": [{"step": "substance"}]}
    house = make_house(tmp_path, sources=[source], curation=curation)
    run(house)
    found = what_if_written(house, written(has("good morning"), "keep"))
    assert found.moves == {("dropped", "approved"): 1}


def test_what_would_be_without_a_rule_and_with_a_change_of_it(house: House) -> None:
    rule_id = keeping.add(house, "curator", written(has("spreadsheets"), "drop"))
    keeping.switch_on(house, "curator", rule_id)
    screen(house)
    assert what_if(house, rule_id).moves == {}
    assert what_if(house, rule_id, on=False).moves == {("dropped", "waiting"): 1}
    keeping.change_rule(house, "curator", rule_id, written(has("ladders"), "drop"))
    assert what_if(house, rule_id).moves == {("dropped", "waiting"): 1, ("waiting", "dropped"): 1}


def test_an_undo_brings_back_what_held_before_one_act_after_the_other(house: House) -> None:
    first = keeping.add(house, "curator", written(has("spreadsheets"), "drop", name="One"))
    second = keeping.add(house, "curator", written(has("ladders"), "drop", name="Two"))
    keeping.switch_on(house, "curator", first)
    keeping.move(house, "curator", second, 1)
    assert [one.name for one in showing.listed(house)] == ["Two", "One"]
    keeping.undo(house, "curator")
    assert [(one.name, one.on) for one in showing.listed(house)] == [("One", True), ("Two", False)]
    keeping.undo(house, "curator")
    assert [(one.name, one.on) for one in showing.listed(house)] == [("One", False), ("Two", False)]
    keeping.undo(house, "curator")
    keeping.undo(house, "curator")
    assert showing.listed(house) == []
    with pytest.raises(Denied, match="left to undo"):
        keeping.undo(house, "curator")


def test_five_hundred_items_are_tried_within_two_seconds(tmp_path: Path) -> None:
    source = file_source(records(tmp_path, [article(number) for number in range(520)])) | {"first_items": 0}
    house = make_house(tmp_path, sources=[source], curation={"steps": [{"step": "substance"}]})
    run(house)
    when = {"all": [has("part"), {"field": "text", "op": "matches", "value": r"\bbeginn\w+ .{0,80}\bfirst"}]}
    began = time.thread_time()
    found = what_if_written(house, written(when, "drop"))
    assert time.thread_time() - began < 2
    assert (found.tried, found.is_everything, len(found.lines)) == (500, True, 500)
    assert found.told == "matches 500 of 500: it would drop everything"
    assert {one.after for one in found.lines} == {ItemState.DROPPED.value}


def test_the_queries_of_a_try_grow_with_neither_items_nor_rules(house: House) -> None:
    seen: list[str] = []
    event.listen(house.store.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    counts = []
    for number in range(4):
        rule_id = keeping.add(house, "curator", written(has(f"word{number}"), "drop", name=f"Rule {number}"))
        keeping.switch_on(house, "curator", rule_id)
        seen.clear()
        what_if_written(house, written(has("spreadsheets"), "drop", name="New"), last=1 + 2 * number)
        counts.append(len(seen))
    assert counts == [counts[0]] * 4
