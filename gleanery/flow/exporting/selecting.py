"""Which entries of a log an export takes."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from gleanery.audit import AuditLog
from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.people.persons import family_of, find_person
from gleanery.flow.record import STORE, StatementLog, record, statement_logs
from gleanery.model.people import Person
from gleanery.model.record import Entry
from xapi.actors import parse_agent
from xapi.errors import InvalidStatement
from xapi.lrs.query import Stored
from xapi.lrs.store import StatementStore
from xapi.model import Actor

_PAGE = 128


@dataclass(frozen=True)
class Selection:
    """What is asked for; all of it must hold. Times are those of storing: `since` exclusive, `until` inclusive.

    `store`: whose statements, where there are several. `after`: entries after this number. `person`: an account
    of staff or a person's id; of the audit log what they did and what was done to them, of the statements what
    names them as actor or object. `action` may end in `*`. `agent` is the JSON of an xAPI agent. `actor`: an account of
    staff, or as the log writes it. Statements that were voided count unless `voided` is False; those of the verbs
    `without` do not.
    """

    log: str = "audit"
    store: str = STORE
    after: int = 0
    since: datetime | None = None
    until: datetime | None = None
    person: str | None = None
    action: str | None = None
    actor: str | None = None
    subject: str | None = None
    verb: str | None = None
    activity: str | None = None
    agent: str | None = None
    registration: UUID | None = None
    voided: bool = True
    without: tuple[str, ...] = ()


class Chosen(NamedTuple):
    """The numbers of the entries of `log`, rising, and what was asked for in ids and codes; `store` of statements."""

    log: str
    store: str
    seqs: Sequence[int]
    asked: Mapping[str, Any]


_OF_AUDIT = ("action", "actor", "subject")
_OF_STATEMENTS = ("verb", "activity", "agent", "registration")


def choose(house: House, selection: Selection) -> Chosen:
    """The entries that a selection means, as the log stands now. Raises: BadInput."""
    is_audit = selection.log == "audit"
    for name in _OF_STATEMENTS if is_audit else _OF_AUDIT:
        if getattr(selection, name) is not None:
            other = "statements" if is_audit else "audit"
            raise BadInput(f"--{name} is a filter of the other log.", remedy=f"Add --log {other}.")
    with house.store.read() as session:
        persons = persons_of(session, selection.person)
        actors = actors_of(session, selection.actor)
    asked = _asked(selection, persons, actors)
    if is_audit:
        return Chosen(AuditLog.name, STORE, _audit_seqs(house, selection, persons, actors), asked)
    agents = agents_of(house, selection, persons)
    log = _log_of(house, selection.store)
    return Chosen(log.name, log.store, _statement_seqs(house, selection, agents), asked)


def agents_of(house: House, selection: Selection, persons: Sequence[UUID]) -> Sequence[Actor | None]:
    """Whom statements have to name: one of these, or anybody where it is [None]. Raises: BadInput."""
    agent = _agent(selection.agent)
    if selection.person and agent is not None:
        raise BadInput("--person and --agent ask for two actors.", remedy="Give one of them.")
    return [house.bridge.person(one) for one in persons] if selection.person else [agent]


def _log_of(house: House, store: str) -> StatementLog:
    logs = {log.store: log for log in statement_logs(house.store)}
    if store not in logs:
        raise BadInput(f"There is no store {store!r}.", remedy=f"Choose one of: {', '.join(logs)}.")
    return logs[store]


def persons_of(session: Session, text: str | None) -> tuple[UUID, ...]:
    """Every id of the human that an account or an id stands for; none where nobody is asked for."""
    if text is None:
        return ()
    row = session.exec(select(Person).where(Person.account == text)).one_or_none()
    return family_of(session, (row or find_person(session, text)).id).ids


def actors_of(session: Session, text: str | None) -> tuple[str, ...]:
    """The actors of the audit log that an account of staff, or an actor as the log writes it, stands for."""
    if text is None:
        return ()
    row = session.exec(select(Person).where(Person.account == text)).one_or_none()
    if row is not None:
        return tuple(f"person:{one}" for one in family_of(session, row.id).ids)
    return (text,)


def _agent(text: str | None) -> Actor | None:
    if text is None:
        return None
    try:
        return parse_agent(text)
    except InvalidStatement as error:
        raise BadInput(
            f"--agent is no xAPI agent: {error.message}.", remedy='Give JSON, as {"mbox": "mailto:..."}.'
        ) from error


def _asked(selection: Selection, persons: Sequence[UUID], actors: Sequence[str]) -> dict[str, Any]:
    """The filters that are set, without anybody's name: a person by id, an agent by a hash."""
    told: dict[str, Any] = {
        name: value
        for name in ("after", "action", "subject", "verb", "activity")
        if (value := getattr(selection, name))
    }
    told |= {name: at.isoformat() for name in ("since", "until") if (at := getattr(selection, name))}
    if persons:
        told["person"] = [str(one) for one in persons]
    if actors:
        told["actor"] = actors[0] if len(actors) == 1 else list(actors)
    if selection.registration is not None:
        told["registration"] = str(selection.registration)
    if not selection.voided:
        told["voided"] = False
    if selection.without:
        told["without"] = list(selection.without)
    if selection.agent is not None:
        told["agent_sha256"] = hashlib.sha256(selection.agent.encode()).hexdigest()
    return told


# --------------------------------------------------------------------------- audit


def _audit_seqs(
    house: House, selection: Selection, persons: Sequence[UUID], actors: Sequence[str]
) -> Sequence[int]:
    query = sa.select(col(Entry.seq)).where(*_conditions(selection, persons, actors)).order_by(col(Entry.seq))
    with house.store.read() as session:
        return array("q", session.execute(query.execution_options(yield_per=_PAGE)).scalars())


def _conditions(selection: Selection, persons: Sequence[UUID], actors: Sequence[str]) -> Iterator[Any]:
    yield col(Entry.seq) > selection.after
    if selection.since is not None:
        yield col(Entry.at) > selection.since
    if selection.until is not None:
        yield col(Entry.at) <= selection.until
    if selection.actor is not None:
        yield col(Entry.actor).in_(actors)
    if selection.subject is not None:
        yield col(Entry.subject) == selection.subject
    if selection.action is not None:
        start = selection.action.removesuffix("*")
        is_start = start != selection.action
        yield col(Entry.action).startswith(start, autoescape=True) if is_start else Entry.action == start
    if selection.person is not None:
        names = [f"person:{one}" for one in persons]
        yield col(Entry.actor).in_(names) | col(Entry.subject).in_(names)


# --------------------------------------------------------------------------- statements


def _statement_seqs(house: House, selection: Selection, agents: Sequence[Actor | None]) -> Sequence[int]:
    found: set[int] = set()
    with record(house.store, selection.store) as statements:
        for agent in agents:
            seqs = array("q", (one.seq for one in _matching(statements, selection, agent)))
            if len(agents) == 1:
                return seqs
            found.update(seqs)
    return array("q", sorted(found))


def _matching(statements: StatementStore, selection: Selection, agent: Actor | None) -> Iterator[Stored]:
    """The statements that match, voided ones too, page by page."""
    after = selection.after
    while page := statements.query(
        verb=selection.verb,
        activity=selection.activity,
        agent=agent,
        since=selection.since,
        until=selection.until,
        after_seq=after,
        limit=_PAGE,
        ascending=True,
        registration=selection.registration,
        voided=selection.voided,
        without=selection.without,
    ):
        yield from page
        after = page[-1].seq
