"""Posts that no one would write: each comes in or is told as a fault, and the rest of the batch is done."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from gleanery.flow import run, screen
from gleanery.flow.house import House
from gleanery.model.items import FindingRow, Item
from gleanery.model.posts import Post
from tests.house import article, file_source, make_house, records

BAD = {
    "emoji": "👩🏽‍🚒🎉👍🏿" * 200,
    "right-to-left": "\u202eسلم السلامة للمبتدئين في العمل\u202c " * 50,
    "zero-width": "\u200b\u200c\u200d\ufeff".join("working with ladders ") * 20,
    "mixed": "Лаdder ѕаfety ラダー 사다리 梯子 סולם " * 50,
    "surrogates": "ladder \ud800 safety \udfff on the roof " * 20,
    "nul": "ladder\x00safety on the roof " * 20,
    "nothing": "\u2060\u00ad \u3000",
}


def house_over(folder: Path, rows: list[dict[str, Any]]) -> House:
    return make_house(folder, sources=[{**file_source(records(folder, rows)), "first_items": 0}])


def taken(house: House) -> dict[str, bool]:
    """By external id: whether the post was attached and every item it founded was judged."""
    with house.store.read() as session:
        judged = {item.founding_post_id: item.screened_as != "" for item in session.exec(select(Item))}
        return {post.external_id: judged.get(post.id, False) for post in session.exec(select(Post))}


def test_every_bad_post_is_judged_or_told_and_none_of_the_others_waits(tmp_path: Path) -> None:
    bad = [
        article(100 + place, id=kind, text=text, title=text[:60])
        for place, (kind, text) in enumerate(BAD.items())
    ]
    rows = [article(1), *bad[:4], article(2), *bad[4:], article(3)]
    house = house_over(tmp_path, rows)
    report = run(house)
    done = taken(house)
    assert {"a1", "a2", "a3"} <= {name for name, is_judged in done.items() if is_judged}
    assert all(done.values())
    assert len(done) + len(report.faults) == len(rows)
    with house.store.read() as session:
        assert not session.exec(select(FindingRow).where(FindingRow.reason == "step.failed")).all()
    assert screen(house).judged == 0
    assert all(verdict.ok for _, verdict in house.verify())


def test_a_post_of_two_megabytes_is_cut_with_a_message_and_judged_among_others(tmp_path: Path) -> None:
    house = house_over(tmp_path, [article(1), _large(2_000_000), article(2)])
    started = time.process_time()
    report = run(house)
    [(where, message)] = report.faults
    assert where.endswith(":2")
    assert "cut at" in message
    assert taken(house) == {"a1": True, "large": True, "a2": True}
    assert time.process_time() - started < 60


@pytest.mark.proof
def test_a_post_of_fifty_megabytes_is_judged_or_told_and_the_others_are_done(tmp_path: Path) -> None:
    house = house_over(tmp_path, [article(1), _large(50_000_000), article(2)])
    report = run(house)
    done = taken(house)
    assert done["a1"]
    assert done["a2"]
    assert all(done.values())
    assert [message for _, message in report.faults if message]


def _large(size: int) -> dict[str, Any]:
    words = "Why working at heights needs two people, told at length, with examples from the yard. "
    return article(50, id="large", text=words * (size // len(words) + 1))


def test_screening_twice_changes_nothing(tmp_path: Path) -> None:
    house = house_over(tmp_path, [article(number) for number in range(6)])
    run(house)
    before = _everything(house)
    with house.store.write() as session:
        for item in session.exec(select(Item)):
            item.screened_as = ""
            session.add(item)
    assert screen(house).judged == 6
    assert _everything(house) == before


def _everything(house: House) -> list[str]:
    with house.store.read() as session:
        items = [str(item.model_dump(exclude={"seq"})) for item in session.exec(select(Item))]
        rows = [str(row.model_dump(exclude={"made_at"})) for row in session.exec(select(FindingRow))]
        return sorted([*items, *rows])
