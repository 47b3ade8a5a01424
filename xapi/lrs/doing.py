"""What certain actors did: their own statements of certain verbs, found by the index of actors and verbs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from xapi.lrs import codec, rows
from xapi.lrs.dialect import dialect_of
from xapi.lrs.links import AS_ACTOR
from xapi.lrs.terms import AGENT, VERB, Terms
from xapi.model import Statement
from xapi.validate import read
from xapi.vocabulary import adl


class Done(NamedTuple):
    """Something that `name` did, an account of the home that was asked for. `at`: when, else when it was stored."""

    name: str
    id: UUID
    at: datetime
    statement: Statement[Any]


def done_by(
    connection: Any, home: str, names: Collection[str], verbs: Collection[str], most: int, store: str = "main"
) -> tuple[list[Done], int]:
    """What these accounts of `home` did by these verbs and still counts, the newest `most`; and how many more.

    Voided statements and those whose content was erased do not count.
    """
    dialect = dialect_of(connection)
    number = rows.number_of(dialect, store) or 0
    terms = Terms(dialect, number)
    numbers = sorted(filter(None, (terms.number_of(VERB, verb) for verb in verbs)))
    begins = f"account {home} "
    agents = dialect.rows_among(_AGENTS, [number, AGENT], [begins + name for name in names])
    if not numbers or not agents:
        return [], 0
    of = {term: value.removeprefix(begins) for term, value in agents}
    void = terms.number_of(VERB, adl.VOIDED.id)
    sql = _DONE.format(verbs=", ".join("?" * len(numbers)))
    found = dialect.rows_among(sql, [number, *numbers, void, number], list(of))
    found.sort(key=lambda row: -row[0])
    actors = {seq: of[agent] for seq, agent in found[:most]}
    return _opened(dialect, number, actors), max(0, len(found) - most)


def _opened(dialect: Any, store: int, actors: dict[int, str]) -> list[Done]:
    seqs: Sequence[int] = list(actors)
    raws = sorted(dialect.rows_among(_RAWS, [store], seqs), key=lambda row: -row[0])
    return [_read(actors[seq], *more) for seq, *more in raws]


def _read(name: str, key: bytes, stored: int, dictionary: int, raw: bytes) -> Done:
    statement = read(codec.unpack(dictionary, bytes(raw)))
    at = statement.timestamp
    return Done(
        name, UUID(bytes=bytes(key)), at if isinstance(at, datetime) else rows.moment(stored), statement
    )


_AGENTS = "SELECT term, value FROM lrs_term WHERE store = ? AND kind = ? AND value IN"

# The voided ones are looked up once: there are few of them, and many statements.
_DONE = f"""SELECT l.seq, l.agent FROM lrs_statement_agent l
WHERE l.store = ? AND l.verb IN ({{verbs}}) AND l.via = 0 AND (l.roles & {AS_ACTOR}) <> 0
AND l.seq NOT IN (
    SELECT s.seq FROM lrs_reference r JOIN lrs_statement s ON s.store = r.store AND s.id = r.target AND s.verb <> ?
    WHERE r.store = ? AND r.voids = 1)
AND l.agent IN"""  # noqa: S608 - our own names

_RAWS = "SELECT seq, id, stored, dictionary, raw FROM lrs_statement WHERE store = ? AND raw IS NOT NULL AND seq IN"
