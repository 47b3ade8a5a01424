"""What a rule would have done to the last items, before it is switched on; nothing is written.

The steps are not asked again: what they found stands, so that hundreds of items take a second or two at most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.item_standing.background import Background
from gleanery.flow.items.redacting import findings_of
from gleanery.flow.rules.cases import Case, Tagged, Told, cases_of
from gleanery.flow.rules.loading import in_force
from gleanery.flow.rules.ruling import NAME, SLOW, InForce, Ruling, weighty
from gleanery.flow.rules.sets import judging, members_of, newest_set
from gleanery.flow.rules.writing import Written, checked
from gleanery.flow.screening import gravest, stands_after
from gleanery.flow.subjects import words_of_many
from gleanery.model.items import Decision, FindingRow, Item, ItemState, Tag
from gleanery.model.types import derived_id
from gleanery.ports import Finding

LAST = 500
"""Items that a rule is tried on."""

_DOES = {
    "keep": "keep", "ask": "ask about", "drop": "drop", "tag": "tag", "goal": "give a goal to",
    "first": "put first", "last": "put last",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An item that the rule is about, or that would stand elsewhere; `title` empty where there is none to show.

    `before` and `after` are states; `conditions` the numbers of those that hold, none where it does not match.
    """

    item: UUID
    title: str
    url: str | None
    before: str
    after: str
    matches: bool
    conditions: tuple[int, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether it would stand elsewhere."""
        return self.before != self.after


@dataclass(frozen=True)
class WhatIf:
    """What would have become of the last items: `lines` are those it is about, newest first.

    `moves` counts them by (before, after). `decided`: how many a person decided on, whose word stands. `withheld`: of
    how many the words are withheld, so that no rule is asked. `slow`: on how many the rules took too long.
    """

    do: str
    tried: int
    matched: int
    moves: Mapping[tuple[str, str], int]
    decided: int
    withheld: int
    slow: int
    lines: tuple[Line, ...]

    @property
    def is_everything(self) -> bool:
        """Whether it matches every item that it was tried on."""
        return 0 < self.tried - self.withheld == self.matched

    @property
    def told(self) -> str:
        """How many it matches, in a sentence."""
        said = f"matches {self.matched} of {self.tried}"
        return f"{said}: it would {_DOES[self.do]} everything" if self.is_everything else said


class _Tried(NamedTuple):
    """One item under the rules as they are, and as they would be."""

    case: Case
    now: Finding
    then: Finding


def what_if(house: House, rule_id: UUID, *, on: bool = True, last: int = LAST) -> WhatIf:
    """What a rule would do in its newest version; or what would be without it. Raises: keeping.NoRule."""
    from gleanery.flow.rules.keeping import newest_version  # which asks here before a rule is switched on

    with house.store.read() as session:
        newest = newest_version(session, rule_id)
        return _with(house, session, InForce(rule_id, newest.number, checked(newest.body)), on, last)


def what_if_written(
    house: House, written: Written, *, instead_of: UUID | None = None, last: int = LAST
) -> WhatIf:
    """What a rule would do that nobody kept yet: after all others, or in the place of one."""
    with house.store.read() as session:
        rule = InForce(instead_of or derived_id("rule", "tried"), 0, written)
        return _with(house, session, rule, True, last)


def _with(house: House, session: Session, rule: InForce, on: bool, last: int) -> WhatIf:
    """What would be with the rule in its place, or without it."""
    members = members_of(newest_set(session))
    now = in_force(session, judging(members))
    by_id = {one.id: one for one in now} | {rule.id: rule}
    order = [one.rule for one in members if one.on or one.rule == rule.id]
    order += [rule.id] if rule.id not in order else []
    then = tuple(by_id[one] for one in order if one in by_id and (on or one != rule.id))
    return _tried(house, session, rule, now, then, last)


def require_confirmed(found: WhatIf) -> None:
    """Raises: Denied where a rule matches everything that it was tried on."""
    if found.is_everything:
        raise Denied(
            f"This rule {found.told}.",
            remedy="If that is meant, confirm it: switch it on once more with `--confirm`, or tick the box.",
        )


# --------------------------------------------------------------------------- trying


def _tried(
    house: House,
    session: Session,
    rule: InForce,
    now: tuple[InForce, ...],
    then: tuple[InForce, ...],
    last: int,
) -> WhatIf:
    living = col(Item.merged_into).is_(None), Item.screened_as != ""
    items = session.exec(select(Item).where(*living).order_by(col(Item.seq).desc()).limit(last)).all()
    before, after = Ruling("now", now), Ruling("then", then)
    tried = {
        item_id: _Tried(case, before.judge(case), after.judge(case))
        for item_id, case in _cases(house, session, items).items()
    }
    spoken = _decided_by_persons(house, session, list(tried))
    found = [_line(house, tried[item.id], rule, item.id in spoken) for item in items if item.id in tried]
    lines = tuple(one for one in found if one.matches or one.moves)
    return WhatIf(
        do=rule.written.effect.do,
        tried=len(found),
        matched=sum(one.matches for one in found),
        moves=Counter((one.before, one.after) for one in lines if one.moves),
        decided=sum(one.matches and one.before in _DECIDED for one in found),
        withheld=sum(one.case.is_blocked for one in tried.values()),
        slow=sum(one.then.reason == SLOW for one in tried.values()),
        lines=lines,
    )


_DECIDED = {ItemState.APPROVED.value, ItemState.REJECTED.value, ItemState.RETRACTED.value}


def _cases(house: House, session: Session, items: Sequence[Item]) -> dict[UUID, Case]:
    """The cases of items from what the steps found last; those without words are left out."""
    words = words_of_many(house, session, items)
    rows, background = findings_of(session, items), Background.of(session, items)
    subjects = {key: one.subject(background.standing(one, house.now())) for key, one in words.items()}
    found = {
        item_id: (one, subjects[item_id], [_told(row) for row in rows[item_id] if row.step != NAME])
        for item_id, one in words.items()
    }
    return cases_of(house, session, found, _tags(session, list(found)), house.now())


def _told(row: FindingRow) -> Told:
    return Told(row.step, row.verdict, row.reason, row.flags, row.scores, row.spans)


def _tags(session: Session, items: Sequence[UUID]) -> Mapping[UUID, list[Tagged]]:
    """By item: its tags, without those that rules gave."""
    query = select(Tag.item_id, Tag.framework, Tag.concept).where(
        col(Tag.item_id).in_(items), col(Tag.said_by).not_like(f"rule:{NAME}@%")
    )
    found: dict[UUID, list[Tagged]] = defaultdict(list)
    for item_id, framework, concept in session.exec(query):
        found[item_id].append((framework, concept))
    return found


def _decided_by_persons(house: House, session: Session, items: Iterable[UUID]) -> set[UUID]:
    """Items on which no policy decides any more, for a person spoke."""
    policy = f"policy:{house.config.curation.policy_name}"
    query = select(Decision.item_id).where(
        col(Decision.item_id).in_(list(items)),
        (col(Decision.actor) != policy) | col(Decision.undone_by).is_not(None),
    )
    return set(session.exec(query))


def _line(house: House, tried: _Tried, rule: InForce, person_spoke: bool) -> Line:
    case, item = tried.case, tried.case.words.item
    marks = dict(one.rsplit(":", 1) for one in str(tried.then.params.get("matched", "")).split())
    numbers = marks.get(f"{rule.id}@{rule.version}")
    return Line(
        item=item.id,
        title="" if case.is_blocked else case.marked.title(case.words.title),
        url=None if case.is_blocked else case.marked.address(case.words.chosen.url),
        before=item.state.value,
        after=item.state.value if _is_same(tried) else _after(house, tried, person_spoke),
        matches=numbers is not None,
        conditions=tuple(int(one) for one in (numbers or "").split(",") if one),
    )


def _is_same(tried: _Tried) -> bool:
    """Whether the rules say the same of the item as before."""
    return (tried.now.verdict, tried.now.reason) == (tried.then.verdict, tried.then.reason)


def _after(house: House, tried: _Tried, person_spoke: bool) -> str:
    """The state in which the next screening would leave the item."""
    item, then = tried.case.words.item, tried.then
    told = [*tried.case.told, Told(NAME, then.verdict, then.reason, (), {}, ())]
    grave = gravest(weighty(told, house.guard_names))
    target = stands_after(item, grave.verdict, grave.reason) if grave is not None else None
    state = target[0] if target is not None else item.state
    approves = house.config.curation.auto_approve == "keep" and grave is not None and grave.verdict == "keep"
    return (
        ItemState.APPROVED if approves and state is ItemState.WAITING and not person_spoke else state
    ).value
