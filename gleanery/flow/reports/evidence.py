"""The one report on single persons: who has evidence of which competency, how good it is and until when it holds.

A person is shown only where a legal basis for such reports covers them and an agreement is entered. All others are left
out; how many that are is told by the rule for small numbers. A row is what one person did with one thing: it opens the
very statements it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.auditing import note_read
from gleanery.flow.confirmed import standing
from gleanery.flow.house import House
from gleanery.flow.items.concepts import preferred
from gleanery.flow.people.persons import Family
from gleanery.flow.people.reporting import Humans, humans
from gleanery.flow.record import driver
from gleanery.flow.recorded.names import names_of, uuid_in
from gleanery.flow.reports.counting import daily, day_of
from gleanery.flow.reports.small import told
from gleanery.flow.reports.tables import HIDDEN, Cell, Column, Kind, Row, Table
from gleanery.model.items import Tag
from xapi.grades import Grade
from xapi.lrs.doing import Done, done_by
from xapi.model import Activity
from xapi.vocabulary import adl, own, tincan_registry, tla

COMPLETED, ENDED = adl.COMPLETED.id, tincan_registry.EXPIRED.id
AWARDED = frozenset({tla.QUALIFIED.id, tincan_registry.EARNED.id})
VERBS = frozenset({COMPLETED, ENDED, *AWARDED})
MOST = 5_000
"""Statements that one report opens; what is older is counted as more."""

COLUMNS = (
    Column("person", Kind.NAME),
    Column("unit", Kind.NAME),
    Column("competency", Kind.NAME),
    Column("thing", Kind.NAME),
    Column("evidence", Kind.NAME),
    Column("on", Kind.DAY),
    Column("valid_until", Kind.DAY),
    Column("holds", Kind.NAME),
    Column("statements", Kind.COUNT),
)


class Holds(StrEnum):
    """Whether evidence holds today."""

    VALID = "valid"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Evidence:
    """What one person did with one thing, for one of its competencies; `competency` empty where it serves none.

    `person` is the human's id, `account` the name of staff, else empty. `grade`: the best. `on`: the day of the newest.
    `statements`: how many it rests on; `person`, `thing` and `verb` find exactly them in the record.
    """

    person: UUID
    account: str
    unit: str
    competency: str
    label: str
    thing: str
    title: str
    grade: str
    on: date
    valid_until: date | None
    holds: Holds
    statements: int
    verb: str

    def row(self) -> Row:
        """The same as a row of a report."""
        cells: tuple[Cell, ...] = (
            self.account or str(self.person), self.unit, self.label or self.competency, self.title or self.thing,
            self.grade, self.on, self.valid_until, self.holds.value, self.statements,
        )  # fmt: skip
        about = {
            "rows": "statements",
            "person": str(self.person),
            "verb": self.verb,
            "activity": self.thing,
        }
        return Row(cells, about)


@dataclass(frozen=True)
class EvidenceReport:
    """The report. `left_out`: people with evidence who are not shown, HIDDEN where that number is too small.

    `is_off`: there is no agreement on reports that show single persons. `more`: older statements that are not in it.
    """

    rows: Sequence[Evidence]
    left_out: Cell
    more: int
    is_off: bool

    def table(self) -> Table:
        """The rows as a table."""
        return Table("evidence", COLUMNS, tuple(one.row() for one in self.rows), more=self.more)


def evidence(
    house: House,
    account: str,
    *,
    person: str = "",
    competency: str = "",
    language: str = "en",
    most: int = MOST,
) -> EvidenceReport:
    """The report, of one person or competency where they are named; that `account` looks is entered."""
    with house.store.read() as session:
        known = humans(session, house.now())
        names = _ids(known, person)
        found, more = done_by(driver(session), house.bridge.people_home, names, VERBS, most)
        rows = _rows(house, session, known, found, language)
        left_out = _left_out(house, session, known) if not person else 0
    subject = f"person:{person}" if uuid_in(person) else "report:evidence"
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        note_read(change, actor, subject, what="evidence")
    shown = [one for one in rows if competency in ("", one.competency)]
    return EvidenceReport(shown, left_out, more, is_off=not known.shown)


def _ids(known: Humans, person: str) -> list[str]:
    """Every id of those who may be shown; of one human where one is named."""
    families = {key: known.by_id[key] for key in known.shown}
    if person:
        one = known.by_id.get(uuid_in(person) or UUID(int=0))
        families = {one.id: one} if one is not None and one.id in families else {}
    return [str(key) for family in families.values() for key in family.ids]


def _left_out(house: House, session: Session, known: Humans) -> Cell:
    """How many humans did such a thing and are not shown."""
    counts = daily(session)
    days = counts.days()
    if days is None:
        return 0
    names = counts.actors(VERBS, days[0], days[1], house.bridge.people_home)
    ids = {key for key in map(uuid_in, names) if key is not None}
    everybody = {known.by_id[key].id if key in known.by_id else key for key in ids}
    number = told(len(everybody - known.shown.keys()))
    return HIDDEN if number is None else number


# --------------------------------------------------------------------------- rows


@dataclass(frozen=True)
class _Group:
    """What one human did with one thing by one verb, the newest first."""

    family: Family
    thing: str
    verb: str
    done: list[Done]


def _rows(
    house: House, session: Session, known: Humans, found: Iterable[Done], language: str
) -> list[Evidence]:
    """A row for each human, thing, verb and competency, ordered by person and competency."""
    groups = _groups(known, found)
    ended = {(one.family.id, one.thing): one.done[0].at for one in groups if one.verb == ENDED}
    items = _items(house, groups)
    competencies = _competencies(house, session, items.values())
    wanted = {iri for some in competencies.values() for iri in some} | {one.thing for one in groups}
    labels = {iri: label for (_, iri), label in preferred(session, wanted, language).items()}
    names = names_of(house, session, {one.family.id for one in groups}, set(items.values()))
    rows = [
        _row(house, one, competency, labels, names, items, ended)
        for one in groups
        if one.verb != ENDED
        for competency in (competencies.get(items.get(one.thing, UUID(int=0))) or [""])
    ]
    return sorted(rows, key=lambda one: (one.account or str(one.person), one.label, one.title, one.verb))


def _groups(known: Humans, found: Iterable[Done]) -> list[_Group]:
    made: dict[tuple[UUID, str, str], _Group] = {}
    for one in found:
        thing = one.statement.object
        family = known.by_id.get(UUID(one.name))
        if family is None or not isinstance(thing, Activity):
            continue
        key = (family.id, thing.id, one.statement.verb.id)
        made.setdefault(key, _Group(family, thing.id, one.statement.verb.id, [])).done.append(one)
    return list(made.values())


def _row(
    house: House,
    one: _Group,
    competency: str,
    labels: Mapping[str, str],
    names: Any,
    items: Mapping[str, UUID],
    ended: Mapping[tuple[UUID, str], datetime],
) -> Evidence:
    is_award = one.verb in AWARDED
    concept = one.thing if is_award else competency
    newest = max(done.at for done in one.done)
    until = _until(house, one, concept, newest)
    stopped = ended.get((one.family.id, one.thing))
    lapsed = (until is not None and until < day_of(house.now())) or (
        stopped is not None and stopped >= newest
    )
    return Evidence(
        person=one.family.id,
        account=names.accounts.get(one.family.id, ""),
        unit=one.family.unit or "",
        competency=concept,
        label=labels.get(concept, ""),
        thing=one.thing,
        title="" if is_award else names.titles.get(items.get(one.thing), ""),
        grade=max(map(_grade, one.done)).text,
        on=day_of(newest),
        valid_until=until,
        holds=Holds.LAPSED if lapsed else Holds.VALID,
        statements=len(one.done),
        verb=one.verb,
    )


def _until(house: House, one: _Group, concept: str, newest: datetime) -> date | None:
    """Until when it holds: as the award says, else as many years as the house sets, else without end."""
    said = [_extensions(done).get(tincan_registry.VALID_UNTIL) for done in one.done]
    days = [day_of(datetime.fromisoformat(text)) for text in said if isinstance(text, str)]
    if days:
        return max(days)
    years = house.config.evidence.valid_years.get(concept)
    return _years_after(day_of(newest), years) if years else None


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)


def _grade(done: Done) -> Grade:
    """On what it rests; an award is what a platform reported, and so is a completion that says nothing else."""
    text = _extensions(done).get(own.EVIDENCE)
    known = {one.text: one for one in Grade}
    return known.get(text, Grade.LMS_REPORTED) if isinstance(text, str) else Grade.LMS_REPORTED


def _extensions(done: Done) -> Mapping[str, Any]:
    found = getattr(getattr(done.statement, "result", None), "extensions", None)
    return found if isinstance(found, dict) else {}


# --------------------------------------------------------------------------- items and competencies


def _items(house: House, groups: Iterable[_Group]) -> dict[str, UUID]:
    """By the activity: the items of ours."""
    prefix = f"{house.bridge.bridge_home}/items/"
    things = {one.thing for one in groups if one.thing.startswith(prefix)}
    found = {thing: uuid_in(thing.removeprefix(prefix)) for thing in things}
    return {thing: key for thing, key in found.items() if key is not None}


def _competencies(house: House, session: Session, items: Collection[UUID]) -> dict[UUID, list[str]]:
    """By item: the competencies it serves."""
    found: dict[UUID, list[str]] = defaultdict(list)
    query = select(Tag.item_id, Tag.concept).where(col(Tag.item_id).in_(list(items)), standing(house))
    for item, concept in session.exec(query.order_by(col(Tag.concept)).distinct()):
        found[item].append(concept)
    return found
