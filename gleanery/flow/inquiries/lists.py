"""An HR list that comes through a page: kept sealed while somebody looks at what it would change, then brought in."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.auditing import read_by
from gleanery.flow.house import House
from gleanery.flow.inquiries import kept
from gleanery.flow.inquiries.kept import Opened
from gleanery.flow.people.directory import ImportReport, Progress, import_list
from gleanery.flow.people.hr_list import HrList, parse_list
from gleanery.model.inquiries import InquiryKind
from gleanery.model.people import DirectoryImport

LARGEST = 900_000
"""Bytes of a list that a page takes; `gleanery people import` takes longer ones."""
SHOWN = 200
"""Steps and faults that are shown; all are counted."""
NAME = "The list"


def take(house: House, raw: bytes, account: str, *, complete: bool = False, many: bool = False) -> UUID:
    """Keep a list to be looked at. Raises: BadInput for one that is no table of persons, or too long."""
    if len(raw) > LARGEST:
        raise BadInput(
            f"The list is longer than {LARGEST:,} bytes.",
            remedy="Bring it in with `gleanery people import`, which takes lists of any length.",
        )
    parse_list(NAME, raw)
    asked = {"raw": b64encode(raw).decode("ascii"), "complete": complete, "many": many}
    return kept.begin(house, InquiryKind.HR_LIST, json.dumps(asked).encode(), account)


def plan(house: House, opened: Opened, account: str) -> dict[str, Any]:
    """What the list would change. Raises: Denied where suspiciously many are missing."""
    read_by(house, account, "people", what="hr-list-plan")
    listed, how = _list_of(opened)
    return _told(import_list(house, listed, account, dry_run=True, complete=how[0], many=how[1]))


def bring_in(house: House, opened: Opened, account: str, progress: Progress) -> dict[str, Any]:
    """Bring the list in. Raises: Denied as `plan`, and where it was brought in already."""
    if "done" in opened.found:
        raise Denied("This list was brought in already.", remedy="Nothing was changed.")
    listed, how = _list_of(opened)
    done = import_list(house, listed, account, complete=how[0], many=how[1], progress=progress)
    return _told(done)


def _list_of(opened: Opened) -> tuple[HrList, tuple[bool, bool]]:
    """The list, and whether it is complete and many may be missing."""
    asked = json.loads(opened.asked)
    listed = parse_list(NAME, b64decode(asked["raw"]))
    return listed, (asked["complete"], asked["many"])


def _told(report: ImportReport) -> dict[str, Any]:
    return {
        "counts": dict(sorted(Counter(step.what for step in report.steps).items())),
        "unchanged": report.unchanged,
        "passed_over": list(report.passed_over)[:SHOWN],
        "steps": [
            {"what": one.what, "line": one.line, "person": one.person, "detail": one.detail}
            for one in report.steps[:SHOWN]
        ],
        "faults": [{"line": one.line, "message": one.message} for one in report.faults[:SHOWN]],
        "fault_count": len(report.faults),
        "import": report.import_id,
    }


def imports(house: House, limit: int = 20) -> Sequence[DirectoryImport]:
    """The lists that were brought in, the newest first."""
    with house.store.read() as session:
        query = select(DirectoryImport).order_by(col(DirectoryImport.at).desc()).limit(limit)
        return session.exec(query).all()
