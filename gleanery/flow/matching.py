"""What posts can be recognised by, and which items they gave it to: looked up for a whole batch of posts at once.

Keys are hashed under the house's key. What a batch writes is found by the posts after it in the same batch, and
reaches the table when the batch is done or somebody else is about to read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.subjects import Telling
from gleanery.model.items import Item, ItemPost, MatchKey
from gleanery.model.posts import Post
from gleanery.ports import Matcher, Subject

log = structlog.get_logger()

CANDIDATES = 20
"""Look-alikes compared in full for one post, those with most bands in common first."""

_MOST = 500
"""Items looked up for one key: what more of them share tells nothing."""

_BAND = 8
"""Bytes of a band's hash: of a million posts in other words hardly two share one by chance."""

_AT_ONCE = 2_000
"""Keys in one query."""


class Marks(NamedTuple):
    """What one telling can be recognised by: its subject, exact keys and bands, hashed, per matcher."""

    subject: Subject
    keys: tuple[tuple[Matcher, tuple[bytes, ...]], ...]
    bands: tuple[tuple[Matcher, tuple[bytes, ...]], ...]

    def every(self) -> Iterator[bytes]:
        """Every key and band."""
        for _, keys in (*self.keys, *self.bands):
            yield from keys


def marks_of(house: House, told: Telling) -> Marks:
    """The marks of a telling; none of one that is withheld."""
    subject = Subject(
        item_id=told.post.id, kind=told.post.kind.value, title=told.title, text=told.text, url=told.url,
        language=None, platforms=(told.post.platform,), links=(), internal=told.is_internal,
    )  # fmt: skip
    keys, bands = [], []
    for matcher in () if told.content.withheld else house.matchers:
        try:
            found, sketch = tuple(matcher.keys(subject)), matcher.sketch(subject)
        except Exception as error:  # a plugin may raise anything; the post is then recognised by the others
            log.warning("matcher.failed", matcher=matcher.name, error=type(error).__name__)
            continue
        keys.append((matcher, tuple(_hashed(house, matcher, key) for key in found)))
        if sketch is not None:
            bands.append((matcher, tuple(_hashed(house, matcher, band)[:_BAND] for band in sketch.bands)))
    return Marks(subject, tuple(keys), tuple(bands))


def _hashed(house: House, matcher: Matcher, key: str) -> bytes:
    """A key as it is kept: hashed under the house's key, so that the table tells nothing by itself."""
    return house.vault.mark(f"{matcher.name}:{key}")[:16]


class Given(NamedTuple):
    """A key that a post gave to an item."""

    item_id: UUID
    exact: bool


