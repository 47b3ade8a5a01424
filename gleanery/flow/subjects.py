"""What an item says: the words that are judged, and the same words, as far as allowed, that leave the house."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.contents import contents_of, policy_of, words
from gleanery.flow.house import House
from gleanery.model.curated import ItemEdit
from gleanery.model.items import Item, ItemPost, Role
from gleanery.model.posts import Content, Post
from gleanery.ports import Policy, Standing, Subject


@dataclass(frozen=True)
class Telling:
    """One post's words about an item: the post's own, or what the linked site says of itself (`link`)."""

    post: Post
    role: Role
    link: int | None
    content: Content
    policy: Policy
    title: str
    text: str
    url: str | None
    body: dict[str, Any]

    @property
    def is_internal(self) -> bool:
        """True for an employee's own words; a linked site's words are not."""
        return self.post.internal and self.link is None


@dataclass(frozen=True)
class ItemWords:
    """All tellings of an item, the one that names it first; `remarks` are what people said about it.

    `edit` is what a curator wrote in place of the source's title and address, and as a summary before its text.
    """

    item: Item
    chosen: Telling
    tellings: tuple[Telling, ...]
    remarks: tuple[str, ...]
    withheld: tuple[str, ...]
    platforms: tuple[str, ...]
    replies: int
    edit: ItemEdit | None = None
    said: tuple[str, ...] = ()
    """Those of the remarks that are transcripts: what is said in the recording itself."""

    @property
    def title(self) -> str:
        """What the item is called, everywhere: as a curator wrote, else as the source does."""
        return (self.edit.title if self.edit is not None else None) or self.chosen.title

    @property
    def url(self) -> str | None:
        """The address it leads to: the one a curator gave, else the source's."""
        return self.edit.address if self.is_redirected and self.edit is not None else self.chosen.url

    @property
    def is_redirected(self) -> bool:
        """Whether a curator gave it another address than its source."""
        return self.edit is not None and self.edit.address is not None

    @property
    def summary(self) -> str:
        """What a curator wrote about it, empty where nobody did."""
        return (self.edit.summary if self.edit is not None else None) or ""

    @property
    def text(self) -> str:
        """The summary, and the source's text below it."""
        return f"{self.summary}\n\n{self.chosen.text}" if self.summary else self.chosen.text

    @property
    def published_at(self) -> datetime | None:
        """When the chosen post was published at its source."""
        return self.chosen.post.published_at

    def subject(self, standing: Standing = Standing()) -> Subject:
        """What the steps judge."""
        told = self.chosen
        return Subject(
            item_id=self.item.id,
            kind=self.item.kind.value,
            title=self.title,
            text=self.text,
            url=self.url,
            language=told.body.get("language") if told.link is None else None,
            platforms=self.platforms,
            links=tuple(link["url"] for link in told.body.get("links", ())) if told.link is None else (),
            replies=self.remarks,
            tags=tuple(told.body.get("tags", ())),
            internal=told.is_internal,
            authored_by_bot=told.post.by_bot,
            standing=standing,
        )


_JUDGED = tuple(one.name for one in fields(Subject) if one.name != "standing")
"""What of a subject makes a new revision where it changes."""


class Marks(NamedTuple):
    """Keyed hashes of what is judged: the words that may leave, what people said about them, and the whole."""

    leaving: bytes
    remarks: bytes
    whole: bytes

    def packed(self) -> bytes:
        """The three in one, as they are kept with the item."""
        return self.leaving + self.remarks + self.whole


def marks_of(house: House, words: ItemWords) -> Marks:
    """The marks of an item's words as they are now."""
    subject = words.subject()
    seen = {name: getattr(subject, name) for name in _JUDGED} | {"item_id": ""}
    return Marks(
        house.vault.mark(json.dumps([subject.title, subject.text, subject.url])),
        house.vault.mark(json.dumps(subject.replies)),
        house.vault.mark(json.dumps(seen, sort_keys=True)),
    )


