"""Posts taken one by one, some at a time or all at once make the same items, also after a restart."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from gleanery.flow import read
from gleanery.flow.attaching import attach
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.model.items import Alike, Item, ItemPost, MatchKey
from gleanery.model.posts import Post
from tests.house import file_source, make_house, records

SYLLABLES = (
    "ba",
    "con",
    "dri",
    "fel",
    "gu",
    "hor",
    "in",
    "jas",
    "ko",
    "lum",
    "mer",
    "nif",
    "or",
    "pel",
    "qui",
    "ras",
)


def rows(count: int, seed: int) -> list[dict[str, Any]]:
    """Posts of which some repeat an earlier one's words, a little or more changed, or lead to its address."""
    rng = random.Random(seed)
    made: list[dict[str, Any]] = []
    for number in range(count):
        words = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(rng.randint(18, 40))]
        url = f"https://learning.example.org/{seed}/{number}"
        if made and rng.random() < 0.4:
            earlier = rng.choice(made)
            words = earlier["text"].split()
            for _ in range(rng.choice((0, 1, 2, 4, 7, 10))):
                words[rng.randrange(len(words))] = "".join(rng.choices(SYLLABLES, k=3))
            url = earlier["url"] if rng.random() < 0.2 else url
        made.append({"id": f"p{number}", "title": "", "url": url, "text": " ".join(words)})
    return made


def taken(folder: Path, posts: Sequence[dict[str, Any]], sizes: Sequence[int], reopen: bool = False) -> Any:
    """What became of the posts, taken in batches of these sizes in turn: by names, for ids differ between houses."""
    source = file_source(records(folder, posts)) | {"first_items": 0}
    steps = [{"step": "canonical"}, {"step": "duplicates"}]
    house = make_house(folder, sources=[source], curation={"steps": steps})
    read(house, "catalogue")
    done, turn = 0, 0
    while done < len(posts):
        with house.change() as change:
            query = select(Post).where(Post.seq > done).order_by(col(Post.seq))  # type: ignore[operator]
            batch = change.session.exec(query.limit(sizes[turn % len(sizes)])).all()
            attach(house, change, batch)
            done = batch[-1].seq or 0
        turn += 1
        if reopen and turn == 2:
            house.close()
            house = open_house(house.config)
    found = told(house)
    house.close()
    return found


def told(house: House) -> Any:
    """(post, the post that founded its item, role), the suggested pairs by founders, and keys for each post."""
    with house.store.read() as session:
        names = {post.id: post.external_id for post in session.exec(select(Post))}
        numbers = {post.seq: post.external_id for post in session.exec(select(Post))}
        founders = {item.id: names[item.founding_post_id] for item in session.exec(select(Item))}
        by_number = {item.seq: founders[item.id] for item in session.exec(select(Item))}
        ties = {
            (names[tie.post_id], founders[tie.item_id], tie.role.value)
            for tie in session.exec(select(ItemPost))
        }
        pairs = {
            (founders[row.item_id], founders[row.other_id], row.likeness)
            for row in session.exec(select(Alike))
        }
        given = session.exec(select(MatchKey)).all()
        keys = sorted((numbers[row.post_seq], by_number[row.item_seq], row.exact) for row in given)
    return ties, pairs, keys


def test_posts_one_by_one_and_after_a_restart_make_what_all_at_once_make(tmp_path: Path) -> None:
    posts = rows(40, 3)
    whole = taken(tmp_path / "whole", posts, [40])
    ties, pairs, _ = whole
    assert pairs
    assert {role for _, _, role in ties} >= {"founding", "same", "alike"}
    assert taken(tmp_path / "single", posts, [1], reopen=True) == whole
    assert taken(tmp_path / "some", posts, [7, 1, 13], reopen=True) == whole


@pytest.mark.proof
def test_thousands_of_posts_make_the_same_in_any_batches(tmp_path: Path) -> None:
    posts = rows(4_000, 5)
    assert taken(tmp_path / "whole", posts, [4_000]) == taken(
        tmp_path / "some", posts, [50, 1, 200], reopen=True
    )