class Keys:
    """Which posts gave which keys to which items: as the table says, and as this batch adds to it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._given: dict[bytes, list[Given]] = {}
        self._unwritten: dict[tuple[UUID, UUID, bytes], bool] = {}

    def foresee(self, keys: Iterable[bytes]) -> None:
        """Look up keys that will be asked for."""
        wanted = sorted({key for key in keys if key not in self._given})
        for key in wanted:
            self._given[key] = []
        for first in range(0, len(wanted), _AT_ONCE):
            for key, *given in self._session.execute(_those(wanted[first : first + _AT_ONCE])):
                self._given[key].append(Given(*given))

    def with_exact(self, keys: Sequence[bytes]) -> list[UUID]:
        """The items that any post gave one of these exact keys."""
        self.foresee(keys)
        return [given.item_id for key in keys for given in self._given[key] if given.exact]

    def sharing(self, bands: Sequence[bytes]) -> list[UUID]:
        """The items with most bands in common with these."""
        self.foresee(bands)
        shared = Counter(given.item_id for band in bands for given in self._given[band] if not given.exact)
        return sorted(shared, key=lambda item_id: (-shared[item_id], item_id))[:CANDIDATES]

    def add(self, marks: Marks, post_id: UUID, item_id: UUID) -> None:
        """Note what a telling can be recognised by."""
        exact = {key: False for _, bands in marks.bands for key in bands}
        exact |= {key: True for _, keys in marks.keys for key in keys}
        self.foresee(exact)
        for key, is_exact in exact.items():
            if (item_id, post_id, key) not in self._unwritten:
                self._unwritten[item_id, post_id, key] = is_exact
                self._given[key].append(Given(item_id, is_exact))

    def forget(self, post_id: UUID) -> None:
        """What a post was recognised by so far."""
        self.write()
        own = sa.select(col(Post.seq)).where(col(Post.id) == post_id)
        self._session.execute(sa.delete(MatchKey).where(col(MatchKey.post_seq).in_(own)))
        self.look_again()

    def look_again(self) -> None:
        """Take nothing for known any more: somebody else changed the table."""
        self._given.clear()

    def write(self) -> None:
        """Bring what was noted into the table."""
        if self._unwritten:
            self._session.flush()
            items = _numbers(self._session, Item, {item_id for item_id, _, _ in self._unwritten})
            posts = _numbers(self._session, Post, {post_id for _, post_id, _ in self._unwritten})
            rows = [
                {"item_seq": items[item_id], "post_seq": posts[post_id], "key": key, "exact": exact}
                for (item_id, post_id, key), exact in self._unwritten.items()
            ]
            self._session.connection().execute(sa.insert(MatchKey), rows)
        self._unwritten.clear()


def _numbers(session: Session, table: type[Item | Post], ids: Iterable[UUID]) -> dict[UUID, int]:
    """By id: the number by which the table of keys names an item or a post."""
    rows = session.execute(sa.select(col(table.id), col(table.seq)).where(col(table.id).in_(ids)))
    return {row.id: row.seq for row in rows}


def _those(keys: Sequence[bytes]) -> sa.Select[Any]:
    """(key, item, exact) of these keys, for each a bounded number."""
    place = sa.func.row_number().over(partition_by=col(MatchKey.key), order_by=col(MatchKey.item_seq))
    columns = (col(MatchKey.key), col(MatchKey.item_seq), col(MatchKey.exact))
    numbered = sa.select(*columns, place.label("place")).where(columns[0].in_(keys)).subquery()
    found = numbered.c
    named = sa.select(found.key, col(Item.id), found.exact).join(Item, col(Item.seq) == found.item_seq)
    return named.where(found.place <= _MOST)


def exact_by_key(session: Session, item_id: UUID) -> dict[bytes, bool]:
    """What the posts of an item gave it to be recognised by, and whether it is an exact key."""
    posts = select(Post.seq).join(ItemPost, col(ItemPost.post_id) == col(Post.id))
    told = col(MatchKey.post_seq).in_(posts.where(ItemPost.item_id == item_id))
    own = select(Item.seq).where(Item.id == item_id)
    query = select(MatchKey.key, MatchKey.exact).where(told, col(MatchKey.item_seq).in_(own))
    return dict(session.exec(query).all())


class Items:
    """The living items of ids, each asked for once in a batch; those it makes are known at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[UUID, Item] = {}
        self._made: dict[UUID, int] = {}

    def note(self, item: Item) -> None:
        """Know an item that this batch made."""
        self._known[item.id] = item
        self._made.setdefault(item.id, len(self._made))

    def foresee(self, ids: Iterable[UUID]) -> None:
        """Look up items that will be asked for, and those they were merged into."""
        wanted = set(ids) - set(self._known)
        while wanted:
            found = self._session.exec(select(Item).where(col(Item.id).in_(wanted))).all()
            self._known.update({item.id: item for item in found})
            wanted = {item.merged_into for item in found if item.merged_into} - set(self._known)

    def get(self, item_id: UUID) -> Item | None:
        """An item that was looked up or made, merged or not."""
        return self._known.get(item_id)

    def living_of(self, ids: Iterable[UUID]) -> list[Item]:
        """The items of these ids, or those they were merged into, each once, oldest first."""
        asked = set(ids)
        self.foresee(asked)
        found = {living.id: living for item_id in asked if (living := self._living(item_id)) is not None}
        return sorted(found.values(), key=self._age)

    def _living(self, item_id: UUID) -> Item | None:
        item = self._known.get(item_id)
        while item is not None and item.merged_into is not None:
            self.foresee([item.merged_into])
            item = self._known.get(item.merged_into)
        return item

    def _age(self, item: Item) -> tuple[bool, int]:
        return item.seq is None, item.seq or self._made.get(item.id, 0)
