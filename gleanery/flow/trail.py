"""Who did what to this record, when and why: its audit entries, its decisions' reasons and the statements about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, or_, select

from gleanery.audit import AuditLog
from gleanery.errors import BadInput
from gleanery.flow import recording
from gleanery.flow.auditing import read_by
from gleanery.flow.house import House
from gleanery.flow.items.finding import platform_of
from gleanery.flow.naming import account_of
from gleanery.flow.people.persons import family_of, find_person
from gleanery.flow.record import STORE, driver, stores
from gleanery.model.destinations import Delivery
from gleanery.model.items import Decision, Item
from gleanery.model.people import Person
from gleanery.model.posts import Post
from gleanery.model.record import Entry
from xapi.bundles.model import moment
from xapi.lrs.query import Stored
from xapi.lrs.referring import referring_to
from xapi.lrs.store import StatementStore

_PAGE = 500
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Event:
    """One thing that was done. `what` is the audit log's action or the statement's verb; `why` a person's reason.

    `actor`: who did it, as the audit log writes it.
    """

    at: datetime
    what: str
    who: str
    subject: str
    why: str
    seq: int
    log: str
    detail: dict[str, Any] = field(default_factory=dict)
    actor: str = ""


@dataclass(frozen=True)
class Thing:
    """What an id stands for, as the audit log names it, with all that belongs to it.

    `subjects` are entries' subjects, `mentions` are ids that their details may name. Statements are found by
    `activities` and `persons`, or are the one of id `statement` with what refers to it.
    """

    name: str
    subjects: tuple[str, ...]
    mentions: tuple[str, ...] = ()
    persons: tuple[UUID, ...] = ()
    activities: tuple[str, ...] = ()
    statement: UUID | None = None


def trail(house: House, account: str, text: str) -> tuple[str, list[Event]]:
    """What `text` stands for, and all that was done to it, in order; that `account` read it is entered first.

    `text`: the id of an item, delivery, post, person or statement, or its beginning; an account of staff; a
    source's name; or a subject as the audit log writes it, `kind:name`. Raises: BadInput.
    """
    with house.store.read() as session:
        thing = _find(house, session, text.strip())
    events = [*_entries(house, thing), *_statements(house, thing)]
    if not events:
        raise BadInput(f"Nothing was ever done to {thing.name}.", remedy="Check the id.")
    read_by(house, account, thing.name, what="trail")
    return thing.name, sorted(events, key=lambda one: (one.at, one.log, one.seq))


# --------------------------------------------------------------------------- what is meant


def _find(house: House, session: Session, text: str) -> Thing:
    kind, _, name = text.partition(":")
    if name and kind in _BY_KIND:
        return _BY_KIND[kind](house, session, name)
    if name:
        return Thing(text, (text,))
    person = session.exec(select(Person).where(Person.account == text)).one_or_none()
    if person is not None:
        return _person(house, session, str(person.id))
    if text in {source.name for source in house.config.sources}:
        return Thing(f"source:{text}", (f"source:{text}",))
    return _by_id(house, session, text)


def _by_id(house: House, session: Session, text: str) -> Thing:
    """The thing whose id is, or begins with, `text`. Raises: BadInput (unknown, ambiguous, no id)."""
    sign = text.lower().replace("-", "")
    if not re.fullmatch(r"[0-9a-f]{4,32}", sign):
        raise BadInput(
            f"{text!r} is no id that is known here.",
            remedy="Give an id of at least four characters, an account, a source, or kind:name.",
        )
    first, last = UUID(sign.ljust(32, "0")), UUID(sign.ljust(32, "f"))
    found = [
        (kind, one)
        for kind, key in (
            ("item", col(Item.id)), ("delivery", col(Delivery.id)), ("post", col(Post.id)),
            ("person", col(Person.id)), ("decision", col(Decision.id)),
        )
        for one in session.exec(select(key).where(key >= first, key <= last).limit(2))
    ]  # fmt: skip
    if len(found) > 1:
        raise BadInput(f"More than one thing begins with {text!r}.", remedy="Give more characters of the id.")
    if found:
        kind, key = found[0]
        return _BY_KIND[kind](house, session, str(key))
    if len(sign) < 32:
        raise BadInput(f"Nothing begins with {text!r}.", remedy="A statement is found by its whole id only.")
    return _statement(house, session, str(UUID(sign)))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput(f"{text!r} is no id.", remedy="Give the whole id.") from None


def _item(house: House, session: Session, text: str) -> Thing:
    """An item with the items merged into it, its deliveries and its founding post."""
    key = _uuid(text)
    items = session.exec(select(Item).where((col(Item.id) == key) | (col(Item.merged_into) == key))).all()
    ids = [one.id for one in items]
    deliveries = session.exec(select(Delivery.id).where(col(Delivery.item_id).in_(ids))).all()
    activities = tuple(
        recording.object_of(house.bridge, one, platform_of(session, one)).activity.id for one in items
    )
    subjects = [f"item:{one}" for one in ids or [key]]
    subjects += [f"delivery:{one}" for one in deliveries] + [f"post:{one.founding_post_id}" for one in items]
    return Thing(f"item:{key}", tuple(subjects), (str(key),), activities=activities)


def _delivery(house: House, session: Session, text: str) -> Thing:
    return Thing(f"delivery:{_uuid(text)}", (f"delivery:{_uuid(text)}",))


def _post(house: House, session: Session, text: str) -> Thing:
    key = _uuid(text)
    activity = house.bridge.post(key, "post", "any").activity.id
    return Thing(f"post:{key}", (f"post:{key}",), (str(key),), activities=(activity,))


def _person(house: House, session: Session, text: str) -> Thing:
    """A human with every id they ever had: what they did, and what was done to them."""
    family = family_of(session, find_person(session, text).id)
    names = tuple(f"person:{one}" for one in family.ids)
    return Thing(f"person:{family.id}", names, tuple(map(str, family.ids)), persons=family.ids)


def _decision(house: House, session: Session, text: str) -> Thing:
    decision = session.get(Decision, _uuid(text))
    statement = decision.statement_id if decision is not None else None
    return Thing(f"decision:{text}", (), (text,), statement=statement)


def _statement(house: House, session: Session, text: str) -> Thing:
    """A statement, and the decision that it tells of."""
    key = _uuid(text)
    decided = session.exec(select(Decision.id).where(Decision.statement_id == key)).all()
    return Thing(f"statement:{key}", (f"statement:{key}",), (str(key), *map(str, decided)), statement=key)


_BY_KIND = {
    "item": _item,
    "delivery": _delivery,
    "post": _post,
    "person": _person,
    "decision": _decision,
    "statement": _statement,
}


# --------------------------------------------------------------------------- what was done


def _entries(house: House, thing: Thing) -> Iterator[Event]:
    """The audit entries about a thing or by it, with the reasons of their decisions."""
    told: list[Any] = [col(Entry.subject).in_(thing.subjects), col(Entry.actor).in_(thing.subjects)]
    told += [col(Entry.detail).contains(one, autoescape=True) for one in thing.mentions]
    lines = list(AuditLog(house.store).lines(where=[or_(*told)]))
    details = [json.loads(line.detail) for line in lines]
    with house.store.read() as session:
        reasons = _reasons(session, [one["decision"] for one in details if "decision" in one])
        for line, detail in zip(lines, details, strict=True):
            why = reasons.get(detail.get("decision", ""), "") or str(detail.get("reason", ""))
            who = account_of(session, line.actor)
            yield Event(
                moment(line.at), line.action, who, line.subject, why, line.seq, "audit", detail, line.actor
            )


def _reasons(session: Session, decisions: Sequence[str]) -> dict[str, str]:
    """By decision: the words of the person who gave it; a policy's are a code, and who decided says as much."""
    ids = {UUID(one) for one in decisions}
    query = select(Decision.id, Decision.reason).where(col(Decision.id).in_(ids))
    rows = session.exec(query.where(col(Decision.actor).startswith("person:")))
    return {str(key): reason for key, reason in rows}


