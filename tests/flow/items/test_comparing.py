"""Two items side by side (gleanery.flow.items.comparing), and merges and splits taken back (gleanery.flow.grouping)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.errors import BadInput, Denied
from gleanery.flow import deciding, deliver, desk, grouping, screen
from gleanery.flow.house import House
from gleanery.flow.items.comparing import compare, pieces
from gleanery.model.destinations import Delivery
from gleanery.model.items import DecisionVerdict, ItemPost, ItemState, MatchKey
from tests.flow.items.conftest import with_items


def two(house: House) -> tuple[str, str]:
    rows = desk.queue(house).rows
    return str(rows[0].id), str(rows[1].id)


def ties(house: House) -> set[tuple[str, str, str]]:
    with house.store.read() as session:
        return {
            (str(one.item_id), str(one.post_id), one.role.value) for one in session.exec(select(ItemPost))
        }


def keys(house: House) -> set[tuple[str, bytes]]:
    with house.store.read() as session:
        return {(str(one.item_seq), one.key) for one in session.exec(select(MatchKey))}


def test_differences_are_marked_on_both_sides() -> None:
    left, right = pieces("the quick fox jumps", "The slow fox jumps high")
    assert [(one.text.strip(), one.is_same) for one in left] == [
        ("the", True),
        ("quick", False),
        ("fox jumps", True),
    ]
    assert [one.text.strip() for one in right if not one.is_same] == ["slow", "high"]
    assert "".join(one.text for one in right) == "The slow fox jumps high"


def test_long_texts_are_compared_to_a_limit_and_shown_whole() -> None:
    text = " ".join(f"w{number % 7}" for number in range(6_000))
    left, right = pieces(text, "a " + text)
    assert "".join(one.text for one in left) == text
    assert "".join(one.text for one in right) == "a " + text


def test_the_older_item_stands_first_whichever_is_asked_for(house: House) -> None:
    older, younger = two(house)
    for found in (compare(house, older, younger), compare(house, younger, older)):
        assert (str(found.older.detail.row.id), str(found.younger.detail.row.id)) == (older, younger)
    with pytest.raises(BadInput):
        compare(house, older, older)


def test_a_merge_is_taken_back_to_the_last_tie_and_key(either: House) -> None:
    older, younger = two(either)
    before = ties(either), keys(either)
    grouping.merge(either, younger, older, "curator")
    assert str(desk.show(either, younger).row.id) == older
    assert desk.show(either, older).known.moved is not None
    grouping.undo_regrouping(either, older, "curator")
    assert (ties(either), keys(either)) == before
    assert str(desk.show(either, younger).row.id) == younger
    with pytest.raises(Denied, match="no merge or split"):
        grouping.undo_regrouping(either, older, "curator")


def test_what_was_approved_before_a_merge_is_delivered_again_after_its_undo(house: House) -> None:
    older, younger = two(house)
    deciding.decide(house, younger, DecisionVerdict.APPROVE, "curator")
    deliver(house, "cartridge")
    grouping.merge(house, older, younger, "curator")
    screen(house)
    deliver(house, "cartridge")
    grouping.undo_regrouping(house, older, "curator")
    screen(house)
    assert desk.show(house, younger).row.state == "approved"
    deliver(house, "cartridge")
    with house.store.read() as session:
        delivery = session.exec(
            select(Delivery).where(Delivery.item_id == desk.show(house, younger).row.id)
        ).one()
    assert (delivery.action.value, delivery.state.value) == ("upsert", "delivered")


def test_a_split_is_taken_back(house: House) -> None:
    older, younger = two(house)
    grouping.merge(house, older, younger, "curator")
    merged = ties(house)
    [post] = [one.post_id for one in desk.show(house, older).provenance if one.role != "founding"]
    own = grouping.split(house, older, str(post), "curator")
    assert str(own.id) == younger
    grouping.undo_regrouping(house, older, "curator")
    assert ties(house) == merged
    assert str(desk.show(house, younger).row.id) == older
    grouping.undo_regrouping(house, older, "lead")
    assert str(desk.show(house, younger).row.id) == younger


def test_a_merge_of_what_was_merged_further_waits_for_the_other_undo(tmp_path: Path) -> None:
    house = with_items(tmp_path)
    first, second, third = (str(row.id) for row in desk.queue(house, tuple(ItemState)).rows)
    grouping.merge(house, second, third, "curator")
    grouping.merge(house, first, second, "curator")
    grouping.undo_regrouping(house, first, "curator")
    assert str(desk.show(house, third).row.id) == second
    grouping.undo_regrouping(house, second, "curator")
    assert str(desk.show(house, third).row.id) == third
    house.close()


def test_items_that_are_said_to_be_different_are_not_suggested_again(house: House) -> None:
    older, younger = two(house)
    grouping.keep_apart(house, older, younger, "curator")
    assert compare(house, older, younger).settled == "different"
    assert desk.show(house, older).lookalikes == ()
