"""A house whose items lead to real servers on loopback, and the looks at them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from gleanery.flow import deciding, deliver, desk, run
from gleanery.flow.house import House
from gleanery.flow.links.looking import LookReport, look
from gleanery.model.items import DecisionVerdict, Item
from gleanery.model.links import LinkLook
from gleanery.testing import Clock
from tests.house import article, file_source, items_of, make_house, records

DAY = timedelta(days=1)


def a_house(folder: Path, clock: Callable[[], datetime], *addresses: str, **changes: Any) -> House:
    """A house with an approved item for each address, brought to its cartridge."""
    rows = [article(number, url=address) for number, address in enumerate(addresses)]
    given = {
        "sources": [file_source(records(folder, rows))],
        "destinations": [{"name": "cartridge", "adapter": "cartridge"}],
        "curation": {"steps": []},
        "http": {
            "allow_hosts": [address.split("/")[2] for address in addresses],
            "timeout_seconds": 1,
        },
    }
    house = make_house(folder, clock, **{**given, **changes})
    run(house)
    for row in desk.queue(house).rows:
        deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    deliver(house, "cartridge")
    return house


def looked(house: House, clock: Clock, after: timedelta = DAY) -> LookReport:
    """What the looks due after some time found: one at each host at a time, until none is left."""
    look(house)
    clock.move(after)
    total = LookReport()
    while True:
        report = look(house)
        for state, count in report.said.items():
            total.said[state] = total.said.get(state, 0) + count
        total.retracted += report.retracted
        total.asked += report.asked
        total.back += report.back
        clock.move(timedelta(minutes=1))
        if not report.looked:
            return total


def rows(house: House) -> list[LinkLook]:
    """What is known of all addresses."""
    with house.store.read() as session:
        return list(session.exec(select(LinkLook)))


def the_look(house: House) -> LinkLook:
    """What is known of the one address."""
    [row] = rows(house)
    return row


def the_item(house: House) -> Item:
    """The one item as it stands now."""
    [item] = items_of(house).values()
    return item
