"""What is held about somebody: every place with how much there is, a few rows of it, for what use and how long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gleanery.flow.auditing import read_by
from gleanery.flow.erasing.finding import Progress
from gleanery.flow.erasing.subject import Asked, find_subject
from gleanery.flow.house import House
from gleanery.flow.people.sheet import Described, fields
from gleanery.flow.people.wording import USES, Language
from gleanery.flow.subject_access.collecting import Collecting
from gleanery.flow.subject_access.recorded import Recorded
from gleanery.model.personal import Use

SHOWN = 5
"""Rows of a place that are shown; the file for the person has them all."""

PLACES: Mapping[str, tuple[Use, tuple[str, ...]]] = {
    "person": (Use.IDENTITY, ("person",)),
    "accounts": (Use.IDENTITY, ("handle", "handle_link")),
    "hr_steps": (Use.IDENTITY, ("directory_change",)),
    "bases": (Use.PROOF, ("basis",)),
    "objections": (Use.PROOF, ("objection",)),
    "rests_on": (Use.PROOF, ("stated",)),
    "inquiries": (Use.PROOF, ("inquiry",)),
    "statements": (Use.STATEMENTS, ("lrs_statement",)),
    "documents": (Use.STATEMENTS, ("lrs_document",)),
    "recipients": (Use.STATEMENTS, ("lrs_statement",)),
    "posts": (Use.READING, ("content", "post")),
    "decisions": (Use.DECISIONS, ("decision",)),
    "deliveries": (Use.DECISIONS, ("decision",)),
    "tags": (Use.DECISIONS, ("tag",)),
    "notes": (Use.DECISIONS, ("item_note",)),
    "curated": (Use.DECISIONS, ("item_edit", "regrouping")),
    "queue": (Use.DECISIONS, ("item_claim", "item_later", "saved_view")),
    "searches": (Use.DECISIONS, ("saved_search",)),
    "signing_in": (Use.SIGN_IN, ("account", "account_identity", "web_session", "api_token")),
    "audit": (Use.DECISIONS, ("audit_entry",)),
}
"""By part of a subject access: what it is used for, and the tables it comes from."""


def held(house: House, asked: Asked, account: str, progress: Progress) -> list[dict[str, Any]]:
    """What is held, place by place: name, use, count and the first rows. Raises: BadInput for one nobody knows."""
    with house.store.read() as session:
        subject = find_subject(house, session, asked)
    about = f"person:{subject.persons[0]}" if subject.persons else "people"
    read_by(house, account, about, what="held")
    with house.store.read() as session:
        recorded = Recorded(house, session, subject, progress)
        parts = Collecting(house, session, subject).parts() | recorded.parts()
    return [_place(name, part) for name, part in parts.items()]


def _place(name: str, part: Any) -> dict[str, Any]:
    rows = _rows(name, part)
    shown = json.loads(json.dumps(rows[:SHOWN], default=_plain))
    use = PLACES[name][0] if name in PLACES else Use.SIGN_IN
    return {"name": name, "use": use.value, "count": len(rows), "rows": shown}


def _rows(name: str, part: Any) -> list[Any]:
    """The rows of a part; one that is no list is a row of its own, where it tells of a person or holds anything."""
    if isinstance(part, list):
        return part
    is_there = part["ids"] if name == "person" else any(part.values())
    return [part] if is_there else []


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def grouped(house: House, places: list[dict[str, Any]], language: Language) -> list[dict[str, Any]]:
    """The places by use, each with the legal basis and how long it is kept, in words of a language."""
    described = fields(house, language)
    return [
        {
            "use": USES[language][use][:1].upper() + USES[language][use][1:],
            "basis": next((one.basis for one in described if one.use == USES[language][use]), ""),
            "places": [
                {**place, "kept": _kept(described, place["name"])}
                for place in places
                if place["use"] == use.value
            ],
        }
        for use in Use
        if any(place["use"] == use.value for place in places)
    ]


def _kept(described: tuple[Described, ...], name: str) -> str:
    """How long: as the fields of its tables are kept, each way once."""
    tables = PLACES.get(name, (Use.SIGN_IN, ()))[1]
    every = [one.kept for one in described if one.field.partition(".")[0] in tables]
    return "; ".join(dict.fromkeys(every))
