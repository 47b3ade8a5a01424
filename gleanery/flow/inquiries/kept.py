"""Inquiries kept under a random id, sealed: what somebody typed stands in no address of a page and in no log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow.erasing.cases import whom
from gleanery.flow.erasing.subject import Asked
from gleanery.flow.house import House
from gleanery.model.erasures import ErasureCase
from gleanery.model.inquiries import Inquiry, InquiryKind

LIVES = timedelta(hours=12)
"""How long an inquiry is kept."""


@dataclass(frozen=True)
class Opened:
    """An inquiry unsealed: `asked` as it was given, `found` by the name of each look."""

    id: UUID
    kind: InquiryKind
    asked: bytes
    found: dict[str, Any]
    until: datetime
    opened_by: str

    @property
    def meant(self) -> Asked:
        """Whom it is about."""
        return Asked.unpacked(self.asked)


def begin(house: House, kind: InquiryKind, asked: bytes, account: str, key: UUID | None = None) -> UUID:
    """Keep a question; its id. Those whose time is over are forgotten."""
    key = key or uuid4()
    forget_old(house)
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        change.session.add(
            Inquiry(
                id=key,
                kind=kind,
                asked=house.vault.seal(key, asked),
                opened_at=change.at,
                opened_by=actor,
                until=change.at + LIVES,
            )
        )
        change.audit("inquiry.opened", actor, f"inquiry:{key}", kind=kind.value)
    return key


def about(house: House, asked: Asked, account: str) -> UUID:
    """Keep a question about somebody."""
    return begin(house, InquiryKind.PERSON, asked.packed(), account)


def of_case(house: House, case: ErasureCase, account: str) -> Opened | None:
    """The look that is taken before an erasure is agreed to, under the erasure's own id; None once it is over."""
    subject = whom(house, case)
    if subject is None:
        return None
    with house.store.read() as session:
        known = session.get(Inquiry, case.id)
    if known is None or known.until <= house.now():
        begin(house, InquiryKind.ERASURE, subject.asked.packed(), account, case.id)
    return read(house, case.id)


def read(house: House, key: UUID, kind: InquiryKind | None = None) -> Opened:
    """An inquiry, of one kind where that is given. Raises: BadInput where it is not kept (any more)."""
    with house.store.read() as session:
        return _opened(house, _row(house, session, key, kind))


def add(house: House, key: UUID, name: str, found: Any) -> None:
    """Keep what a look found; one that was forgotten meanwhile stays forgotten."""
    with house.store.write() as session:
        row = session.get(Inquiry, key)
        if row is None:
            return
        every = {**_opened(house, row).found, name: found}
        row.found = house.vault.seal(key, json.dumps(every, default=_plain).encode())
        session.add(row)


def recent(house: House, account: str, limit: int = 10) -> Sequence[Opened]:
    """What somebody looked up and is still kept, the newest first."""
    with house.store.read() as session:
        rows = session.exec(
            select(Inquiry)
            .where(
                Inquiry.opened_by == f"person:{house.person(session, account)}",
                Inquiry.kind == InquiryKind.PERSON,
                col(Inquiry.until) > house.now(),
            )
            .order_by(col(Inquiry.opened_at).desc())
            .limit(limit)
        ).all()
        return [_opened(house, row) for row in rows]


def close(house: House, key: UUID, account: str) -> None:
    """Forget an inquiry, and the file that was made of it. Raises: BadInput."""
    with house.change() as change:
        row = _row(house, change.session, key)
        change.session.delete(row)
        actor = f"person:{house.person(change.session, account)}"
        change.audit("inquiry.closed", actor, f"inquiry:{key}")
    handed_out(house, key).unlink(missing_ok=True)


def forget_old(house: House) -> None:
    """Forget what is too old, and every file that no inquiry stands for; the worker does it too."""
    files = list(_folder(house).glob("*.zip"))  # first: a file that is made later has its inquiry by then
    with house.store.read() as session:
        rows = session.exec(select(Inquiry.id, Inquiry.until)).all()
    kept = {str(key) for key, until in rows if until > house.now()}
    if len(kept) < len(rows):
        with house.store.write() as session:
            session.execute(delete(Inquiry).where(col(Inquiry.until) <= house.now()))
    for path in files:
        if path.stem not in kept:
            path.unlink(missing_ok=True)


def handed_out(house: House, key: UUID) -> Path:
    """Where the file for the person lies until the inquiry is forgotten."""
    folder = _folder(house)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{key}.zip"


def _folder(house: House) -> Path:
    return house.config.data / "handed-out"


def _row(house: House, session: Session, key: UUID, kind: InquiryKind | None = None) -> Inquiry:
    row = session.get(Inquiry, key)
    if row is None or row.until <= house.now() or kind not in (None, row.kind):
        raise BadInput(
            "This inquiry is not kept any more.", remedy="Inquiries are forgotten after 12 hours: ask anew."
        )
    return row


def _opened(house: House, row: Inquiry) -> Opened:
    found = json.loads(house.vault.open(row.id, row.found)) if row.found is not None else {}
    asked = house.vault.open(row.id, row.asked)
    return Opened(row.id, row.kind, asked, found, row.until, row.opened_by)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
