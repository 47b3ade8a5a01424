"""Names that stand where no name belongs: in messages of faults, in reasons, in others' words, in small stores.

Only the name goes; the row and the rest of what it says stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlmodel import Session, SQLModel, col, select

from gleanery.flow.change import Change
from gleanery.flow.contents import words
from gleanery.flow.erasing.finding import Progress
from gleanery.flow.erasing.mentions import as_written
from gleanery.flow.erasing.places import SIGN_IN, theirs
from gleanery.flow.erasing.subject import Subject
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.house import House
from gleanery.flow.record import driver, stores
from gleanery.flow.taking import forget
from gleanery.model.collections import Collection, CollectionChange, CollectionHeld
from gleanery.model.curated import ItemEdit, ItemNote
from gleanery.model.destinations import Delivery
from gleanery.model.items import Decision, FindingRow, Item
from gleanery.model.learners import ItemQuestion, LearnerNote, Reached
from gleanery.model.posts import Content, Post, PostVersion
from gleanery.model.queue import Bulk, SavedView
from gleanery.model.record import Kept
from gleanery.model.searches import SavedSearch
from gleanery.model.sources import Partition, ReadFault, Source
from xapi.lrs.documents import Documents, Place, is_json
from xapi.lrs.identities import documents, refusals, set_reason
from xapi.strict_json import write

_PAGE = 200

_TEXTS: tuple[tuple[type[SQLModel], tuple[str, ...]], ...] = (
    (Source, ("message",)),
    (Partition, ("message", "state")),
    (ReadFault, ("message",)),
    (Delivery, ("reason", "note")),
    (Decision, ("reason",)),
    (Item, ("reason",)),
    (FindingRow, ("params",)),
    (SavedView, ("name", "query")),
    (SavedSearch, ("name",)),
    (Bulk, ("reason", "query")),
    (ItemEdit, ("title", "summary", "address")),
    (ItemNote, ("body",)),
    (Kept, ("value",)),
    (ItemQuestion, ("words", "options")),
    (LearnerNote, ("words", "url")),
    (Reached, ("reflection",)),
    (Collection, ("title", "content", "published")),
    (CollectionChange, ("before",)),
    (CollectionHeld, ("content",)),
)
_ADDRESSES = frozenset({"url", "external_id"})
"""Members of a post's words that lead somewhere: without the name they would lead nowhere."""

_decode = msgspec.json.Decoder(float_hook=as_written).decode


def rows_naming(session: Session, traces: Traces) -> Iterator[tuple[SQLModel, dict[str, Any]]]:
    """The rows of the house that name the person, with what is to stand in their columns."""
    if not traces.has_words:
        return
    for table, columns in _TEXTS:
        for row in session.exec(select(table)).yield_per(_PAGE):
            if isinstance(row, Kept) and row.plugin == SIGN_IN:
                continue  # whoever is signed in would be somebody else then
            clean = {name: traces.without_in(getattr(row, name)) for name in columns}
            changed = {name: value for name, value in clean.items() if value != getattr(row, name)}
            if changed:
                yield row, changed


def clean_rows(change: Change, traces: Traces) -> int:
    """Take the name out of the house's rows; returns out of how many."""
    found = list(rows_naming(change.session, traces))
    for row, changed in found:
        for name, value in changed.items():
            setattr(row, name, value)
        change.session.add(row)
    return len(found)


# --------------------------------------------------------------------------- others' words


class Quoting(NamedTuple):
    """A post of somebody else that names the person, with its words as they are to stand."""

    post: UUID
    content: UUID
    body: dict[str, Any]


def posts_naming(
    house: House, session: Session, subject: Subject, traces: Traces, progress: Progress
) -> Iterator[Quoting]:
    """The posts of others whose kept words, sealed ones too, name the person."""
    if not traces.has_words:
        return
    query = select(Content, PostVersion.post_id)
    query = query.join(PostVersion, col(PostVersion.content_id) == col(Content.id))
    query = query.join(Post, col(Post.id) == col(PostVersion.post_id))
    rows = session.exec(query.where(col(Content.gone).is_(None), ~theirs(subject))).yield_per(_PAGE)
    for number, (content, post_id) in enumerate(rows):
        body = words(house, content)
        clean = traces.without_in(body, _ADDRESSES)
        if body is not None and clean != body:
            yield Quoting(post_id, content.id, clean)
        if number % _PAGE == 0:
            progress("search posts", number, None)


def clean_post(house: House, session: Session, quoting: Quoting) -> None:
    """Put the words without the name in the place of a post's; its items are judged anew by them."""
    content = session.get(Content, quoting.content)
    if content is None or content.gone is not None:
        return
    if content.sealed is not None:
        content.sealed = house.vault.seal(content.id, json.dumps(quoting.body).encode())
    else:
        content.body = quoting.body
    session.add(content)
    forget(session, quoting.post)


# --------------------------------------------------------------------------- the record beside the statements


class Naming(NamedTuple):
    """A document of somebody else that names the person; `content` is None where it is no JSON and stays."""

    store: str
    place: Place
    name: str
    content: bytes | None


def documents_naming(session: Session, traces: Traces) -> Iterator[Naming]:
    """The documents of others, or of nobody, whose bytes name the person."""
    if not traces.has_words:
        return
    for store in stores(session):
        for place, name, document in documents(driver(session), store):
            if traces.know(place.agent) or not traces.may_be_in(document.content):
                continue
            if not is_json(document.type):
                if traces.name_in(document.content.decode("utf-8", "replace")):
                    yield Naming(store, place, name, None)
                continue
            value = _decode(document.content)
            clean = traces.without_in(value)
            if clean != value:
                yield Naming(store, place, name, write(clean))


def clean_document(change: Change, naming: Naming) -> None:
    """Put the document without the name in the place of the one that was."""
    kept = Documents(driver(change.session), naming.store)
    held = kept.get(naming.place, naming.name)
    if held is not None and naming.content is not None:
        kept.put(naming.place, naming.name, naming.content, held.type, change.at)


def clean_refusals(change: Change, traces: Traces) -> int:
    """Take the name out of the reasons for which targets refused statements or fell silent; returns of how many."""
    connection, done = driver(change.session), 0
    for refusal in list(refusals(connection)):
        clean = traces.without(refusal.reason)
        if clean != refusal.reason:
            set_reason(connection, refusal, clean)
            done += 1
    return done