def _statements(house: House, thing: Thing) -> Iterator[Event]:
    """The statements about a thing or by it, of every store."""
    with house.store.read() as session:
        for store in {STORE: None, **dict.fromkeys(stores(session))}:
            for one in _found(house, session, store, thing).values():
                yield _told(session, house, one)


def _found(house: House, session: Session, store: str, thing: Thing) -> dict[UUID, Stored]:
    statements = StatementStore(driver(session), store)
    found: dict[UUID, Stored] = {}
    for activity in thing.activities:
        found |= {one.id: one for one in _all(statements, activity=activity)}
    for person in thing.persons:
        found |= {one.id: one for one in _all(statements, agent=house.bridge.person(person))}
    if thing.statement is not None:
        itself = statements.get(thing.statement)
        found |= {} if itself is None else {itself.id: itself}
        found |= {one.id: one for one in referring_to(driver(session), store, thing.statement)}
    return found


def _all(statements: StatementStore, **filters: Any) -> Iterable[Stored]:
    after = 0
    while page := statements.query(after_seq=after, limit=_PAGE, ascending=True, voided=True, **filters):
        yield from page
        after = page[-1].seq


def _told(session: Session, house: House, one: Stored) -> Event:
    told = json.loads(one.raw)
    return Event(
        at=one.stored,
        what=told["verb"]["id"].rpartition("/")[2],
        who=_who(session, house, told["actor"]),
        subject=f"statement:{one.id}",
        why="voided since" if one.voided else "",
        seq=one.seq,
        log="statements",
        detail={"verb": told["verb"]["id"], "voided": one.voided, "statement": told},
    )


def _who(session: Session, house: House, actor: dict[str, Any]) -> str:
    """A statement's actor: the account of our staff, a machine's name, or whatever name the sender's system uses."""
    account = actor.get("account", {})
    name = str(account.get("name", "an agent without account"))
    is_ours = account.get("homePage") == house.organisation.people_home and _UUID.fullmatch(name)
    return account_of(session, f"person:{name}") if is_ours else name