def telling_of(house: House, post: Post, role: Role, link: int | None, content: Content) -> Telling | None:
    """A post's words about an item; None where they are gone or the link is no longer in the post."""
    body = words(house, content)
    if body is None:
        return None
    if link is None:
        title, text, url = body.get("title", ""), body.get("text", ""), body.get("url")
    elif link < len(body.get("links", ())):
        shared = body["links"][link]
        title, text, url = shared.get("title", ""), shared.get("summary", ""), shared["url"]
    else:
        return None
    return Telling(post, role, link, content, policy_of(content), title, text, url, body)


def item_words(house: House, session: Session, item: Item) -> ItemWords | None:
    """The words of an item from all its posts, oldest first; None where nothing is left."""
    return words_of_many(house, session, [item]).get(item.id)


def words_of_many(house: House, session: Session, items: Sequence[Item]) -> dict[UUID, ItemWords]:
    """The words of many items in three queries; items with nothing left are absent."""
    rows = session.exec(
        select(ItemPost, Post)
        .join(Post, col(Post.id) == col(ItemPost.post_id))
        .where(col(ItemPost.item_id).in_([item.id for item in items]), col(Post.gone).is_(None))
        .order_by(col(Post.seq))
    ).all()
    contents = contents_of(session, list({post.id for _, post in rows}))
    edits = edits_of(session, [item.id for item in items])
    ties: dict[UUID, list[tuple[ItemPost, Post]]] = {item.id: [] for item in items}
    for tie, post in rows:
        ties[tie.item_id].append((tie, post))
    told = {item.id: _words_from(house, item, ties[item.id], contents, edits.get(item.id)) for item in items}
    return {item_id: words for item_id, words in told.items() if words is not None}


def edits_of(session: Session, items: Sequence[UUID]) -> dict[UUID, ItemEdit]:
    """By item: the edit that holds now."""
    query = select(ItemEdit).where(col(ItemEdit.item_id).in_(items), ItemEdit.current)
    return {edit.item_id: edit for edit in session.exec(query)}


def _words_from(
    house: House,
    item: Item,
    rows: Sequence[tuple[ItemPost, Post]],
    contents: dict[UUID, Content],
    edit: ItemEdit | None,
) -> ItemWords | None:
    """The words of an item out of its ties, in the order of reading, and the posts' contents."""
    tellings = [
        told
        for tie, post in rows
        if tie.role is not Role.REPLY
        and (told := telling_of(house, post, tie.role, tie.link, contents[post.id])) is not None
    ]
    if not tellings:
        return None
    chosen, remarks = _chosen(item, tellings), _remarks(house, rows, contents)
    return ItemWords(
        item,
        chosen,
        tuple(tellings),
        tuple(body["text"] for body in remarks),
        tuple(chosen.content.withheld),
        tuple(dict.fromkeys(told.post.platform for told in tellings)),
        sum(tie.role is Role.REPLY for tie, _ in rows),
        edit,
        tuple(body["text"] for body in remarks if body.get("cues")),
    )


def _chosen(item: Item, tellings: Sequence[Telling]) -> Telling:
    """The telling that names the item: one not withheld, founding and titled if there is such a one."""
    return min(
        tellings,
        key=lambda told: (
            bool(told.content.withheld),
            not told.title or told.is_internal,
            told.post.id != item.founding_post_id,
        ),
    )


def _remarks(
    house: House, rows: Sequence[tuple[ItemPost, Post]], contents: dict[UUID, Content]
) -> list[dict[str, Any]]:
    """The words of posts in which people shared or answered, where there are any; sealed remarks stay sealed."""
    bodies = (
        words(house, contents[post.id])
        for tie, post in rows
        if (tie.role is Role.REPLY or tie.link is not None) and not contents[post.id].withheld
    )
    return [body for body in bodies if body is not None and body.get("text")]
