"""The index that the product has, the table `match_key` of a house on SQLite: how big it is, how fast it is asked."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, text

from curation.duplicates import Duplicates, DuplicatesSettings
from gleanery.flow.house import House
from gleanery.flow.matching import Keys, Marks
from gleanery.model.items import Item, MatchKey
from gleanery.model.posts import PostKind
from gleanery.testing import subject
from tests.house import make_house

BLOCK, BATCH, LOOKED_UP = 10_000, 100, 5_000
"""Posts filed in one transaction; posts looked up together, as screening takes them; posts looked up at all."""


class Made(Protocol):
    """Posts made from their numbers."""

    def post(self, number: int) -> list[str]:
        """The words of a post."""

    def original(self, number: int) -> int | None:
        """The post that this one is a look-alike of."""


def measure_table(many: Made, posts: int) -> dict[str, Any]:
    """File posts, an item each; then look up the last of them and see whether the planted are met."""
    with TemporaryDirectory() as name:
        house = make_house(Path(name) / "house")
        ids = _items(house, posts)
        before = _bytes(house)
        filed = _file(house, many, posts)
        size = _bytes(house) - before
        with house.store.read() as session:
            looked_up = _look_up(house, session, many, posts, ids)
        house.close()
    return {"posts": posts, "bytes_per_post": round(size / posts), "filed_per_cpu_second": filed, **looked_up}


def _items(house: House, posts: int) -> list[UUID]:
    """An item for each post, numbered from 1."""
    ids = [uuid4() for _ in range(posts)]
    for start in range(0, posts, BLOCK):
        made = [
            Item(id=one, founding_post_id=one, kind=PostKind.ARTICLE, made_at=house.now()).model_dump(
                exclude={"seq"}
            )
            for one in ids[start : start + BLOCK]
        ]
        with house.store.write() as session:
            session.connection().execute(sa.insert(Item), made)
    return ids


def _marks(house: House, many: Made, number: int) -> Marks:
    """The marks of a post as the house makes them."""
    matcher = Duplicates(DuplicatesSettings())
    said = subject(" ".join(many.post(number)))
    sketch = matcher.sketch(said)
    keys = tuple(house.vault.mark(f"{matcher.name}:{key}")[:16] for key in matcher.keys(said))
    bands = tuple(house.vault.mark(f"{matcher.name}:{band}")[:8] for band in (sketch.bands if sketch else ()))
    return Marks(said, ((matcher, keys),), ((matcher, bands),))


def _file(house: House, many: Made, posts: int) -> int:
    """Posts filed per CPU second, without what it takes to make and hash them."""
    spent = 0.0
    for start in range(0, posts, BLOCK):
        marks = [_marks(house, many, number) for number in range(start, min(start + BLOCK, posts))]
        began = time.process_time()
        rows = [
            {"key": key, "item_seq": seq, "post_seq": seq, "exact": exact}
            for seq, told in enumerate(marks, start + 1)
            for (_, keys), exact in ((told.keys[0], True), (told.bands[0], False))
            for key in dict.fromkeys(keys)
        ]
        with house.store.write() as session:
            session.connection().execute(sa.insert(MatchKey), rows)
        spent += time.process_time() - began
    return round(posts / spent)


def _look_up(house: House, session: Session, many: Made, posts: int, ids: list[UUID]) -> dict[str, Any]:
    """Posts looked up per CPU second, a batch at a time, and the share of planted pairs that meet."""
    spent, planted, met, candidates = 0.0, 0, 0, 0
    for start in range(posts - min(posts, LOOKED_UP), posts, BATCH):
        numbers = range(start, min(start + BATCH, posts))
        marks = [_marks(house, many, number) for number in numbers]
        began = time.process_time()
        keys = Keys(session)
        keys.foresee(key for told in marks for key in told.every())
        near = [keys.sharing(told.bands[0][1]) for told in marks]
        spent += time.process_time() - began
        candidates += sum(map(len, near))
        of = [(many.original(number), found) for number, found in zip(numbers, near, strict=True)]
        planted += sum(one is not None for one, _ in of)
        met += sum(one is not None and ids[one] in found for one, found in of)
    looked_up = min(posts, LOOKED_UP)
    return {
        "looked_up_per_cpu_second": round(looked_up / spent),
        "candidates_per_post": round(candidates / looked_up, 2),
        "recall": round(met / max(planted, 1), 4),
    }


def _bytes(house: House) -> int:
    """What the database takes."""
    with house.store.read() as session:
        pages, size = (
            session.execute(text(f"PRAGMA {what}")).scalar_one() for what in ("page_count", "page_size")
        )
    return int(pages) * int(size)
