"""Who did what to this record, when and why; asking is told too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.audit import AuditLog
from gleanery.errors import BadInput
from gleanery.flow import deciding, deliver, desk, run
from gleanery.flow.house import House
from gleanery.flow.naming import account_of
from gleanery.flow.trail import Event, trail
from gleanery.model.destinations import Delivery
from gleanery.model.items import Decision, DecisionVerdict, ItemState
from tests.house import article, file_source, make_house, records


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One item approved, delivered, undone and rejected; another one untouched."""
    folder = tmp_path_factory.mktemp("house")
    source = file_source(records(folder, map(article, range(2))))
    house = make_house(folder, sources=[source], destinations=[{"name": "c", "adapter": "cartridge"}])
    run(house)
    item = str(desk.queue(house).rows[0].id)
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator", "clear and short")
    deliver(house, "c")
    deciding.undo(house, "lead", item)
    deciding.decide(house, item, DecisionVerdict.REJECT, "curator", "out of date")
    return house


@pytest.fixture
def item(house: House) -> str:
    [row] = desk.queue(house, (ItemState.REJECTED,)).rows
    return str(row.id)


def told(events: list[Event]) -> list[tuple[str, str, str]]:
    return [(one.what, one.who, one.why) for one in events]


def test_an_item_tells_its_life_in_order_with_reasons(house: House, item: str) -> None:
    name, events = trail(house, "auditor", item[:8])
    assert name == f"item:{item}"
    assert events == sorted(events, key=lambda one: one.at)
    lines = told(events)
    assert lines[0][0] == "item.made"
    assert ("item.approved", "curator", "clear and short") in lines
    assert ("decision.undone", "lead", "clear and short") in lines
    assert ("item.rejected", "curator", "out of date") in lines
    assert ("delivery.delivered", "destination:c", "") in lines
    assert ("approve", "curator", "voided since") in lines
    assert ("voided", "lead", "") in lines
    assert ("released", "destination:c", "") in lines


def test_a_policys_code_is_no_persons_reason(tmp_path: Path) -> None:
    source = file_source(records(tmp_path, [article(0)]))
    house = make_house(tmp_path, sources=[source], curation={"auto_approve": "keep"})
    run(house)
    [row] = desk.queue(house, (ItemState.APPROVED,)).rows
    deciding.undo(house, "lead", str(row.id))
    why = {what: why for what, _, why in told(trail(house, "auditor", str(row.id))[1])}
    assert (why["item.approved"], why["decision.undone"]) == ("", "")
    detail = desk.show(house, str(row.id))
    assert "policy.keep" not in {event.why for event in detail.known.events}
    house.close()


def test_another_items_life_is_not_in_it(house: House, item: str) -> None:
    other = str(desk.queue(house).rows[0].id)
    _, events = trail(house, "auditor", item)
    assert other not in json.dumps([(one.subject, one.detail) for one in events], default=str)


def test_a_delivery_a_decision_and_its_statement_are_explained(house: House, item: str) -> None:
    with house.store.read() as session:
        [delivery] = session.exec(select(Delivery.id)).all()
        decision = session.exec(select(Decision).where(Decision.number == 1)).one()
    _, events = trail(house, "auditor", str(delivery))
    assert [one.what for one in events][:2] == ["delivery.owed", "delivery.delivered"]
    for text in (str(decision.id), str(decision.statement_id), f"statement:{decision.statement_id}"):
        _, events = trail(house, "auditor", text)
        lines = told(events)
        assert ("item.approved", "curator", "clear and short") in lines
        assert ("voided", "lead", "") in lines
        assert ("approve", "curator", "voided since") in lines


def test_a_person_tells_what_they_did(house: House) -> None:
    name, events = trail(house, "auditor", "lead")
    assert name.startswith("person:")
    assert {one.what for one in events} == {"decision.undone", "voided"}
    assert {one.who for one in events} == {"lead"}


def test_sources_and_machines_are_found_by_name(house: House) -> None:
    assert [one.what for one in trail(house, "auditor", "catalogue")[1]] == ["source.read"]
    assert {one.who for one in trail(house, "auditor", "policy:screening")[1]} == {"policy:screening"}


def test_asking_is_an_entry_but_not_asking_again_at_once(house: House, item: str) -> None:
    trail(house, "second auditor", item)
    trail(house, "second auditor", item)
    reads = [line for line in AuditLog(house.store).lines() if line.action == "record.read"]
    mine = [line for line in reads if line.subject == f"item:{item}"]
    with house.store.read() as session:
        names = [account_of(session, line.actor) for line in mine]
    assert names.count("second auditor") == 1
    assert json.loads(mine[-1].detail) == {"what": "trail"}


@pytest.mark.parametrize(
    "text", ["nothing known", "ab", "deadbeef", "item:nonsense", "00000000-0000-4000-8000-000000000000"]
)
def test_what_is_not_known_is_told_and_tells_nothing(house: House, text: str) -> None:
    before = AuditLog(house.store).head().seq
    with pytest.raises(BadInput):
        trail(house, "auditor", text)
    assert AuditLog(house.store).head().seq == before
