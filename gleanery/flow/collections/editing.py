"""Making and changing collections: every change is one revision, told in the audit log, and can be taken back.

Of two people who edit at once the second is told (`seen` is the revision they looked at). What the destinations
hold changes only when the collection is published again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlmodel import Session, col, delete, func, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.items.finding import living
from gleanery.model.collections import (
    Collection,
    CollectionChange,
    CollectionItem,
    Content,
    Step,
)
from gleanery.model.items import Item, ItemState

KEPT_CHANGES = 100
"""How many changes of a collection can be taken back."""


class NoCollection(BadInput):
    """There is no such collection."""


def content_of(row: Collection) -> Content:
    """What the editors of a collection see."""
    return Content.model_validate(row.content)


def find(session: Session, collection: UUID, *, lock: bool = False) -> Collection:
    """A collection. Raises: NoCollection."""
    query = select(Collection).where(Collection.id == collection)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.exec(query).one_or_none()
    if row is None:
        raise NoCollection("There is no such collection.", remedy="See the list of collections.")
    return row


def make(house: House, account: str, content: Content) -> Collection:
    """A new draft. Raises: BadInput, Denied (an item that cannot be in it)."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        row = Collection(
            id=uuid4(),
            kind=content.kind,
            title=content.title,
            content={},
            made_at=change.at,
            changed_at=change.at,
            changed_by=actor,
        )
        _check(house, change.session, content)
        _put(change, row, content, actor)
        change.audit("collection.made", actor, f"collection:{row.id}", kind=content.kind.value)
        return row


def edit(
    house: House, account: str, collection: UUID, values: dict[str, Any], seen: int | None = None
) -> Collection:
    """Change the words, aims, due date or destinations, whichever are given; the steps stay.

    Raises: BadInput; Denied where it changed since it was seen; NoCollection.
    """
    if "steps" in values:
        raise BadInput("The steps are changed one by one.", remedy="Add, move or remove them.")
    return _edited(house, account, collection, seen, "collection.edited", lambda old: _checked(old, **values))


def add(house: House, account: str, collection: UUID, item: UUID, seen: int | None = None) -> Collection:
    """Put an approved item at the end; one that is there stays where it is. Raises: Denied, BadInput."""
    with house.store.read() as session:
        item = living(session, item).id if session.exec(select(Item).where(Item.id == item)).first() else item
    return _edited(
        house, account, collection, seen, "collection.item-added", lambda old: old.with_item(item), item
    )


def remove(house: House, account: str, collection: UUID, item: UUID, seen: int | None = None) -> Collection:
    """Take an item out; one that is not in it changes nothing. Raises: Denied."""
    return _edited(
        house, account, collection, seen, "collection.item-removed", lambda old: old.without(item), item
    )


def move(
    house: House, account: str, collection: UUID, item: UUID, to: int, seen: int | None = None
) -> Collection:
    """Put an item into place `to`, counted from 0. Raises: Denied."""
    return _edited(
        house, account, collection, seen, "collection.item-moved", lambda old: old.moved(item, to), item
    )


def set_step(
    house: House, account: str, collection: UUID, step: dict[str, Any], seen: int | None = None
) -> Collection:
    """Change whether a step is required, its note, its due date: `step` names its `item`. Raises: Denied, BadInput."""
    item = step["item"]

    def changed(old: Content) -> Content:
        known = next((one for one in old.steps if one.item == item), None)
        if known is None:
            raise Denied("The item is no longer in this collection.", remedy="Nothing was changed.")
        return old.with_step(_step(known, step))

    return _edited(house, account, collection, seen, "collection.step-edited", changed, item)


def undo(house: House, account: str, collection: UUID) -> Collection:
    """Take the last change of the content back, whoever made it. Raises: Denied where there is none."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        row = find(change.session, collection, lock=True)
        last = _last_change(change.session, collection)
        if last is None:
            raise Denied("There is nothing to undo here.", remedy="The content is as it was made.")
        before = Content.model_validate(last.before)
        change.session.delete(last)
        _put(change, row, before, actor)
        change.audit("collection.undone", actor, f"collection:{row.id}", did=last.did)
        return row


def _last_change(session: Session, collection: UUID) -> CollectionChange | None:
    newest = col(CollectionChange.revision).desc()
    query = select(CollectionChange).where(CollectionChange.collection_id == collection).order_by(newest)
    return session.exec(query.limit(1)).first()


# --------------------------------------------------------------------------- one change


def _edited(
    house: House,
    account: str,
    collection: UUID,
    seen: int | None,
    action: str,
    edit: Callable[[Content], Content],
    item: UUID | None = None,
) -> Collection:
    """The collection after a change of its content; one that changes nothing leaves no trace."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        row = unchanged_since(find(change.session, collection, lock=True), seen)
        old = content_of(row)
        with _bad_input():
            new = edit(old)
        if new == old:
            return row
        _check(house, change.session, new, old)
        _remember(change, row, action, actor)
        _put(change, row, new, actor)
        detail = {"item": str(item)} if item else {}
        change.audit(action, actor, f"collection:{row.id}", revision=row.revision, **detail)
        return row


