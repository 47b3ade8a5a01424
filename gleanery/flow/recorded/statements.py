"""Statements as an auditor looks for them, and one of them with its place in the chain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from gleanery.errors import BadInput
from gleanery.flow.auditing import read_by
from gleanery.flow.exporting.selecting import Selection, agents_of, persons_of
from gleanery.flow.house import House
from gleanery.flow.record import STORE, driver, record, stores
from gleanery.flow.recorded.names import Names, names_of
from gleanery.flow.recorded.proving import Proof, proof_of
from gleanery.flow.recorded.telling import Telling, items_in, persons_in, telling_of
from xapi.lrs.attachments import Attached
from xapi.lrs.query import Stored
from xapi.lrs.referring import referring_to
from xapi.lrs.standing import Standing, standing
from xapi.lrs.store import StatementStore
from xapi.model import Actor
from xapi.vocabulary import adl, own

MOST_COUNTED = 10_000
BOOKKEEPING = (adl.VOIDED.id, own.ERASED.id)
"""Statements about statements: they say that another one was taken back, or that its content is gone."""


@dataclass(frozen=True)
class Found:
    """A page of statements, newest first. `next`: the number to go on before, None at the end."""

    rows: Sequence[Telling]
    stored: Sequence[Stored]
    names: Names
    next: int | None


@dataclass(frozen=True)
class Detail:
    """One statement. `stored` and `telling` are absent where its content was erased; `refers`: what speaks of it."""

    store: str
    standing: Standing
    stored: Stored | None
    telling: Telling | None
    refers: Sequence[Telling]
    names: Names
    proof: Proof | None
    files: Sequence[dict[str, Any]]
    is_voided: bool


def find(
    house: House, account: str, selection: Selection, *, before: int | None = None, limit: int = 50
) -> Found:
    """The statements that a selection means, the newest first; that `account` reads them is entered.

    Raises: BadInput.
    """
    with house.store.read() as session:
        persons = persons_of(session, selection.person)
        agents = agents_of(house, selection, persons)
        statements = StatementStore(driver(session), selection.store)
        found = list(islice(_newest(statements, selection, agents, before, limit + 1), limit + 1))
        rows = [telling_of(house, one) for one in found[:limit]]
        names = names_of(house, session, persons_in(rows), items_in(rows))
    subject = f"person:{persons[0]}" if persons else f"statements:{selection.store}"
    read_by(house, account, subject, what="list")
    return Found(rows, found[:limit], names, rows[-1].seq if len(found) > limit else None)


def count(house: House, selection: Selection, most: int = MOST_COUNTED) -> int:
    """How many statements a selection means, counted up to `most` + 1. Raises: BadInput."""
    with house.store.read() as session:
        agents = agents_of(house, selection, persons_of(session, selection.person))
        statements = StatementStore(driver(session), selection.store)
        found = sum(
            statements.count_matching(most + 1, **_filters(selection, agent, None)) for agent in agents
        )
    return min(found, most + 1)


def _newest(
    statements: StatementStore,
    selection: Selection,
    agents: Sequence[Actor | None],
    before: int | None,
    limit: int,
) -> Iterator[Stored]:
    """The newest that match, each once, though it may name several ids of one human."""
    found = {
        one.seq: one
        for agent in agents
        for one in statements.query(limit=limit, **_filters(selection, agent, before))
    }
    return (found[seq] for seq in sorted(found, reverse=True))


def _filters(selection: Selection, agent: Actor | None, before: int | None) -> Any:
    return {
        "verb": selection.verb,
        "activity": selection.activity,
        "agent": agent,
        "registration": selection.registration,
        "since": selection.since,
        "until": selection.until,
        "after_seq": selection.after,
        "before_seq": before,
        "voided": selection.voided,
        "without": selection.without,
    }


# --------------------------------------------------------------------------- one statement


def show(house: House, account: str, store: str, statement_id: UUID) -> Detail:
    """One statement with all that is known of it; that `account` reads it is entered. Raises: BadInput."""
    with house.store.read() as session:
        connection = driver(session)
        stands = standing(connection, store, statement_id)
        if stands is None:
            raise BadInput("There is no such statement.", remedy="Check its id, and whose store it is in.")
        statements = StatementStore(connection, store)
        stored = statements.get(statement_id)
        telling = telling_of(house, stored) if stored else None
        refers = [telling_of(house, one) for one in referring_to(connection, store, statement_id)]
        known = [*refers, *([telling] if telling else [])]
        names = names_of(house, session, persons_in(known), items_in(known))
        proof = proof_of(house, connection, store, stands)
    read_by(house, account, f"statement:{statement_id}", what="raw")
    voids = any(_is_about(one, statement_id, adl.VOIDED.id) for one in refers)
    return Detail(store, stands, stored, telling, refers, names, proof, _files(stored), voids)


def _is_about(one: Telling, statement_id: UUID, verb: str) -> bool:
    return one.verb == verb and one.thing.id.lower() == str(statement_id)


def _files(stored: Stored | None) -> Sequence[dict[str, Any]]:
    """What the statement says of the files that came with it: `attachments`, also those of its sub-statement."""
    if stored is None or b"attachments" not in stored.raw:
        return ()
    told = json.loads(stored.raw)
    inner = told["object"].get("attachments", ()) if isinstance(told["object"], dict) else ()
    return [*told.get("attachments", ()), *inner]


def file_of(house: House, account: str, store: str, statement_id: UUID, sha2: str) -> Attached:
    """A file that came with a statement; that `account` takes it is entered. Raises: BadInput."""
    with record(house.store, store) as statements:
        found = statements.get(statement_id)
        files = statements.attachments_of([found.seq]) if found else iter(())
        file = next((one for one in files if one.sha2 == sha2.lower()), None)
    if file is None:
        raise BadInput(
            "This file is not kept here.", remedy="It may lie where the statement says, or was erased."
        )
    read_by(house, account, f"statement:{statement_id}", what="file")
    return file


def stores_of(house: House) -> Sequence[str]:
    """The names of the stores, the house's own first."""
    with house.store.read() as session:
        others = [one for one in stores(session) if one != STORE]
    return [STORE, *others]
