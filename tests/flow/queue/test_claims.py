"""Two curators at one desk: who looks at what, who was first, and what is kept under a name."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from gleanery.errors import BadInput, Denied
from gleanery.flow import deciding, desk
from gleanery.flow.house import House
from gleanery.flow.queue import claims, listing, putting_off, views
from gleanery.flow.queue.filters import Filter
from gleanery.model.items import Decision, DecisionVerdict
from gleanery.testing import Clock
from tests.flow.queue.conftest import person

APPROVE, REJECT = DecisionVerdict.APPROVE, DecisionVerdict.REJECT


def test_others_see_who_looks_at_an_item_for_ten_minutes(each_house: House, clock: Clock) -> None:
    house = each_house
    item = desk.queue(house).rows[0].id
    claims.take(house, person(house, "lead"), item)
    assert claims.looking(house, person(house), item) == ("lead",)
    assert claims.looking(house, person(house, "lead"), item) == ()
    assert listing.listed(house, Filter(), person(house)).lookers == {item: ("lead",)}
    clock.move(timedelta(minutes=10))
    assert claims.looking(house, person(house), item) == ()


def test_opening_another_item_lets_go_of_the_first(house: House) -> None:
    first, second = (row.id for row in desk.queue(house).rows[:2])
    for item in (first, second):
        claims.take(house, person(house, "lead"), item)
    assert claims.looking(house, person(house), first) == ()
    claims.release(house, person(house, "lead"), second)
    assert claims.looking(house, person(house), second) == ()


def test_a_verdict_lets_go_and_a_claim_keeps_nobody_from_deciding(house: House) -> None:
    item = desk.queue(house).rows[0].id
    claims.take(house, person(house, "lead"), item)
    claims.take(house, person(house), item)
    deciding.decide(house, str(item), APPROVE, "curator")
    assert claims.looking(house, person(house, "lead"), item) == ()
    assert claims.looking(house, person(house), item) == ("lead",)


def test_an_unknown_item_cannot_be_looked_at(house: House) -> None:
    with pytest.raises(BadInput):
        claims.take(house, person(house), uuid4())


def test_of_two_that_decide_at_once_one_wins_and_the_other_is_told(each_house: House) -> None:
    house = each_house
    item, told, start = str(desk.queue(house).rows[0].id), [], threading.Barrier(2)
    for account in ("curator", "lead"):
        person(house, account)

    def decide(account: str, verdict: DecisionVerdict) -> None:
        start.wait()
        try:
            deciding.decide(house, item, verdict, account, seen=1, known=0)
        except Denied as error:
            told.append(str(error))

    threads = [threading.Thread(target=decide, args=one) for one in (("curator", APPROVE), ("lead", REJECT))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.store.read() as session:
        [decision] = session.exec(select(Decision)).all()
    winner = desk.show(house, item).decisions[0]["by"]
    [words] = told
    assert f"{winner} chose {decision.verdict.value}, 15 January 2026, 12:01 UTC" in words


def test_the_same_verdict_sent_twice_is_given_once(house: House) -> None:
    item = str(desk.queue(house).rows[0].id)
    first, second = (deciding.decide(house, item, APPROVE, "curator", seen=1, known=0) for _ in range(2))
    assert first.id == second.id
    assert len(desk.show(house, item).decisions) == 1


def test_an_undo_takes_back_no_verdict_that_was_not_seen(house: House) -> None:
    item = str(desk.queue(house).rows[0].id)
    deciding.decide(house, item, APPROVE, "curator", known=0)
    deciding.decide(house, item, REJECT, "lead", "wrong team", known=1)
    with pytest.raises(Denied, match=r"lead chose reject \(wrong team\)"):
        deciding.undo(house, "curator", item, known=1)
    assert deciding.undo(house, "curator", item, known=2).number == 2


def test_only_what_waits_is_put_off(house: House) -> None:
    item = str(desk.queue(house).rows[0].id)
    deciding.decide(house, item, APPROVE, "curator")
    with pytest.raises(Denied, match="approved"):
        putting_off.put_off(house, "curator", item)


def test_a_day_begins_at_four(clock: Clock) -> None:
    night = clock().replace(hour=1)
    assert putting_off.tomorrow(night) == night.replace(hour=4, minute=0)
    assert putting_off.tomorrow(night.replace(hour=23)) == night.replace(hour=4) + timedelta(days=1)


def test_filters_are_kept_counted_replaced_and_shared_by_a_lead(each_house: House) -> None:
    house = each_house
    mine, lead = person(house), person(house, "lead")
    views.save(house, mine, "ladders", Filter(words="ladders"))
    kept = views.save(house, mine, "ladders", Filter(words="ladd"))
    shared = views.save(house, lead, "all", Filter(), shared=True, may_share=True)
    views.save(house, lead, "own", Filter())
    saved = views.saved(house, mine)
    assert [(one.name, one.query) for one in saved] == [
        ("ladders", "state=waiting&words=ladd"),
        ("all", "state=waiting"),
    ]
    assert views.counted(house, mine, saved) == {kept.id: (2, False), shared.id: (12, False)}
    with pytest.raises(BadInput, match="under a name"):
        views.save(house, mine, "", Filter())
    with pytest.raises(Denied, match="lead"):
        views.save(house, mine, "x", Filter(), shared=True)
    with pytest.raises(BadInput):
        views.remove(house, mine, shared.id)
    views.remove(house, mine, kept.id)
    assert [one.name for one in views.saved(house, mine)] == ["all"]


def test_one_person_keeps_so_many_filters_and_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 2)
    for name in ("a", "b"):
        views.save(house, person(house), name, Filter())
    with pytest.raises(BadInput, match="Remove one first"):
        views.save(house, person(house), "c", Filter())
