"""Everything that is kept about a person, for that person: as JSON, and as a page to read.

Others are left out: where a statement or an entry names somebody else, "somebody else" stands there, and of others'
statements only what is about the person is told.

collecting.py   what the house keeps
recorded.py     what the record keeps: statements by every role, documents, files
page.py         the file: data, page, attachments
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gleanery.flow.auditing import note_read
from gleanery.flow.erasing.finding import Progress
from gleanery.flow.erasing.subject import Asked, Subject, find_subject
from gleanery.flow.house import House
from gleanery.flow.people import printing, sheet
from gleanery.flow.subject_access.collecting import Collecting
from gleanery.flow.subject_access.page import write
from gleanery.flow.subject_access.recorded import Recorded

ACTION = "person.exported"


def export(
    house: House,
    asked: Asked,
    account: str,
    out: Path | None,
    progress: Progress = lambda _what, _done, _all: None,
) -> dict[str, int]:
    """Write what is kept about somebody to a zip file, or only count it; that `account` did is entered first.

    Raises: BadInput for one nobody knows, ConfigError where the file cannot be written.
    """
    with house.store.read() as session:
        subject = find_subject(house, session, asked)
    _tell(house, subject, account, "access-plan" if out is None else "subject-access")
    with house.store.read() as session:
        recorded = Recorded(house, session, subject, progress)
        parts = Collecting(house, session, subject).parts() | recorded.parts()
    if out is not None:
        write(out, parts, recorded.files, printing.as_html(sheet.privacy_sheet(house, "en")))
    return {name: len(rows) if isinstance(rows, list) else 1 for name, rows in parts.items()}


def told(house: House, asked: Asked, account: str) -> dict[str, Any]:
    """The same as data, for a page or a program; that `account` took it is entered first. Raises: BadInput."""
    with house.store.read() as session:
        subject = find_subject(house, session, asked)
    _tell(house, subject, account, "subject-access")
    with house.store.read() as session:
        recorded = Recorded(house, session, subject, lambda _what, _done, _all: None)
        return Collecting(house, session, subject).parts() | recorded.parts()


def _tell(house: House, subject: Subject, account: str, what: str) -> None:
    about = f"person:{subject.persons[0]}" if subject.persons else "people"
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        note_read(change, actor, about, what=what)
        if what == "subject-access":
            change.audit(ACTION, actor, about)
    house.checkpoint()
