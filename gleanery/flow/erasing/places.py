"""What an erasure takes away besides statements: documents, words on platforms, rows of persons, quoted names.

Each function works in the caller's transaction, takes only so much as fits one, and says how much that was: the
caller repeats it until nothing is left. With `dry` they only count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import product
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, SQLModel, col, func, or_, select

from gleanery.flow.contents import empty
from gleanery.flow.erasing.subject import Subject
from gleanery.flow.taking import empty_edits, forget
from gleanery.model.accounts import Account, AccountIdentity, AccountRole, ApiToken, WebSession
from gleanery.model.bases import Basis, BasisEnd, Objection, Stated
from gleanery.model.curated import ItemNote
from gleanery.model.erasures import ErasedHandle
from gleanery.model.inquiries import Inquiry
from gleanery.model.learners import LearnerNote, Reached, ScoreOwed, Visit
from gleanery.model.people import DirectoryChange, Handle, HandleLink, Person, PersonMerge
from gleanery.model.posts import Content, GoneWhy, Post, PostVersion
from gleanery.model.queue import Claim, Later, SavedView
from gleanery.model.record import Kept
from gleanery.model.reports import Digest
from gleanery.model.searches import SavedSearch
from gleanery.model.types import derived_id

BATCH = 100
SIGN_IN = "web"
"""Under this name the page keeps links and sessions, by account."""

_BEFORE, _AFTER = ("=", *map(quote_plus, ':/"')), ("&", quote_plus('"'))
"""Between these a whole name stands in the address of a search: `person=`, `subject=person:`, an agent as JSON."""

Counts = dict[str, int]


# --------------------------------------------------------------------------- words on platforms


def theirs(subject: Subject) -> ColumnElement[bool]:
    """The condition that a post was written by them and is not emptied yet."""
    written = or_(col(Post.handle_id).in_(subject.handles), col(Post.id).in_(subject.posts))
    return written & col(Post.gone).is_distinct_from(GoneWhy.ERASED)


def count_posts(session: Session, subject: Subject) -> int:
    """How many posts are theirs."""
    return session.exec(select(func.count()).select_from(Post).where(theirs(subject))).one()


def empty_posts(session: Session, subject: Subject, at: datetime) -> int:
    """Empty some of their posts and all that was made of their words; they are never read again."""
    posts = session.exec(select(Post).where(theirs(subject)).order_by(col(Post.seq)).limit(BATCH)).all()
    ids = [post.id for post in posts]
    versions = session.exec(select(PostVersion).where(col(PostVersion.post_id).in_(ids))).all()
    contents = select(Content).where(col(Content.id).in_([one.content_id for one in versions]))
    for content in session.exec(contents):
        empty(content, GoneWhy.ERASED, at)
        content.withheld = []
        session.add(content)
    for version in versions:
        version.content_hash = b""
        session.add(version)
    for post in posts:
        _empty_post(session, post, at)
    session.flush()
    return len(posts)


def _empty_post(session: Session, post: Post, at: datetime) -> None:
    """What is left of a post is that there was one, under its derived id, by which it is passed over."""
    post.gone, post.gone_at = GoneWhy.ERASED, at
    post.external_id = f"erased:{post.id}"
    post.handle_id = post.parent_external_id = post.published_at = post.edited_at = None
    session.add(post)
    forget(session, post.id)
    empty_edits(session, post.id)


# --------------------------------------------------------------------------- rows of persons


_ROWS: tuple[tuple[str, type[SQLModel]], ...] = (
    ("stated", Stated),
    ("objections", Objection),
    ("links", HandleLink),
    ("merges", PersonMerge),
    ("hr-steps", DirectoryChange),
    ("notes", ItemNote),
    ("claims", Claim),
    ("put-off", Later),
    ("saved-views", SavedView),
    ("searches", SavedSearch),
    ("digests", Digest),
    ("sessions", WebSession),
    ("tokens", ApiToken),
    ("identities", AccountIdentity),
    ("roles", AccountRole),
    ("desk-accounts", Account),
    ("visits", Visit),
    ("learning", Reached),
    ("scores", ScoreOwed),
    ("learner-notes", LearnerNote),
)
_BY_HANDLE = (Visit, Reached, ScoreOwed, LearnerNote)
"""Tables that know a learner by the account alone."""


def count_rows(session: Session, subject: Subject) -> Counts:
    """How many rows each table has of them."""
    found = {name: _count(session, table, _of_person(table, subject)) for name, table in _ROWS}
    found["bases"] = _count(session, Basis, col(Basis.person_id).in_(subject.persons))
    found["accounts"] = _count(session, Handle, col(Handle.id).in_(subject.handles))
    found["persons"] = _count(session, Person, col(Person.id).in_(subject.persons))
    found["sign-ins"] = len(_sign_ins(session, subject))
    return found


def drop_rows(session: Session, subject: Subject, erasure: UUID, at: datetime) -> Counts:
    """Delete what joins them to anything; bases stay as proof under an id that is nobody's.

    Whatever is being looked up just now is forgotten too: whoever is at it asks once more.
    """
    done = count_rows(session, subject)
    session.execute(delete(Inquiry))
    for _, table in _ROWS:
        session.execute(delete(table).where(_of_person(table, subject)))
    _part_bases(session, subject, erasure, at)
    for row in _sign_ins(session, subject):
        session.delete(row)
    session.execute(update(Handle).where(col(Handle.person_id).in_(subject.persons)).values(person_id=None))
    session.execute(delete(Handle).where(col(Handle.id).in_(subject.handles)))
    session.execute(
        update(Person).where(col(Person.merged_into).in_(subject.persons)).values(merged_into=None)
    )
    session.execute(delete(Person).where(col(Person.id).in_(subject.persons)))
    for handle in subject.handles:
        session.merge(ErasedHandle(handle_id=handle, erasure_id=erasure))
    session.flush()
    return done


def _of_person(table: Any, subject: Subject) -> ColumnElement[bool]:
    """The condition that a row is theirs, or tells of an account that is theirs alone."""
    if table in _BY_HANDLE:
        theirs_alone: ColumnElement[bool] = table.handle_id.in_(subject.handles)
        return theirs_alone
    conditions = [table.person_id.in_(subject.persons)]
    if table is PersonMerge:
        conditions.append(col(PersonMerge.into_id).in_(subject.persons))
    if table is HandleLink:
        conditions.append(col(HandleLink.handle_id).in_(subject.handles))
    if table is SavedSearch:  # also what others look for
        named = [
            *map(str, subject.persons),
            *subject.staff,
            *(one.split(" ")[-1] for one in subject.identities),
        ]
        within = "&" + col(SavedSearch.asked) + "&"
        conditions += [
            within.contains(f"{before}{quote_plus(one)}{after}", autoescape=True)
            for one, before, after in product(named, _BEFORE, _AFTER)
        ]
    return or_(*conditions)


def _part_bases(session: Session, subject: Subject, erasure: UUID, at: datetime) -> None:
    """A basis proves that there was one, for which purpose, by which text and how long; not whose it was.

    The id that stands in for the person follows from the erasure: whoever has its receipt can still be told that
    these were their bases. A reference, such as the number of a contract, leads to a person and goes.
    """
    nobody = derived_id("erased person", str(erasure))
    names = {f"person:{one}" for one in subject.persons}
    for basis in session.exec(select(Basis).where(col(Basis.person_id).in_(subject.persons))):
        basis.person_id, basis.reference = nobody, ""
        if basis.ended_at is None:
            basis.ended_at, basis.ended_by, basis.ended_why = at, f"erasure:{erasure}", BasisEnd.ERASED
        basis.until = min(filter(None, (basis.until, at)))
        basis.given_by = f"person:{nobody}" if basis.given_by in names else basis.given_by
        basis.ended_by = f"person:{nobody}" if basis.ended_by in names else basis.ended_by
        session.add(basis)


def _sign_ins(session: Session, subject: Subject) -> Sequence[Kept]:
    rows = session.exec(select(Kept).where(Kept.plugin == SIGN_IN)).all() if subject.staff else []
    return [row for row in rows if not set(_strings(row.value)).isdisjoint(subject.staff)]


def _strings(value: Any) -> Iterable[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _count(session: Session, table: type[SQLModel], condition: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(table).where(condition)).one()
