"""What learners say to the curators: that something is wrong, a link worth having, a question.

The words are the learner's own: they stand in the house alone, and go when the learner is erased. A link goes to the
curators' queue as well where a source takes shares; who suggested it is not said there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, func, select, tuple_

from gleanery.errors import BadInput, Denied
from gleanery.flow.house import House
from gleanery.flow.inbox import SourceInbox
from gleanery.model.learners import LearnerNote, NoteKind, Reached, Visit
from gleanery.model.posts import storable

REASONS = ("broken-link", "wrong", "out-of-date", "offensive", "other")
"""What may be wrong with an item, by the code that is kept."""

MOST_WORDS = 2_000
MOST_ADDRESS = 2_000
SHARES = "share"
"""The connector whose sources take in what people hand in themselves."""


class NoNote(BadInput):
    """There is no such note."""


def write(
    house: House,
    visit: Visit,
    kind: NoteKind,
    *,
    item: UUID | None = None,
    reason: str = "",
    words: str = "",
    url: str | None = None,
) -> LearnerNote:
    """Keep what a learner says. Raises: BadInput where it says nothing; Denied after too many in one visit."""
    note = LearnerNote(
        id=uuid4(), destination=visit.destination, handle_id=visit.handle_id, item_id=item, kind=kind,
        reason=reason if reason in REASONS else "", words=_plain(words), url=url, at=house.now(),
    )  # fmt: skip
    _require_something(note)
    with house.change() as change:
        row = change.session.exec(select(Visit).where(Visit.id == visit.id).with_for_update()).one()
        if row.notes >= house.config.learning.notes_per_visit:
            raise Denied("You wrote enough for one visit.", remedy="Come again from the course later.")
        row.notes += 1
        change.session.add_all([row, note])
        about = f"item:{item}" if item is not None else f"destination:{visit.destination}"
        change.audit(f"learner.{kind.value}", f"destination:{visit.destination}", about, note=str(note.id))
        change.session.flush()
        change.session.expunge(note)
    if note.url is not None:
        _hand_in(house, note.url)
    return note


def _plain(words: str) -> str:
    signs = storable(words).replace("\r\n", "\n")
    return "".join(sign for sign in signs if sign.isprintable() or sign == "\n").strip()[:MOST_WORDS]


def _require_something(note: LearnerNote) -> None:
    if note.kind is NoteKind.REPORT and not note.reason:
        raise BadInput("Say what is wrong.", remedy="Choose one of the reasons.")
    if note.kind is NoteKind.QUESTION and not note.words:
        raise BadInput("The question is empty.", remedy="Write it first.")
    if note.kind is NoteKind.LINK:
        address = note.url or ""
        if not address.startswith(("http://", "https://")) or len(address) > MOST_ADDRESS:
            raise BadInput("This is no web address.", remedy="Give one that begins with https://.")


def _hand_in(house: House, url: str) -> None:
    """Put a link where shares are taken in; one that was handed in before is known there."""
    source = next((one for one in house.config.sources if one.connector == SHARES), None)
    if source is None:
        return
    inbox = SourceInbox(house.store, source.name, lambda: house.vault, house.now)
    body = {"account": "learners", "url": url, "title": "", "why": ""}
    if inbox.put(f"learner:{uuid4()}", body):
        house.wake()


# --------------------------------------------------------------------------- as curators see it


def listed(
    house: House,
    *,
    settled: bool = False,
    item: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> Sequence[LearnerNote]:
    """The notes that are open, or settled, the latest first; `after`: the last one seen."""
    at = col(LearnerNote.settled_at)
    query = select(LearnerNote).where(at.is_not(None) if settled else at.is_(None))
    if item is not None:
        query = query.where(LearnerNote.item_id == item)
    if after is not None:
        query = query.where(tuple_(col(LearnerNote.at), col(LearnerNote.id)) < after)
    with house.store.read() as session:
        return session.exec(
            query.order_by(col(LearnerNote.at).desc(), col(LearnerNote.id).desc()).limit(limit)
        ).all()


def settle(house: House, account: str, note: UUID) -> None:
    """A curator took care of it; once more changes nothing. Raises: NoNote."""
    with house.change() as change:
        row = change.session.exec(
            select(LearnerNote).where(LearnerNote.id == note).with_for_update()
        ).one_or_none()
        if row is None:
            raise NoNote("There is no such note.", remedy="The learner may have been erased.")
        if row.settled_at is not None:
            return
        actor = f"person:{house.person(change.session, account)}"
        row.settled_at, row.settled_by = change.at, actor
        change.session.add(row)
        change.audit("learner.note-settled", actor, f"note:{row.id}")


def ratings(session: Session, item: UUID) -> tuple[float | None, int]:
    """What learners think of an item, of one to five, and how many said so."""
    query = select(func.avg(Reached.rating), func.count(col(Reached.rating))).where(Reached.item_id == item)
    average, number = session.exec(query).one()
    return (float(average) if average is not None else None), number


def use_of(session: Session, item: UUID) -> tuple[int, int]:
    """How many learners opened an item, and how many completed it."""
    query = select(func.count(), func.count(col(Reached.completed_at))).where(Reached.item_id == item)
    opened, completed = session.exec(query).one()
    return opened, completed
