"""Rules are written, switched on and off, put in order and taken back: each change is a new row, told and audited.

A change of a rule that is on waits: the version in force judges on until the change is switched on, so that what it
would do can be looked at before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from gleanery.errors import BadInput, Denied
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.rules.sets import Member, judging, members_of, newest_set
from gleanery.flow.rules.what_if import require_confirmed, what_if
from gleanery.flow.rules.writing import Written, checked
from gleanery.model.items import CompetencyRow
from gleanery.model.rules import RuleSet, RuleVersion

MOST_RULES, MAX_NOTE = 200, 500

Members = list[Member]


class NoRule(BadInput):
    """There is no such rule."""


def add(house: House, account: str, rule: Written, note: str = "") -> UUID:
    """Keep a new rule, switched off, after all others. Raises: BadInput (a name that is taken, too many)."""
    rule_id = uuid4()
    with house.change() as change:
        actor = _actor(house, change, account)
        members = members_of(newest_set(change.session))
        if len(members) >= MOST_RULES:
            raise BadInput(f"There are {MOST_RULES} rules already.", remedy="Remove one first, or join two.")
        _require_usable(house, change.session, rule, rule_id)
        _write_version(change, rule_id, 1, rule, actor, note)
        _write_set(change, [*members, Member(rule_id, 0, on=False)], "added", rule_id, actor, note)
        change.audit("rule.added", actor, f"rule:{rule_id}", version=1)
    return rule_id


def change_rule(house: House, account: str, rule_id: UUID, rule: Written, note: str = "") -> int:
    """Keep what a rule shall say from now on; returns the new version's number. It judges once it is switched on.

    Raises: NoRule; BadInput.
    """
    with house.change() as change:
        actor = _actor(house, change, account)
        _member(members_of(newest_set(change.session)), rule_id)
        _require_usable(house, change.session, rule, rule_id)
        last = newest_version(change.session, rule_id)
        if checked(last.body) == rule:
            return last.number
        _write_version(change, rule_id, last.number + 1, rule, actor, note)
        change.audit("rule.changed", actor, f"rule:{rule_id}", version=last.number + 1)
        return last.number + 1


def switch_on(
    house: House, account: str, rule_id: UUID, *, confirmed: bool = False, note: str = ""
) -> RuleSet:
    """Have a rule judge, in its newest version, from the next screening on.

    Raises: NoRule; Denied where it would match every item that it was tried on, unless `confirmed`.
    """
    if not confirmed:
        require_confirmed(what_if(house, rule_id))

    def on(members: Members, session: Session) -> Members:
        version = newest_version(session, rule_id).number
        return _replaced(members, Member(rule_id, version, on=True))

    return _turn(house, account, rule_id, "switched-on", on, note)


def switch_off(house: House, account: str, rule_id: UUID, note: str = "") -> RuleSet:
    """Have a rule judge no more: what it alone said of items is judged anew. Raises: NoRule."""

    def off(members: Members, _session: Session) -> Members:
        return _replaced(members, _member(members, rule_id)._replace(on=False))

    return _turn(house, account, rule_id, "switched-off", off, note)


def move(house: House, account: str, rule_id: UUID, place: int) -> RuleSet:
    """Put a rule in another place, from 1; the first that holds speaks. Raises: NoRule."""

    def moved(members: Members, _session: Session) -> Members:
        one = _member(members, rule_id)
        others = [other for other in members if other.rule != rule_id]
        return [*others[: max(place - 1, 0)], one, *others[max(place - 1, 0) :]]

    return _turn(house, account, rule_id, "moved", moved, "")


def remove(house: House, account: str, rule_id: UUID) -> RuleSet:
    """Take a rule off the list; its versions stay, so that old findings can be explained. Raises: NoRule."""

    def removed(members: Members, _session: Session) -> Members:
        _member(members, rule_id)
        return [one for one in members if one.rule != rule_id]

    return _turn(house, account, rule_id, "removed", removed, "")


def undo(house: House, account: str) -> RuleSet:
    """Take back the last change of the set that was not taken back. Raises: Denied where there is none."""
    with house.change() as change:
        actor = _actor(house, change, account)
        last = undoable(change.session)
        if last is None:
            raise Denied("No change of the rules is left to undo.", remedy="Nothing was changed.")
        before = change.session.get(RuleSet, last.number - 1)
        made = _write_set(change, members_of(before), "undone", last.rule_id, actor, "")
        last.undone_by = made.number
        change.session.add(last)
        change.audit("rule.undone", actor, f"rule:{last.rule_id}", act=last.act, set=made.number)
    house.notice_rules()
    return made


def undoable(session: Session) -> RuleSet | None:
    """The change that an undo takes back: the newest that is neither one nor was taken back."""
    query = select(RuleSet).where(RuleSet.act != "undone", col(RuleSet.undone_by).is_(None))
    return session.exec(query.order_by(col(RuleSet.number).desc()).limit(1)).one_or_none()


def newest_version(session: Session, rule_id: UUID) -> RuleVersion:
    """What a rule says in its newest version. Raises: NoRule."""
    query = select(RuleVersion).where(RuleVersion.rule_id == rule_id)
    row = session.exec(query.order_by(col(RuleVersion.number).desc()).limit(1)).one_or_none()
    if row is None:
        raise NoRule("There is no such rule.", remedy="`gleanery rules list` shows those there are.")
    return row


# --------------------------------------------------------------------------- steps of it


def _turn(
    house: House,
    account: str,
    rule_id: UUID,
    act: str,
    turned: Callable[[Members, Session], Members],
    note: str,
) -> RuleSet:
    """The set after an act; where the act changes nothing, the set as it is."""
    with house.change() as change:
        actor = _actor(house, change, account)
        now = newest_set(change.session)
        members = members_of(now)
        _member(members, rule_id)
        after = turned(members, change.session)
        if now is not None and after == members:
            return now
        made = _write_set(change, after, act, rule_id, actor, note)
        version = next((one.version for one in after if one.rule == rule_id), 0)
        change.audit(f"rule.{act}", actor, f"rule:{rule_id}", version=version, set=made.number)
    house.notice_rules()
    return made


def _write_set(
    change: Change, members: Sequence[Member], act: str, rule_id: UUID | None, actor: str, note: str
) -> RuleSet:
    last = newest_set(change.session)
    number = last.number + 1 if last is not None else 1
    is_as_before = last is not None and judging(members) == judging(members_of(last))
    row = RuleSet(
        number=number,
        members=[one.kept() for one in members],
        judges_as=last.judges_as if last is not None and is_as_before else number,
        act=act,
        rule_id=rule_id,
        note=note[:MAX_NOTE],
        actor=actor,
        at=change.at,
    )
    change.session.add(row)
    change.session.flush()
    return row


def _write_version(change: Change, rule_id: UUID, number: int, rule: Written, actor: str, note: str) -> None:
    row = RuleVersion(
        rule_id=rule_id, number=number, body=rule.body(), note=note[:MAX_NOTE], actor=actor, at=change.at
    )
    change.session.add(row)
    change.session.flush()


def _actor(house: House, change: Change, account: str) -> str:
    return f"person:{house.person(change.session, account)}"


def _member(members: Members, rule_id: UUID) -> Member:
    found = next((one for one in members if one.rule == rule_id), None)
    if found is None:
        raise NoRule("There is no such rule.", remedy="`gleanery rules list` shows those there are.")
    return found


def _replaced(members: Members, member: Member) -> Members:
    return [member if one.rule == member.rule else one for one in members]


def _require_usable(house: House, session: Session, rule: Written, rule_id: UUID) -> None:
    """Raises: BadInput where another rule has this name, or it names a goal that there is not."""
    for member in members_of(newest_set(session)):
        if member.rule != rule_id and newest_version(session, member.rule).body["name"] == rule.name:
            raise BadInput(f"There is a rule named {rule.name!r} already.", remedy="Give it another name.")
    effect = rule.effect
    concept = session.get(CompetencyRow, (effect.framework, effect.concept)) if effect.do == "tag" else None
    if effect.do == "tag" and (concept is None or concept.retired):
        raise BadInput(
            "There is no such competency in use.", remedy="Give framework and address of one that is."
        )
    goals = [one.name for one in house.config.goals]
    if effect.do == "goal" and effect.goal not in goals:
        known = ", ".join(goals) or "there are none"
        raise BadInput(
            f"There is no goal {effect.goal!r}.", remedy=f"The goals of the configuration: {known}."
        )
