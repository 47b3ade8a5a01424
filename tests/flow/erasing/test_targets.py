"""Whatever takes a content away, retention or an erasure, the targets that may hold it are told."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from gleanery.flow import retention
from gleanery.flow.house import House
from gleanery.flow.record import Emptied, Removal, driver, record
from gleanery.flow.verifying import summary, verdicts
from gleanery.testing import Clock
from tests.house import make_house
from xapi import statements as say
from xapi.forwarding.ledger import Dead, Ledger
from xapi.statements import Built
from xapi.vocabulary import adl

DAY = timedelta(days=1)
POLICY = "policy:test"


def viewed(house: House) -> Built:
    item = house.bridge.item(uuid4(), "video", "YouTube")
    return say.viewed(house.bridge, item, event="e", by=house.bridge.person(uuid4()), at=house.now())


def stated(house: House, *several: Built, held: bool = True) -> None:
    """Record statements; `held`: as if a target had got them."""
    with house.change() as change:
        change.state(several)
    if held:
        with house.store.write() as session:
            ledger = Ledger(driver(session), "main", "central")
            ledger.open()
            ledger.mark(ledger.seqs_of([one.id.bytes for one in several]).values())


def voided(house: House) -> list[UUID]:
    """What statements that void speak of, in order."""
    with record(house.store) as statements:
        found = statements.query(verb=adl.VOIDED.id, ascending=True, limit=1000)
        own = [json.loads(one.raw) for one in found]
    return [UUID(one["object"]["id"]) for one in own if one["verb"]["id"] == adl.VOIDED.id]


def removed(house: House, removal: Removal) -> list[Emptied]:
    told: list[Emptied] = []
    with house.change() as change:
        change.erase(removal, told.extend)
    return told


def test_what_retention_takes_is_voided_where_it_was_forwarded(tmp_path: Path) -> None:
    clock = Clock()
    rule = {"name": "views", "days": 30, "verb": "http://id.tincanapi.com/verb/viewed"}
    house = make_house(tmp_path, clock, retention={"statements": [rule]})
    sent, kept_here = viewed(house), viewed(house)
    stated(house, sent)
    stated(house, kept_here, held=False)
    clock.move(31 * DAY)
    [*_, applied] = retention.apply(house)
    assert applied.count == 2
    assert voided(house) == [sent.id]
    assert summary(verdicts(house)) == "verified"


def test_only_holders_are_named_and_a_voiding_is_never_voided(tmp_path: Path) -> None:
    house = make_house(tmp_path, Clock())
    one, other = viewed(house), viewed(house)
    by = house.bridge.machine(POLICY)
    voiding = say.voided(house.bridge, other.id, event="x", by=by, at=house.now())
    stated(house, one, other, voiding)
    told = removed(house, Removal([one.id, other.id, voiding.id], "r", POLICY))
    assert [emptied.holders for emptied in told] == [("central",)] * 3
    assert voided(house) == [one.id]


def test_what_targets_refused_is_forgotten_with_it(tmp_path: Path) -> None:
    house = make_house(tmp_path, Clock())
    one = viewed(house)
    stated(house, one)
    with house.store.write() as session:
        ledger = Ledger(driver(session), "main", "central")
        [seq] = ledger.seqs_of([one.id.bytes]).values()
        ledger.bury(Dead(seq, 400, "no", 1, 0))
    removed(house, Removal([one.id], "r", POLICY))
    with house.store.read() as session:
        assert Ledger(driver(session), "main", "central").dead() == []


def test_taking_away_what_is_gone_tells_nobody_again(tmp_path: Path) -> None:
    house = make_house(tmp_path, Clock())
    one = viewed(house)
    stated(house, one)
    assert len(removed(house, Removal([one.id], "r", POLICY))) == 1
    house.now.move(DAY)  # type: ignore[attr-defined]
    assert removed(house, Removal([one.id], "r", POLICY)) == []
    assert voided(house) == [one.id]
