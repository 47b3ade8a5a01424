"""What the queue keeps of its own people: told to them, and gone with them."""

from __future__ import annotations

from uuid import uuid4

from gleanery.flow import desk
from gleanery.flow.erasing.places import drop_rows
from gleanery.flow.erasing.subject import Asked, find_subject
from gleanery.flow.house import House
from gleanery.flow.queue import bulk, claims, putting_off, views
from gleanery.flow.queue.bulk import Wanted
from gleanery.flow.queue.filters import Filter
from gleanery.flow.subject_access.collecting import Collecting
from gleanery.model.items import DecisionVerdict
from tests.flow.queue.conftest import person


def test_what_somebody_keeps_at_the_queue_is_told_to_them_and_goes_with_them(each_house: House) -> None:
    house, who = each_house, person(each_house)
    first, second, third = (row.id for row in desk.queue(house).rows[:3])
    claims.take(house, who, first)
    putting_off.put_off(house, "curator", str(second))
    views.save(house, who, "Ladders", Filter(words="ladders"))
    wanted = Wanted(DecisionVerdict.REJECT, Filter(), (third,))
    seen = bulk.preview(house, wanted, who)
    bulk.ask(house, uuid4(), wanted, "curator", "too old", seen.last_seq, seen.seen_at)
    with house.store.read() as session:
        subject = find_subject(house, session, Asked(person=str(who)))
        told = Collecting(house, session, subject).parts()["queue"]
    assert [one["item"] for one in told["has_open"]] == [first]
    assert [one["item"] for one in told["put_off"]] == [second]
    assert [one["name"] for one in told["saved_views"]] == ["Ladders"]
    assert [one["reason"] for one in told["many_at_once"]] == ["too old"]
    with house.store.write() as session:
        drop_rows(session, subject, uuid4(), house.now())
    with house.store.read() as session:
        told = Collecting(house, session, subject).parts()["queue"]
    assert told | {"many_at_once": []} == {
        "has_open": [],
        "put_off": [],
        "saved_views": [],
        "many_at_once": [],
    }
