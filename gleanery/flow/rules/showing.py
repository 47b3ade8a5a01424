"""What lists and pages show of the rules: each as it is in force and as it was last written, and who changed what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow.concepts import frameworks_in
from gleanery.flow.house import House
from gleanery.flow.naming import account_of
from gleanery.flow.rules.keeping import NoRule, newest_version, undoable
from gleanery.flow.rules.sets import Member, members_of, newest_set
from gleanery.flow.rules.writing import Written, checked
from gleanery.model.rules import RuleSet, RuleVersion

MOST_ACTS = 50


@dataclass(frozen=True)
class Line:
    """A rule of the list; `place` from 1. `version` 0: it was never on. `newest` above it waits to be switched on.

    `fault`: why it can no longer be used; it then judges nothing.
    """

    id: UUID
    place: int
    name: str
    on: bool
    version: int
    newest: int
    effect: dict[str, Any]
    fault: str = ""

    @property
    def has_change(self) -> bool:
        """Whether a newer version waits to be switched on."""
        return self.on and self.newest != self.version


@dataclass(frozen=True)
class Version:
    """What a rule said, from when on, by whom and why."""

    number: int
    body: dict[str, Any]
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Act:
    """A change of the rules that hold, the rule's name as it is now; `judges_as`: the number they judge by since."""

    number: int
    act: str
    name: str
    rule: UUID | None
    by: str
    at: datetime
    note: str
    judges_as: int
    is_undone: bool


@dataclass(frozen=True)
class Shown:
    """One rule with all its versions, the newest first, and what was done with it."""

    line: Line
    versions: tuple[Version, ...]
    acts: tuple[Act, ...]

    @property
    def newest(self) -> Written:
        """The rule as it was last written. Raises: BadInput where it can no longer be used."""
        return checked(self.versions[0].body)


def listed(house: House) -> Sequence[Line]:
    """Every rule in its order."""
    with house.store.read() as session:
        return _lines(session)


def history(house: House) -> Sequence[Act]:
    """The last changes of the rules that hold, the newest first."""
    with house.store.read() as session:
        return _acts(session, None)


def can_undo(house: House) -> bool:
    """Whether a change is left to take back."""
    with house.store.read() as session:
        return undoable(session) is not None


def frameworks(house: House) -> Sequence[str]:
    """The names of the frameworks from which a rule may tag."""
    with house.store.read() as session:
        return sorted(frameworks_in(session))


def show(house: House, rule_id: UUID) -> Shown:
    """One rule. Raises: NoRule."""
    with house.store.read() as session:
        line = next((one for one in _lines(session) if one.id == rule_id), None)
        if line is None:
            raise NoRule("There is no such rule.", remedy="`gleanery rules list` shows those there are.")
        query = select(RuleVersion).where(RuleVersion.rule_id == rule_id)
        rows = session.exec(query.order_by(col(RuleVersion.number).desc())).all()
        versions = (
            Version(row.number, row.body, account_of(session, row.actor), row.at, row.note) for row in rows
        )
        return Shown(line, tuple(versions), tuple(_acts(session, rule_id)))


def find(house: House, text: str) -> UUID:
    """The rule that is named so, or whose id begins so. Raises: NoRule; BadInput where that could be several."""
    wanted = text.strip()
    lines = listed(house)
    found = [one.id for one in lines if one.name.casefold() == wanted.casefold()]
    if not found and re.fullmatch(r"[0-9a-f-]{4,36}", wanted.lower()):
        found = [one.id for one in lines if str(one.id).startswith(wanted.lower())]
    if not found:
        raise NoRule(f"There is no rule {text!r}.", remedy="`gleanery rules list` shows those there are.")
    if len(found) > 1:
        raise BadInput(
            f"More than one rule begins with {text!r}.", remedy="Give more characters, or its name."
        )
    return found[0]


def _lines(session: Session) -> list[Line]:
    members = enumerate(members_of(newest_set(session)), 1)
    return [_line(place, member, newest_version(session, member.rule)) for place, member in members]


def _line(place: int, member: Member, newest: RuleVersion) -> Line:
    fault = ""
    try:
        checked(newest.body)
    except BadInput as error:
        fault = error.message
    name, effect = str(newest.body.get("name", "")), dict(newest.body.get("effect", {}))
    return Line(member.rule, place, name, member.on, member.version, newest.number, effect, fault)


def _acts(session: Session, rule_id: UUID | None) -> list[Act]:
    query = select(RuleSet).order_by(col(RuleSet.number).desc()).limit(MOST_ACTS)
    rows = session.exec(query if rule_id is None else query.where(RuleSet.rule_id == rule_id)).all()
    named = {
        row.rule_id: str(newest_version(session, row.rule_id).body.get("name", ""))
        for row in rows
        if row.rule_id
    }
    return [
        Act(
            number=row.number,
            act=row.act,
            name=named.get(row.rule_id, "") if row.rule_id else "",
            rule=row.rule_id,
            by=account_of(session, row.actor),
            at=row.at,
            note=row.note,
            judges_as=row.judges_as,
            is_undone=row.undone_by is not None,
        )
        for row in rows
    ]
