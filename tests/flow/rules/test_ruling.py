"""Rules in screening: what they say of items stands beside the steps' findings, and never above a guard's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from gleanery.errors import Denied
from gleanery.flow import deciding, desk, run, screen
from gleanery.flow.house import House
from gleanery.flow.rules import keeping
from gleanery.flow.rules.loading import ruling_in
from gleanery.model.items import DecisionVerdict, FindingRow, Item, ItemGoal, ItemState, Tag
from gleanery.model.record import Entry
from tests.flow.rules.conftest import has, written
from tests.house import article, file_source, items_of, make_house, records


def put_on(house: House, rule: object, **more: object) -> object:
    rule_id = keeping.add(house, "curator", rule)  # type: ignore[arg-type]
    keeping.switch_on(house, "curator", rule_id, confirmed=True)
    screen(house)
    return rule_id


def states(house: House) -> Counter[str]:
    with house.store.read() as session:
        return Counter(str(state) for state in session.exec(select(Item.state)))


def ruled(session: Session, current: bool = True) -> list[FindingRow]:
    query = select(FindingRow).where(FindingRow.step == "rules", FindingRow.current == current)
    return list(session.exec(query.order_by(col(FindingRow.made_at))))


def test_a_rule_drops_what_the_steps_would_keep_and_says_why(house: House) -> None:
    put_on(house, written(has("spreadsheets"), "drop", name="No tables"))
    [row] = desk.queue(house, (ItemState.DROPPED,)).rows[:1]
    assert row.reason == "rules.drop"
    [told] = [one for one in row.reasons if one.step == "rules"]
    assert told.words == "Dropped by the rule “No tables”: Somebody should look."


def test_a_rule_keeps_what_a_step_would_drop_and_the_step_s_finding_stays_to_be_read(house: House) -> None:
    assert states(house) == {"waiting": 5, "dropped": 1, "quarantined": 1}
    put_on(house, written(has("good morning"), "keep"))
    assert states(house) == {"waiting": 6, "quarantined": 1}
    row = next(row for row in desk.queue(house).rows if "Good morning" in row.title)
    assert {one.step: one.verdict for one in row.reasons}["substance"] == "drop"


def test_no_rule_opens_what_a_guard_blocked_nor_is_it_asked_about_its_words(house: House) -> None:
    put_on(house, written({"field": "characters", "op": ">=", "value": 0}, "keep", name="Keep all"))
    put_on(house, written(has("ring"), "first", name="First"))
    [row] = desk.queue(house, (ItemState.QUARANTINED,)).rows
    with house.store.read() as session:
        [found] = [one for one in ruled(session) if one.item_id == row.id]
    assert (found.reason, found.params) == ("rules.blocked", {})
    with pytest.raises(Denied, match="sensitive"):
        deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")


def test_a_guard_that_asks_is_not_set_aside_by_a_rule(tmp_path: Path) -> None:
    source = file_source(
        records(tmp_path, [article(1, text=f"Ring {'+49 30 23125 987'} about the room for it.")])
    )
    asking = [{"step": "sensitive", "settings": {"kinds": {"phone": "ask"}}}]
    house = make_house(tmp_path, sources=[source], curation={"steps": asking})
    run(house)
    put_on(house, written(has("room"), "keep"))
    [row] = desk.queue(house).rows
    assert row.reason.startswith("sensitive.")
    put_on(house, written(has("987"), "drop", name="Behind the bar"))
    assert states(house) == {"waiting": 1}, "no rule sees what stands behind a bar"


def test_the_first_rule_that_speaks_counts_and_all_that_hold_add_to_the_item(house: House) -> None:
    put_on(house, written(has("spreadsheets"), "ask", name="One"))
    put_on(house, written(has("spreadsheets"), "drop", name="Two"))
    put_on(house, written(has("spreadsheets"), "goal", name="Three", goal="sales"))
    put_on(house, written(has("spreadsheets"), "first", name="Four"))
    put_on(house, written(has("ladders"), "last", name="Five"))
    found = items_of(house)
    sheet = next(item for title, item in found.items() if "spreadsheets" in title)
    ladder = next(item for title, item in found.items() if "ladders" in title)
    assert (sheet.state, sheet.reason, sheet.score, ladder.score) == (
        ItemState.WAITING,
        "rules.ask",
        1.0,
        -1.0,
    )
    with house.store.read() as session:
        goals = {
            row.goal: row.why for row in session.exec(select(ItemGoal).where(ItemGoal.item_id == sheet.id))
        }
    assert goals == {"tables": "word", "sales": "rule"}


def test_a_verdict_is_explained_by_rule_version_and_condition_also_after_the_rule_was_changed(
    house: House,
) -> None:
    when = {"all": [has("beginner"), {"any": [has("nothing"), has("spreadsheets")]}, {"not": has("soup")}]}
    rule_id = put_on(house, written(when))
    keeping.change_rule(house, "curator", rule_id, written(has("soup")))  # type: ignore[arg-type]
    keeping.switch_on(house, "curator", rule_id)  # type: ignore[arg-type]
    screen(house)
    with house.store.read() as session:
        [old] = [row for row in ruled(session, current=False) if row.verdict == "ask"]
        assert old.params["matched"] == f"{rule_id}@1:1,3,4"
        now = ruled(session)
        assert {row.reason for row in now} == {"rules.none", "rules.blocked"}
        assert old.step_version != now[0].step_version == ruling_in(session).version


def test_items_are_judged_anew_when_a_rule_is_switched_and_only_then(house: House) -> None:
    before = house.screened_as
    rule_id = keeping.add(house, "curator", written(has("spreadsheets"), "drop"))
    assert house.screened_as == before
    assert screen(house).judged == 0
    keeping.switch_on(house, "curator", rule_id)
    assert screen(house).judged == 7
    keeping.change_rule(house, "curator", rule_id, written(has("ladders"), "drop"))
    assert screen(house).judged == 0, "a change waits until it is switched on"
    keeping.switch_off(house, "curator", rule_id)
    assert screen(house).judged == 7
    assert house.screened_as == before
    assert states(house)["waiting"] == 5


def test_a_rule_switched_on_by_another_process_is_noticed_by_the_next_screening(house: House) -> None:
    from gleanery.flow.founding import open_house

    assert house.ruling is None
    other = open_house(house.config)
    keeping.switch_on(other, "curator", keeping.add(other, "curator", written(has("spreadsheets"), "drop")))
    other.close()
    screen(house)
    assert states(house)["dropped"] == 2


def test_a_tag_of_a_rule_goes_with_the_rule_and_one_that_a_person_refused_stays_away(
    house: House, framework: tuple[str, str]
) -> None:
    name, iri = framework
    rule_id = put_on(house, written(has("spreadsheets"), "tag", framework=name, concept=iri))
    with house.store.read() as session:
        [tag] = session.exec(select(Tag)).all()
        assert tag.said_by.startswith("rule:rules@")
    keeping.switch_off(house, "curator", rule_id)  # type: ignore[arg-type]
    screen(house)
    with house.store.read() as session:
        assert not session.exec(select(Tag)).all()


def test_every_change_of_a_rule_stands_in_the_audit_log(house: House) -> None:
    rule_id = keeping.add(house, "curator", written(has("a word")), note="Sales asked for it.")
    keeping.change_rule(house, "curator", rule_id, written(has("other")))
    keeping.switch_on(house, "curator", rule_id)
    keeping.switch_off(house, "curator", rule_id)
    keeping.remove(house, "curator", rule_id)
    keeping.undo(house, "curator")
    with house.store.read() as session:
        query = select(Entry.action).where(Entry.subject == f"rule:{rule_id}").order_by(col(Entry.seq))
        assert session.exec(query).all() == [
            "rule.added", "rule.changed", "rule.switched-on", "rule.switched-off", "rule.removed", "rule.undone",
        ]  # fmt: skip
