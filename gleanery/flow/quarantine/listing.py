"""What stands in quarantine: by kind, without a word of it; and one item as it would be with its passages masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import Denied
from gleanery.flow.contents import contents_of, words
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item
from gleanery.flow.judging import FAILED
from gleanery.flow.quarantine.lifting import kinds_in
from gleanery.flow.quarantine.masking import masked
from gleanery.model.items import FindingRow, Item, ItemPost, ItemState, Role
from gleanery.model.posts import Content, Post

PER_PAGE = 50


@dataclass(frozen=True)
class Quarantined:
    """An item in quarantine: what it is and for which kinds, never what it says."""

    id: UUID
    kind: str
    platforms: tuple[str, ...]
    kinds: tuple[str, ...]
    revision: int
    language: str | None
    made_at: datetime
    changed_at: datetime | None
    seq: int


@dataclass(frozen=True)
class Listed:
    """A page of quarantine, oldest first, and how many items there are by kind; `more`: whether others follow."""

    rows: tuple[Quarantined, ...]
    total: int
    by_kind: tuple[tuple[str, int], ...]
    more: bool


@dataclass(frozen=True)
class Passage:
    """A field of one post's words as it would be: masked."""

    platform: str
    field: str
    words: str


@dataclass(frozen=True)
class Preview:
    """An item in quarantine and what would be let out of it. `places`: (field, kind) of what is masked.

    `can_mask`: whether anything stands there to be masked; a step that failed has to answer first.
    """

    row: Quarantined
    passages: tuple[Passage, ...]
    places: tuple[tuple[str, str], ...]
    has_failed: bool

    @property
    def can_mask(self) -> bool:
        """Whether masking is of any use here."""
        return bool(self.places) and not self.has_failed


def listed(house: House, kind: str = "", *, after: int = 0, limit: int = PER_PAGE) -> Listed:
    """The items in quarantine of a kind, or all, that came after `after`."""
    with house.store.read() as session:
        items = session.exec(
            select(Item)
            .where(Item.state == ItemState.QUARANTINED, col(Item.merged_into).is_(None))
            .order_by(col(Item.seq))
        ).all()
        kinds = _kinds(session, [item.id for item in items])
        counted = Counter(one for item in items for one in kinds[item.id])
        wanted = [item for item in items if not kind or kind in kinds[item.id]]
        page = [item for item in wanted if (item.seq or 0) > after]
        rows = _rows(session, page[:limit], kinds)
    return Listed(tuple(rows), len(wanted), tuple(sorted(counted.items())), len(page) > limit)


def preview(house: House, text: str) -> Preview:
    """One item in quarantine with its words masked. Raises: Denied where it is not in quarantine; BadInput."""
    with house.store.read() as session:
        item = find_item(session, text)
        require_quarantined(item)
        [row] = _rows(session, [item], _kinds(session, [item.id]))
        passages: list[Passage] = []
        places: list[tuple[str, str]] = []
        for platform, content in blocked_contents(session, item):
            body = words(house, content)
            if body is None:
                continue
            made = masked(house, body, item.language or body.get("language"))
            places += made.places
            passages += _passages(platform, made.body)
    return Preview(row, tuple(passages), tuple(dict.fromkeys(places)), FAILED in row.kinds)


def require_quarantined(item: Item) -> None:
    """Raises: Denied where an item is not in quarantine."""
    if item.state is not ItemState.QUARANTINED:
        raise Denied(
            f"Item {str(item.id)[:8]} is {item.state.value}, not in quarantine.",
            remedy="`gleanery quarantine list` names what is.",
        )


def blocked_contents(session: Session, item: Item) -> list[tuple[str, Content]]:
    """The newest words of each post that tells of an item, with its platform; answers aside, they stay sealed."""
    query = (
        select(Post.id, Post.platform)
        .join(ItemPost, col(ItemPost.post_id) == col(Post.id))
        .where(ItemPost.item_id == item.id, ItemPost.role != Role.REPLY, col(Post.gone).is_(None))
        .order_by(col(Post.seq))
    )
    posts = session.exec(query).all()
    contents = contents_of(session, [post for post, _ in posts])
    return [(platform, contents[post]) for post, platform in posts if post in contents]


def _passages(platform: str, body: dict[str, Any]) -> list[Passage]:
    author = (body.get("author") or {}).get("name") or ""
    found = [
        ("title", body.get("title")),
        ("text", body.get("text")),
        ("url", body.get("url")),
        ("author", author),
    ]
    for link in body.get("links") or ():
        found += [("link", link.get("url")), ("link", link.get("title")), ("link", link.get("summary"))]
    found += [("tag", tag) for tag in body.get("tags") or ()]
    return [Passage(platform, field, str(told)) for field, told in found if told]


def _kinds(session: Session, items: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """By item: the kinds for which it is blocked, and the code of a step that failed."""
    found: dict[UUID, list[str]] = {item: [] for item in items}
    query = select(FindingRow).where(
        col(FindingRow.item_id).in_(items), FindingRow.current, FindingRow.verdict == "block"
    )
    for row in session.exec(query):
        found[row.item_id] += kinds_in(row.flags) or [row.reason]
    return {item: tuple(dict.fromkeys(kinds)) for item, kinds in found.items()}


def _rows(session: Session, items: Sequence[Item], kinds: dict[UUID, tuple[str, ...]]) -> list[Quarantined]:
    query = (
        select(ItemPost.item_id, Post.platform)
        .join(Post, col(Post.id) == col(ItemPost.post_id))
        .where(col(ItemPost.item_id).in_([item.id for item in items]))
        .order_by(col(Post.seq))
    )
    platforms: dict[UUID, list[str]] = {item.id: [] for item in items}
    for item_id, platform in session.exec(query):
        platforms[item_id].append(platform)
    return [
        Quarantined(
            id=item.id,
            kind=item.kind.value,
            platforms=tuple(dict.fromkeys(platforms[item.id])),
            kinds=kinds[item.id],
            revision=item.revision,
            language=item.language,
            made_at=item.made_at,
            changed_at=item.changed_at,
            seq=item.seq or 0,
        )
        for item in items
    ]
