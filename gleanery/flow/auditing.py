"""What staff read of people's records is told in the audit log, as every change is.

A reading is one entry, however many records it shows: a list, an export or a page tells its count. The same
reading by the same person again within a few minutes, a page turned back or a form shown anew, tells nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from gleanery.audit import written
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.model.record import Entry

READ = "record.read"
"""The action of such an entry."""

EXPORTED = "record.exported"
"""The action of an export: who took what part of a log, in which form, and how many entries."""

GROUPED = timedelta(minutes=10)
"""How long the same reading is not told again."""


def note_read(where: Change | House, actor: str, subject: str, /, **detail: Any) -> None:
    """Enter that `actor` reads personal records; call it before anything is shown.

    `where`: the running change, or the house where there is none. `actor`: `person:<uuid>`, see `read_by`.
    `subject`: whose or which records, as `person:<uuid>`, `statement:<uuid>` or a log's name. `detail`: ids
    and codes, among them `what` (`raw`, `trail`, `profile`) and `count`.
    """
    if isinstance(where, House):
        with where.store.read() as session:  # mostly it was told lately: then no reader waits for a writer
            is_told = _told_lately(session, where.now(), actor, subject, detail)
        if not is_told:
            with where.change() as change:
                note_read(change, actor, subject, **detail)
    elif not _told_lately(where.session, where.at, actor, subject, detail):
        where.audit(READ, actor, subject, **detail)


def read_by(house: House, account: str, subject: str, /, **detail: Any) -> None:
    """The same for a member of staff by account, in a transaction of its own."""
    with house.change() as change:
        note_read(change, f"person:{house.person(change.session, account)}", subject, **detail)


def _told_lately(session: Session, now: datetime, actor: str, subject: str, detail: dict[str, Any]) -> bool:
    query = select(Entry.seq).where(
        Entry.subject == subject,
        Entry.action == READ,
        Entry.actor == actor,
        Entry.detail == written(detail),
        col(Entry.at) > now - GROUPED,
    )
    return session.exec(query.limit(1)).first() is not None
