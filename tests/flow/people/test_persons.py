"""Persons merged and split while others do the same: one human has one surviving id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.people import persons
from gleanery.testing import Clock
from tests.flow.people.deeds import LEAD, merge, new_person, split
from tests.test_store import wait_until_blocked


def test_a_person_merged_by_two_at_once_leads_to_one(postgres_house: House, clock: Clock) -> None:
    house, made = postgres_house, []
    for _ in range(3):
        clock.move(timedelta(hours=1))
        made.append(new_person(house))
    oldest, older, young = made
    with ThreadPoolExecutor(1) as pool, house.store.write() as session:
        persons.merge(Change(session, house.now(), house.bridge), oldest, young, LEAD)
        second = pool.submit(merge, house, older, young)
        wait_until_blocked(house.store)
        session.commit()
        second.result()
    with house.store.read() as session:
        assert persons.family_of(session, young.id).ids[0] == oldest.id
        assert set(persons.family_of(session, young.id).ids) == {one.id for one in made}
    split(house, young)
    with house.store.read() as session:
        assert persons.family_of(session, young.id).ids == (young.id,)
