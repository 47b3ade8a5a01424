"""decide(item): decision, audit entry, statement and owed deliveries, in one transaction; and undo."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from gleanery.audit import AuditLog
from gleanery.errors import BadInput, Conflict, Denied
from gleanery.flow import deciding, deliver, desk, exporting, record, recording, run
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict
from gleanery.model.people import Person
from tests.house import article, file_source, make_house, records
from xapi.statements import Built

APPROVE, REJECT, RETRACT = DecisionVerdict.APPROVE, DecisionVerdict.REJECT, DecisionVerdict.RETRACT


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = make_house(
        tmp_path,
        sources=[file_source(records(tmp_path, map(article, range(3))))],
        destinations=[{"name": "cartridge", "adapter": "cartridge"}],
    )
    run(made)
    return made


def first(house: House) -> str:
    return str(desk.queue(house).rows[0].id)


def deliveries(house: House) -> list[Delivery]:
    with house.store.read() as session:
        return list(session.exec(select(Delivery)))


def test_an_approval_tells_who_in_log_and_record_and_owes_every_destination(house: House) -> None:
    item = first(house)
    decision = deciding.decide(house, item, APPROVE, "curator", "fits the goal")
    [owed] = deliveries(house)
    assert (owed.state, str(owed.item_id)) == (DeliveryState.OWED, item)
    entries = [json.loads(line) for line in exporting.lines(house, "curator", exporting.Selection())]
    [told] = [entry for entry in entries if entry["action"] == "item.approved"]
    assert (told["who"], told["subject"]) == ("curator", f"item:{item}")
    with record.record(house.store) as statements:
        kept = statements.get(decision.statement_id)
    assert kept is not None
    statement = json.loads(kept.raw)
    with house.store.read() as session:
        person = session.exec(select(Person.id).where(Person.account == "curator")).one()
    assert statement["actor"]["account"]["name"] == str(person)
    assert "curator" not in kept.raw.decode()


def test_a_verdict_that_changes_nothing_or_cannot_follow_is_denied(house: House) -> None:
    item = first(house)
    with pytest.raises(Denied, match="not approved"):
        deciding.decide(house, item, RETRACT, "curator")
    deciding.decide(house, item, APPROVE, "curator")
    with pytest.raises(Denied, match="already approved"):
        deciding.decide(house, item, APPROVE, "curator")


@pytest.mark.parametrize("text", ["ffffffff", "abc", "no-such-item", str(UUID(int=5))])
def test_an_unknown_item_is_named(house: House, text: str) -> None:
    with pytest.raises(BadInput, match=text):
        deciding.decide(house, text, APPROVE, "curator")


def test_undo_in_time_cancels_what_is_owed_and_voids_the_statement(house: House) -> None:
    item = first(house)
    decision = deciding.decide(house, item, APPROVE, "curator")
    deciding.undo(house, "curator")
    assert [row.state for row in deliveries(house)] == [DeliveryState.CANCELLED]
    assert desk.show(house, item).row.state == "waiting"
    with record.record(house.store) as statements:
        voided = statements.get(decision.statement_id)
    assert voided is not None
    assert voided.voided


def test_undo_after_delivery_owes_the_removal(house: House) -> None:
    item = first(house)
    deciding.decide(house, item, APPROVE, "curator")
    assert deliver(house, "cartridge").delivered == 1
    deciding.undo(house, "curator", item)
    assert deliver(house, "cartridge").retracted == 1
    assert [row.remote_id for row in deliveries(house)] == [None]


def test_the_same_verdict_after_an_undo_is_recorded_again_under_an_id_of_its_own(house: House) -> None:
    item = first(house)
    one = deciding.decide(house, item, APPROVE, "curator")
    deciding.undo(house, "curator")
    two = deciding.decide(house, item, APPROVE, "curator")
    assert one.statement_id != two.statement_id
    assert deliver(house, "cartridge").delivered == 1


def test_nothing_to_undo_and_a_verdict_given_again_since_are_told(house: House) -> None:
    with pytest.raises(BadInput, match="no verdict to undo"):
        deciding.undo(house, "curator")
    item = first(house)
    deciding.decide(house, item, APPROVE, "curator")
    deciding.decide(house, item, RETRACT, "lead")
    with pytest.raises(BadInput, match="decided again"):
        deciding.undo(house, "curator")


def test_within_the_undo_window_nothing_is_delivered(tmp_path: Path) -> None:
    house = make_house(
        tmp_path,
        sources=[file_source(records(tmp_path, [article(1)]))],
        destinations=[{"name": "cartridge", "adapter": "cartridge"}],
        delivery={"undo_seconds": 3600},
    )
    run(house)
    deciding.decide(house, first(house), APPROVE, "curator")
    assert deliver(house, "cartridge").delivered == 0


def test_every_change_of_state_has_its_entry(house: House) -> None:
    item = first(house)
    for act in (APPROVE, RETRACT, APPROVE, REJECT):
        deciding.decide(house, item, act, "curator")
    deciding.undo(house, "curator", item)
    actions = [line.action for line in AuditLog(house.store).lines() if line.subject == f"item:{item}"]
    expected = (
        "item.made item.waiting item.approved item.retracted item.approved item.rejected decision.undone"
    )
    assert actions == expected.split()


def test_a_verdict_that_cannot_be_recorded_leaves_nothing_behind(house: House) -> None:
    """The statement's id is already taken by other content: the whole decision fails, not a half of it."""
    item = first(house)
    with pytest.raises(Foreseen) as foreseen, house.change() as change:
        raise Foreseen(
            deciding.decide_in(house, change, find_item(change.session, item), REJECT, "policy:x", "off")
        )
    taken = foreseen.value.args[0].statement_id
    with house.change() as change:
        other = recording.statements.voided(
            change.bridge, taken, event="x", by=change.bridge.machine("x"), at=change.at
        )
        change.state([Built(taken, other.raw.replace(str(other.id).encode(), str(taken).encode(), 1))])
    before = desk.show(house, item)
    with pytest.raises(Conflict), house.change() as change:
        deciding.decide_in(house, change, find_item(change.session, item), REJECT, "policy:x", "off")
    assert desk.show(house, item) == before


class Foreseen(Exception):
    """Takes a decision back after it was seen."""
