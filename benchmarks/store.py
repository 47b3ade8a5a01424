"""Statements stored per CPU second in SQLite: ours, plain executemany, SQLModel add_all.

    python benchmarks/store.py [--json]

Everybody stores the same statements, 1,000 a transaction, so that they can be found by id, time, verb, agent
and by every activity they name. The peers do it with text keys: one row a statement, one for its agent and
one for each of its activities, each index as ours. They keep the bytes as they are, without chain, without
compression, and without looking whether a statement is there already. The lines "one table" leave the
activities out but for the object: less than is asked, shown as the least anybody could do.

Rounds are interleaved, each in a new file; figures are medians.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import Index, create_engine
from sqlmodel import Field, Session, SQLModel
from statements import approvals, build_ours

from xapi.chain import entry_hash
from xapi.lrs.links import links_of
from xapi.lrs.schema import migrate
from xapi.lrs.store import StatementStore
from xapi.statements import Built
from xapi.validate import read

ROWS, BATCH, ROUNDS = 6_000, 1_000, 3
GOALS = {"SQLModel add_all": 4.0, "plain executemany": 0.8}
AUTHORITY = '{"account":{"homePage":"https://bridge.example.org","name":"gleanery"}}'
NOW = datetime(2024, 5, 1, tzinfo=UTC)

Row = dict[str, Any]


class Kept(SQLModel, table=True):
    """A statement, its agent and activities apart."""

    seq: int = Field(primary_key=True)
    id: str = Field(unique=True)
    stored: str = Field(index=True)
    verb: str
    raw: bytes
    __table_args__ = (Index("kept_verb", "verb", "seq"),)


class KeptAgent(SQLModel, table=True):
    """An agent of a statement."""

    agent: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    verb: str
    roles: int
    __table_args__ = (Index("kept_agent_verb", "agent", "verb", "seq"),)


class KeptActivity(SQLModel, table=True):
    """An activity of a statement."""

    activity: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    verb: str
    roles: int


class One(SQLModel, table=True):
    """A statement with its actor and object in one row."""

    id: str = Field(primary_key=True)
    seq: int = Field(index=True)
    stored: str = Field(index=True)
    verb: str = Field(index=True)
    actor: str = Field(index=True)
    activity: str = Field(index=True)
    raw: bytes


def apart(number: int, raw: bytes) -> tuple[Row, list[Row], list[Row]]:
    """A statement as rows of the three tables."""
    view = read(raw)
    links = links_of(view)
    row = {"seq": number, "id": str(view.id), "stored": NOW.isoformat(), "verb": links.verb, "raw": raw}
    agents = [_link("agent", one, number, links.verb, roles) for one, roles in links.agents.items()]
    activities = [
        _link("activity", one, number, links.verb, roles) for one, roles in links.activities.items()
    ]
    return row, agents, activities


def _link(column: str, value: str, number: int, verb: str, roles: int) -> Row:
    return {column: value, "seq": number, "verb": verb, "roles": roles}


def together(number: int, raw: bytes) -> Row:
    """A statement as a row of the one table."""
    view = read(raw)
    return {
        "id": str(view.id),
        "seq": number,
        "stored": NOW.isoformat(),
        "verb": view.verb.id,
        "actor": f"{view.actor.account.home_page} {view.actor.account.name}",
        "activity": view.object.id,
        "raw": raw,
    }


def batches(built: list[Built]) -> Iterator[list[tuple[int, bytes]]]:
    """The statements with their numbers, BATCH at a time."""
    numbered = [(number, one.raw) for number, one in enumerate(built, 1)]
    for start in range(0, len(numbered), BATCH):
        yield numbered[start : start + BATCH]


def opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def ours(connection: sqlite3.Connection, built: list[Built]) -> None:
    """As the house stores what it built itself: chained, compressed, repeats looked for."""
    _store(connection, built)


def ours_received(connection: sqlite3.Connection, built: list[Built]) -> None:
    """As bytes from outside are stored: validated first."""
    _store(connection, [one.raw for one in built])


def _store(connection: sqlite3.Connection, statements: list[Any]) -> None:
    for start in range(0, len(statements), BATCH):
        connection.execute("BEGIN IMMEDIATE")
        StatementStore(connection).insert(statements[start : start + BATCH], AUTHORITY, NOW)
        connection.execute("COMMIT")


def plain(connection: sqlite3.Connection, built: list[Built]) -> None:
    """executemany into the three tables."""
    for some in batches(built):
        rows = [apart(number, raw) for number, raw in some]
        connection.execute("BEGIN IMMEDIATE")
        _insert(connection, Kept, [row for row, _, _ in rows])
        _insert(connection, KeptAgent, [one for _, agents, _ in rows for one in agents])
        _insert(connection, KeptActivity, [one for _, _, activities in rows for one in activities])
        connection.execute("COMMIT")


def plain_one(connection: sqlite3.Connection, built: list[Built]) -> None:
    """executemany into the one table."""
    for some in batches(built):
        connection.execute("BEGIN IMMEDIATE")
        _insert(connection, One, [together(number, raw) for number, raw in some])
        connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, model: type[SQLModel], rows: list[Row]) -> None:
    names = list(model.model_fields)
    values = ", ".join(f":{name}" for name in names)
    connection.executemany(f"INSERT INTO {model.__tablename__} ({', '.join(names)}) VALUES ({values})", rows)


def sqlmodel(session: Session, some: list[tuple[int, bytes]]) -> None:
    """add_all of the three kinds of rows."""
    for number, raw in some:
        row, agents, activities = apart(number, raw)
        session.add(Kept(**row))
        session.add_all([KeptAgent(**one) for one in agents])
        session.add_all([KeptActivity(**one) for one in activities])


def sqlmodel_one(session: Session, some: list[tuple[int, bytes]]) -> None:
    """add_all of rows of the one table."""
    session.add_all([One(**together(number, raw)) for number, raw in some])


BY_CONNECTION: dict[str, Callable[[sqlite3.Connection, list[Built]], None]] = {
    "ours": ours,
    "ours, received": ours_received,
    "plain executemany": plain,
    "plain, one table": plain_one,
}
BY_SESSION: dict[str, Callable[[Session, list[tuple[int, bytes]]], None]] = {
    "SQLModel add_all": sqlmodel,
    "SQLModel, one table": sqlmodel_one,
}


def timed_connection(name: str, path: Path, built: list[Built]) -> float:
    """Statements per CPU second of one contender that works on a DBAPI connection."""
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    connection = opened(path)
    migrate(connection)
    started = time.process_time()
    BY_CONNECTION[name](connection, built)
    taken = time.process_time() - started
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return len(built) / taken


def timed_session(name: str, path: Path, built: list[Built]) -> float:
    """Statements per CPU second of one contender that works with SQLModel sessions."""
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    opened(path).close()
    started = time.process_time()
    for some in batches(built):
        with Session(engine) as session:
            BY_SESSION[name](session, some)
            session.commit()
    taken = time.process_time() - started
    engine.dispose()
    return len(built) / taken


def verified(path: Path) -> float:
    """Statements per CPU second whose chain is followed, unpacking included."""
    connection = opened(path)
    started = time.process_time()
    previous, count = b"", 0
    for entry in StatementStore(connection).entries():
        if previous and entry_hash(previous, *entry.parts) != entry.hash:
            raise SystemExit(f"entry {entry.seq} does not follow")
        previous, count = entry.hash, count + 1
    taken = time.process_time() - started
    connection.close()
    return count / taken


def measure() -> dict[str, Any]:
    """Median rates, our ratios to each peer, and bytes on disk a row."""
    built = [build_ours(one) for one in approvals(ROWS)]
    rates: dict[str, list[float]] = {name: [] for name in (*BY_CONNECTION, *BY_SESSION)}
    sizes: dict[str, int] = {}
    followed: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            for name, measured in rates.items():
                path = Path(folder) / f"{number} {name}.db"
                gc.collect()
                timed = timed_connection if name in BY_CONNECTION else timed_session
                measured.append(timed(name, path, built))
                sizes[name] = round(path.stat().st_size / ROWS)
            followed.append(verified(Path(folder) / f"{number} ours.db"))
    medians = {name: statistics.median(all_) for name, all_ in rates.items()}
    ratios = {name: round(medians["ours"] / one, 2) for name, one in medians.items() if name != "ours"}
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "rows": ROWS,
        "statement_bytes": round(statistics.mean(len(one.raw) for one in built)),
        "per_cpu_second": {name: round(one) for name, one in medians.items()},
        "ours_to": ratios,
        "bytes_a_row": sizes,
        "chain_verified_per_cpu_second": round(statistics.median(followed)),
        "spread": {name: [round(min(all_)), round(max(all_))] for name, all_ in rates.items()},
        "goals": {f"ours >= {goal} x {peer}": ratios[peer] >= goal for peer, goal in GOALS.items()},
    }


def show(figures: dict[str, Any]) -> None:
    """The figures as a table."""
    size = figures["statement_bytes"]
    print(f"{ROWS:,} statements of {size} bytes, {BATCH:,} a transaction, per CPU second")
    for name, one in figures["per_cpu_second"].items():
        ratio = figures["ours_to"].get(name)
        shown = f"   ours {ratio:.2f} x" if ratio else ""
        print(f"  {name:20} {one:>8,}   {figures['bytes_a_row'][name]:>5,} bytes a row{shown}")
    print(f"  {'chain verified':20} {figures['chain_verified_per_cpu_second']:>8,}")
    for goal, holds in figures["goals"].items():
        print(f"  goal {goal}: {'met' if holds else 'missed'}")


def main() -> int:
    """Prints the figures; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object")
    as_json = parser.parse_args().json
    figures = measure()
    if as_json:
        print(json.dumps(figures))
    else:
        show(figures)
    return 0 if all(figures["goals"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