def unchanged_since(row: Collection, seen: int | None) -> Collection:
    """The collection, as its editor saw it. Raises: Denied where somebody changed it since."""
    if seen is not None and row.revision != seen:
        raise Denied(
            "Somebody changed this collection since you opened it.",
            remedy="What you entered is still here: look at the collection as it is now, then save again.",
        )
    return row


def _remember(change: Change, row: Collection, action: str, actor: str) -> None:
    """Keep the content as it was; the oldest changes are forgotten."""
    session = change.session
    session.add(
        CollectionChange(
            collection_id=row.id,
            revision=row.revision + 1,
            did=action,
            before=row.content,
            by=actor,
            at=change.at,
        )
    )
    session.flush()
    oldest = row.revision + 1 - KEPT_CHANGES
    session.execute(
        delete(CollectionChange).where(
            col(CollectionChange.collection_id) == row.id, col(CollectionChange.revision) <= oldest
        )
    )


def _put(change: Change, row: Collection, content: Content, actor: str) -> None:
    """Give the collection this content, as a new revision."""
    if row.content:
        row.revision += 1
    row.content = content.model_dump(mode="json")
    row.kind, row.title, row.size = content.kind, content.title, len(content.steps)
    row.changed_at, row.changed_by = change.at, actor
    change.session.add(row)
    change.session.flush()
    index(change.session, row)


def index(session: Session, row: Collection) -> set[UUID]:
    """Bring up to date which items the collection holds, planned or published; those it held before, and now."""
    planned = set(content_of(row).items)
    published = set(Content.model_validate(row.published).items) if row.published else set()
    known = {
        one.item_id: one
        for one in session.exec(select(CollectionItem).where(CollectionItem.collection_id == row.id))
    }
    for item in known.keys() - planned - published:
        session.delete(known[item])
    for item in planned | published:
        tie = known.get(item) or CollectionItem(
            collection_id=row.id, item_id=item, planned=True, published=False
        )
        tie.planned, tie.published = item in planned, item in published
        session.add(tie)
    session.flush()
    return planned | published | known.keys()


# --------------------------------------------------------------------------- checks


@contextmanager
def _bad_input() -> Iterator[None]:
    """Errors of checked values as words for a person."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the collection"
        told = first["msg"].removeprefix("Value error, ")
        raise BadInput(f"{place}: {told}.", remedy="Correct it and save again.") from error
    except ValueError as error:
        raise BadInput(f"This cannot be: {error}.", remedy="Take an item out first.") from error


def checked_content(values: dict[str, Any]) -> Content:
    """Values that somebody entered, as a content. Raises: BadInput."""
    with _bad_input():
        return Content.model_validate(values)


def _checked(old: Content, **changes: Any) -> Content:
    return Content.model_validate(old.model_dump() | changes)


def _step(known: Step, changes: dict[str, Any]) -> Step:
    return Step.model_validate(known.model_dump() | changes)


def _check(house: House, session: Session, new: Content, old: Content | None = None) -> None:
    """Look at what is new. Raises: Denied for items that are not approved; BadInput for what is not configured."""
    before = (set(old.items), set(old.destinations), old.goal) if old else (set(), set(), None)
    items = set(new.items) - before[0]
    approved = session.exec(
        select(func.count())
        .select_from(Item)
        .where(col(Item.id).in_(items), Item.state == ItemState.APPROVED, col(Item.merged_into).is_(None))
    ).one()
    if approved != len(items):
        raise Denied("Only approved items can be in a collection.", remedy="Approve the item, then add it.")
    unknown = set(new.destinations) - before[1] - {one.name for one in house.config.destinations}
    if unknown:
        raise BadInput(f"There is no destination {min(unknown)!r}.", remedy="See the list of destinations.")
    if new.goal and new.goal not in {before[2], *(goal.name for goal in house.config.goals)}:
        raise BadInput("There is no such goal.", remedy="Goals are named in the configuration.")
