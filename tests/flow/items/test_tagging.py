"""Tags by persons (gleanery.flow.items.tagging)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlmodel import select

from gleanery.errors import BadInput
from gleanery.flow import deciding, deliver, desk, record, screen
from gleanery.flow.desk import TagShown
from gleanery.flow.house import House
from gleanery.flow.items import tagging
from gleanery.flow.items.finding import find_item
from gleanery.flow.items.tagging import Concept
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict, Item

RISK, SHEETS = Concept("skills", "urn:c:2"), Concept("skills", "urn:c:3")


def item_of(house: House, word: str = "spreadsheets") -> str:
    return str(next(row.id for row in desk.queue(house).rows if word in row.title))


def tags(house: House, item: str) -> dict[str, TagShown]:
    return {tag.concept: tag for tag in desk.show(house, item).row.tags}


def tagged_statements(house: House) -> list[dict[str, Any]]:
    with record.record(house.store) as statements:
        found = [json.loads(one.raw) for one in statements.query(limit=500)]
    return [one for one in found if one["verb"]["id"].endswith("/tag")]


def test_a_tag_of_a_person_is_sure_serves_goals_and_is_stated(either: House) -> None:
    item = item_of(either, "ladders")
    before = len(tagged_statements(either))
    assert tagging.add_tag(either, item, "curator", RISK)
    shown = tags(either, item)["urn:c:2"]
    assert shown.by_person
    assert shown.confidence == 1
    assert [goal.goal for goal in desk.show(either, item).row.goals] == ["risk"]
    told = tagged_statements(either)
    assert len(told) == before + 1
    assert '"human"' in json.dumps(told[0])
    assert len(told[0]["context"]["contextActivities"]["other"]) == 1
    assert not tagging.add_tag(either, item, "lead", RISK)
    assert len(tagged_statements(either)) == before + 1


def test_a_tag_that_was_taken_off_is_not_put_back_by_a_rule(either: House) -> None:
    item = item_of(either)
    assert "urn:c:3" in tags(either, item)
    assert tagging.remove_tag(either, item, "curator", SHEETS)
    with either.store.write() as session:
        session.execute(update(Item).values(screened_as=""))
    screen(either)
    assert "urn:c:3" not in tags(either, item)
    assert [one.label for one in desk.show(either, item).known.refused] == ["Spreadsheets"]
    assert not tagging.remove_tag(either, item, "curator", SHEETS)
    assert tagging.add_tag(either, item, "curator", SHEETS)
    assert desk.show(either, item).known.refused == ()
    assert tags(either, item)["urn:c:3"].by_person


def test_all_proposals_are_accepted_at_once_in_one_statement(house: House) -> None:
    item = item_of(house)
    before = len(tagged_statements(house))
    assert tagging.accept_tags(house, item, "curator") == 1
    assert tagging.accept_tags(house, item, "curator") == 0
    assert all(tag.by_person for tag in tags(house, item).values())
    assert len(tagged_statements(house)) == before + 1


def test_a_tag_of_a_delivered_item_is_brought_to_its_destinations(house: House) -> None:
    item = item_of(house)
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    deliver(house, "cartridge")
    tagging.add_tag(house, item, "curator", RISK)
    with house.store.read() as session:
        [owed] = session.exec(select(Delivery.item_id).where(Delivery.state == DeliveryState.OWED))
    assert str(owed) == item


def test_a_tag_counts_from_what_another_wrote_meanwhile(on_postgres: House) -> None:
    """The item was read before it was locked: what counts is how it is by then."""
    house, item = on_postgres, item_of(on_postgres)

    tagged: list[str] = []

    def tag_as_well(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FOR UPDATE" in statement and not tagged:
            tagged.append(statement)
            with house.store.write() as session:
                session.execute(update(Item).values(taggings=40))

    event.listen(house.store.engine, "before_cursor_execute", tag_as_well)
    tagging.add_tag(house, item, "curator", RISK)
    event.remove(house.store.engine, "before_cursor_execute", tag_as_well)
    with house.store.read() as session:
        assert find_item(session, item).taggings == 41


def test_what_is_no_competency_in_use_is_no_tag(house: House) -> None:
    for concept in (
        Concept("skills", "urn:c:99"),
        Concept("none", "urn:c:1"),
        Concept("' or 1=1 --", ""),
        Concept("\ud800", "a\x00"),
    ):
        with pytest.raises(BadInput):
            tagging.add_tag(house, item_of(house), "curator", concept)
