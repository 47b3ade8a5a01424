"""Which item a post is about, also after its words or addresses changed, or where a reply came first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import col, func, select

from gleanery.flow import deciding, desk, grouping, run
from gleanery.flow.house import House
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict, Item, ItemPost, ItemState, MatchKey, Role
from gleanery.model.posts import Post
from tests.house import article, file_source, make_house, message, records, slack_export, slack_source

A, B = "https://learning.example.org/a", "https://learning.example.org/b"


def shared(house: House) -> dict[str, list[str]]:
    """The posts of each living item, by the external id of the post that founded it."""
    with house.store.read() as session:
        names = dict(session.exec(select(Post.id, Post.external_id)).all())
        ties = session.exec(select(Item, ItemPost).join(ItemPost, col(ItemPost.item_id) == col(Item.id)))
        found: dict[str, list[str]] = {}
        for item, tie in ties:
            found.setdefault(names[item.founding_post_id], []).append(names[tie.post_id])
    return {name: sorted(posts) for name, posts in found.items()}


def house_of(folder: Path, *rows: dict[str, Any]) -> House:
    house = make_house(folder, sources=[file_source(records(folder, rows))])
    run(house)
    return house


def test_a_post_that_is_edited_to_another_address_leaves_the_item_of_the_first(tmp_path: Path) -> None:
    house = house_of(tmp_path, article(1, url=A), article(2, url=A))
    assert shared(house) == {"a1": ["a1", "a2"]}
    records(tmp_path, [article(1, url=A), article(2, url=B)])
    run(house)
    assert shared(house) == {"a1": ["a1"], "a2": ["a2"]}
    records(tmp_path, [article(1, url=A), article(2, url=B), article(3, url=B), article(4, url=A)])
    run(house)
    assert shared(house) == {"a1": ["a1", "a4"], "a2": ["a2", "a3"]}
    assert all(verdict.ok for _, verdict in house.verify())


def test_a_post_that_is_edited_without_changing_its_address_stays(tmp_path: Path) -> None:
    house = house_of(tmp_path, article(1, url=A), article(2, url=A))
    records(tmp_path, [article(1, url=A), article(2, url=A, title="Better words")])
    assert run(house).counts()["changed_posts"] == 1
    assert shared(house) == {"a1": ["a1", "a2"]}


def test_a_post_that_a_person_put_into_an_item_stays_whatever_its_address(tmp_path: Path) -> None:
    house = house_of(tmp_path, article(1, url=A), article(2, url=B))
    first, second = desk.queue(house).rows
    grouping.merge(house, str(first.id), str(second.id), "curator")
    records(tmp_path, [article(1, url=A), article(2, url="https://learning.example.org/c")])
    run(house)
    assert shared(house) == {"a1": ["a1", "a2"]}


def slack(folder: Path, *messages: dict[str, Any]) -> House:
    """A house that reads the export of a workspace with these messages, and makes a cartridge."""
    export = slack_export(folder / "export.zip", {"learning/2026-02-16.json": list(messages)})
    source = slack_source(export, words_may_leave=True)
    return make_house(folder, sources=[source], destinations=[{"name": "cartridge", "adapter": "cartridge"}])


def test_a_link_that_a_post_no_longer_shares_is_not_recognised_by_it_any_more(tmp_path: Path) -> None:
    both = message("1.000100", f"Two for the first week: <{A}> and <{B}>")
    house = slack(tmp_path, both)
    run(house)
    with house.store.read() as session:
        gone = session.exec(select(Item).where(Item.link == 1)).one()
    slack(tmp_path, {**both, "text": f"One for the first week: <{A}>"})
    run(house)
    with house.store.read() as session:
        keys = session.exec(
            select(func.count()).select_from(MatchKey).where(MatchKey.item_seq == gone.seq)
        ).one()
        gone = session.exec(select(Item).where(Item.id == gone.id)).one()
    assert keys == 0
    assert (gone.state, gone.reason) == (ItemState.DROPPED, "source.gone")


TIP = message("1.000100", "How we load the monthly table: read it whole and filter afterwards, it is faster.")
REPLY = message(
    "9.000100",
    "Correction after measuring it again: filter in the query, for the table has grown tenfold since.",
    thread_ts="1.000100",
    parent_user_id="U1",
)


def test_a_reply_read_before_its_parent_becomes_a_reply_when_the_parent_comes(tmp_path: Path) -> None:
    house = slack(tmp_path, REPLY)
    run(house)
    [alone] = desk.queue(house).rows
    slack(tmp_path, REPLY, TIP)
    run(house)
    [row] = desk.queue(house).rows
    assert (row.title[:15], row.replies) == (TIP["text"][:15], 1)
    with house.store.read() as session:
        own = session.exec(select(Item).where(Item.id == alone.id)).one()
        ties = session.exec(select(ItemPost.role).order_by(ItemPost.role)).all()
        keys = session.exec(
            select(Item.id).join(MatchKey, col(MatchKey.item_seq) == col(Item.seq)).distinct()
        ).all()
    assert (own.state, own.merged_into) == (ItemState.DROPPED, row.id)
    assert sorted(ties) == [Role.FOUNDING, Role.REPLY]
    assert set(keys) <= {row.id}
    assert desk.show(house, str(alone.id)).row.id == row.id
    again = run(house).counts()
    assert {name: number for name, number in again.items() if number} == {}


def test_an_early_reply_that_was_decided_on_stays_an_item_of_its_own(tmp_path: Path) -> None:
    house = slack(tmp_path, REPLY)
    run(house)
    [alone] = desk.queue(house).rows
    deciding.decide(house, str(alone.id), DecisionVerdict.APPROVE, "curator")
    slack(tmp_path, REPLY, TIP)
    run(house)
    assert [row.id for row in desk.queue(house, (ItemState.APPROVED,)).rows] == [alone.id]
    assert [row.replies for row in desk.queue(house).rows] == [0]


def test_finding_look_alikes_makes_as_many_queries_for_many_candidates_as_for_few(tmp_path: Path) -> None:
    words = "A cut axis, a missing baseline, two scales in one picture: habits of careful people who draw charts, "
    endings = (
        "ladders and ropes",
        "budgets at night",
        "first aid",
        "nothing but soup",
        "winter tyres",
        "a kiln",
    )
    numbers = []
    for many in (2, len(endings)):
        folder = tmp_path / str(many)
        rows = [
            article(n, title="Charts", text=words + ending * 6) for n, ending in enumerate(endings[:many])
        ]
        house = house_of(folder, *rows)
        records(folder, [*rows, article(99, title="Charts", text=words + "and the last of them " * 5)])
        asked: list[str] = []
        event.listen(house.store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))  # noqa: B023
        run(house)
        numbers.append(sum("FROM item_post" in one or "FROM item " in one for one in asked))
    assert numbers[0] == numbers[1]


def test_a_merged_item_is_taken_back_from_its_destinations_whatever_its_state(tmp_path: Path) -> None:
    """A late reply reopened the delivered item: it waits, and the destination still shows it."""
    other = message("0.000100", "Three things to look at before a ladder is climbed, and one afterwards.")
    house = slack(tmp_path, other, TIP)
    run(house)
    older, younger = desk.queue(house).rows
    deciding.decide(house, str(younger.id), DecisionVerdict.APPROVE, "curator")
    assert run(house).counts()["new_deliveries"] == 1
    slack(tmp_path, other, TIP, REPLY)
    run(house)
    assert [row.id for row in desk.queue(house).rows] == [older.id, younger.id]
    grouping.merge(house, str(older.id), str(younger.id), "curator")
    with house.store.read() as session:
        owed = session.exec(select(Delivery)).one()
    assert (owed.item_id, owed.action, owed.state) == (younger.id, Action.RETRACT, DeliveryState.OWED)
    assert run(house).counts()["retracted"] == 1
