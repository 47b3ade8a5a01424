"""Collections as their editors change them: revisions, refusals, undo."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from gleanery.errors import BadInput, Denied
from gleanery.flow import deciding
from gleanery.flow.collections import editing, showing
from gleanery.flow.collections.comparing import changes
from gleanery.flow.house import House
from gleanery.model.collections import Collection, CollectionChange, CollectionItem, Content
from gleanery.model.items import DecisionVerdict
from gleanery.model.record import Entry


def path(house: House, items: list[UUID]) -> Collection:
    steps = [{"item": item} for item in items]
    return editing.make(house, "curator", editing.checked_content({"title": "First steps", "steps": steps}))


def order(house: House, collection: UUID) -> list[UUID]:
    return [step.step.item for step in showing.show(house, collection).steps]


def test_items_are_added_moved_and_removed_and_each_change_is_one_entry_of_the_audit_log(
    house: House, items: list[UUID]
) -> None:
    made = path(house, items[:3])
    editing.add(house, "curator", made.id, items[3])
    editing.move(house, "curator", made.id, items[3], 0)
    editing.remove(house, "curator", made.id, items[1])
    assert order(house, made.id) == [items[3], items[0], items[2]]
    with house.store.read() as session:
        told = session.exec(select(Entry.action).where(Entry.subject == f"collection:{made.id}")).all()
        index = session.exec(select(CollectionItem.item_id)).all()
    assert told == [
        "collection.made",
        "collection.item-added",
        "collection.item-moved",
        "collection.item-removed",
    ]
    assert set(index) == {items[0], items[2], items[3]}


def test_a_change_that_changes_nothing_leaves_no_trace(house: House, items: list[UUID]) -> None:
    made = path(house, items[:2])
    editing.add(house, "curator", made.id, items[0])
    editing.move(house, "curator", made.id, items[0], 0)
    editing.remove(house, "curator", made.id, items[5])
    assert showing.show(house, made.id).revision == made.revision


def test_the_second_of_two_editors_is_told_and_nothing_of_the_first_is_lost(
    house: House, items: list[UUID]
) -> None:
    made = path(house, items[:2])
    editing.edit(house, "curator", made.id, {"title": "By the first"}, seen=1)
    with pytest.raises(Denied, match="changed this collection"):
        editing.edit(house, "lead", made.id, {"title": "By the second"}, seen=1)
    assert showing.show(house, made.id).content.title == "By the first"


def test_changes_are_undone_one_by_one_back_to_how_it_was_made(house: House, items: list[UUID]) -> None:
    made = path(house, items[:3])
    editing.move(house, "curator", made.id, items[2], 0)
    editing.set_step(house, "curator", made.id, {"item": items[0], "note": "Read this first."})
    editing.undo(house, "lead", made.id)
    assert order(house, made.id) == [items[2], items[0], items[1]]
    assert not any(step.step.note for step in showing.show(house, made.id).steps)
    editing.undo(house, "lead", made.id)
    assert order(house, made.id) == items[:3]
    with pytest.raises(Denied, match="nothing to undo"):
        editing.undo(house, "lead", made.id)


def test_only_so_many_changes_are_kept(
    house: House, items: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "KEPT_CHANGES", 3)
    made = path(house, items[:2])
    for number in range(6):
        editing.edit(house, "curator", made.id, {"title": f"Title {number}"})
    with house.store.read() as session:
        assert len(session.exec(select(CollectionChange)).all()) == 3


def test_an_item_that_is_not_approved_cannot_be_added(house: House, items: list[UUID]) -> None:
    made = path(house, items[:1])
    deciding.decide(house, str(items[1]), DecisionVerdict.RETRACT, "curator")
    for item in (items[1], uuid4()):
        with pytest.raises(Denied, match="approved"):
            editing.add(house, "curator", made.id, item)


@pytest.mark.parametrize(
    "values",
    [
        {"title": " "},
        {"due": {"on": "2026-06-01", "days": 3}},
        {"due": {"days": 0}},
        {"destinations": ["nowhere"]},
        {"goal": "none-such"},
        {"objectives": ["x" * 301]},
        {"steps": []},
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    house: House, items: list[UUID], values: dict[str, object]
) -> None:
    made = path(house, items[:1])
    with pytest.raises(BadInput):
        editing.edit(house, "curator", made.id, values)
    assert showing.show(house, made.id).revision == 1


def test_an_unknown_collection_is_named_as_such(house: House) -> None:
    with pytest.raises(editing.NoCollection):
        editing.undo(house, "curator", uuid4())


def test_the_fewest_items_count_as_moved() -> None:
    one, two, three, four = (uuid4() for _ in range(4))
    old = Content.model_validate({"title": "A", "steps": [{"item": i} for i in (one, two, three, four)]})
    new = Content.model_validate({"title": "B", "steps": [{"item": i} for i in (four, one, three)]})
    found = changes(old, new)
    assert (found.moved, found.removed, found.added, found.words) == ((four,), (two,), (), ("title",))
    assert not changes(old, old)


def test_the_number_of_queries_of_the_list_and_of_a_page_does_not_grow(
    house: House, items: list[UUID], queries: list[str]
) -> None:
    made = path(house, items[:1])
    counts = []
    for number in range(1, 5):
        queries.clear()
        showing.listed(house)
        listing = len(queries)
        queries.clear()
        showing.show(house, made.id)
        counts.append((listing, len(queries)))
        path(house, items)
        editing.add(house, "curator", made.id, items[number])
    assert len(set(counts)) == 1, counts
