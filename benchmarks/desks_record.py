"""The pages of the record and of the audit log with a million statements and a million entries, over HTTP.

    python benchmarks/desks_record.py [--statements 100000] [--entries 100000] [--full] [--keep FOLDER] [--json]

Each page is asked for in its own filters, by one browser, and its time is what the server's own log says. Beside it
stands the time of the plain SQL that finds the same rows: the ratio says what the page costs beyond finding them.
--full takes a million of each. --keep fills a house in a folder, or takes the one that is there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import structlog
from _lrs_sample import EAGER, HOME, THINGS, VERBS, Sample, batches, thing

from gleanery.audit import LOG, line_of
from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.record import driver
from gleanery.flow.rights import Role
from gleanery.model.record import AuditHead, Entry
from tests.house import make_house
from tests.web.houses import served
from xapi.chain import entry_hash, genesis
from xapi.lrs.store import StatementStore, prepare

AUTHORITY = '{"account":{"homePage":"https://lrs.example.org","name":"bench"}}'
START = datetime(2024, 1, 1, tzinfo=UTC)
TIMES = 40
GOAL_MS = 100


def filled(folder: Path, statements: int, entries: int) -> House:
    """A house with so many statements and audit entries, both chained as they would be."""
    house = make_house(folder)
    for some in batches(Sample(42).statements(statements), 1_000):
        with house.store.write() as session:
            prepared = [prepare(one, "1.0.3") for one in some]
            StatementStore(driver(session)).insert(prepared, AUTHORITY, datetime.now(UTC))
    fill_log(house, entries)
    return house


def fill_log(house: House, count: int) -> None:
    """So many entries by fifty people and ten machines, 5,000 a transaction."""
    chance = random.Random(7)
    people = [f"person:{uuid4()}" for _ in range(50)]
    machines = [f"policy:rule-{number}" for number in range(10)]
    actions = ["item.approved", "item.rejected", "item.made", "delivery.owed", "source.read", "record.read"]
    with house.store.read() as session:
        head = session.get(AuditHead, 1) or AuditHead(id=1, seq=0, hash=genesis(LOG))
        seq, previous = head.seq, head.hash
    for first in range(0, count, 5_000):
        rows = []
        for number in range(first, min(count, first + 5_000)):
            seq += 1
            entry = Entry(
                seq=seq,
                at=START + timedelta(seconds=60 * number),
                action=chance.choice(actions),
                actor=chance.choice(people if chance.random() < 0.7 else machines),
                subject=f"item:{uuid4()}",
                detail='{"revision":1}',
                salt=os.urandom(16),
                hash=b"",
            )
            line = line_of(entry)
            previous = entry.hash = _hash(previous, line)
            rows.append(entry.model_dump())
        with house.store.write() as session:
            session.execute(Entry.__table__.insert(), rows)  # type: ignore[attr-defined]
            session.merge(AuditHead(id=1, seq=seq, hash=previous))


def _hash(previous: bytes, line: Any) -> bytes:
    from gleanery.audit import _parts

    return entry_hash(previous, *_parts(line))


def pages() -> dict[str, Callable[[random.Random], str]]:
    """The addresses that are asked for, by what they filter."""
    sample = Sample(42)

    def agent(chance: random.Random) -> str:
        found = sample.agent(chance.randrange(EAGER))["account"]
        return json.dumps({"account": {"homePage": HOME, "name": found["name"]}})

    def day(chance: random.Random) -> str:
        return (START + timedelta(days=chance.randrange(600))).date().isoformat()

    return {
        "record": lambda _: "/record",
        "record, verb": lambda one: f"/record?verb={one.choice(VERBS)[0]}",
        "record, activity": lambda one: f"/record?activity={thing(one.randrange(THINGS))['id']}",
        "record, agent": lambda one: f"/record?agent={agent(one)}",
        "record, agent+verb": lambda one: f"/record?agent={agent(one)}&verb={one.choice(VERBS)[0]}",
        "record, deep": lambda one: f"/record?before={one.randrange(1_000, 90_000)}",
        "record, count": lambda _: "/record/count",
        "record, count of a verb": lambda one: f"/record/count?verb={one.choice(VERBS)[0]}",
        "audit": lambda _: "/audit",
        "audit, action": lambda _: "/audit?action=item.approved",
        "audit, item.*": lambda _: "/audit?action=item.*",
        "audit, rare": lambda _: "/audit?action=organisation.founded",
        "audit, day": lambda one: f"/audit?since={(d := day(one))}&until={d}",
        "audit, machine": lambda one: f"/audit?actor=policy:rule-{one.randrange(10)}",
        "audit, count": lambda _: "/audit/count?action=item.*",
    }


PLAIN = {
    "record": "SELECT seq, raw FROM lrs_statement WHERE store = 1 ORDER BY seq DESC LIMIT 51",
    "audit": "SELECT * FROM audit_entry ORDER BY at DESC, seq DESC LIMIT 51",
}


def measured(house: House, times: int = TIMES) -> dict[str, dict[str, float]]:
    """Milliseconds at the median and the 95th percentile, by page, and by plain SQL."""
    found: dict[str, dict[str, float]] = {}
    with served(house) as site:
        client = site.browser("auditor", roles=[Role.AUDITOR])
        for name, address in pages().items():
            chance = random.Random(3)
            client.get(site.url + address(chance)).raise_for_status()
            taken = []
            for _ in range(times):
                where = site.url + address(chance)
                began = time.perf_counter()
                answer = client.get(where)
                taken.append(1000 * (time.perf_counter() - began))
                answer.raise_for_status()
            found[name] = _spread(taken) | {"KiB": round(len(answer.content) / 1024, 1)}
    for name, sql in PLAIN.items():
        found[f"plain SQL: {name}"] = _spread(list(_plain(house, sql, times)))
    return found


def _plain(house: House, sql: str, times: int) -> Iterator[float]:
    for _ in range(times):
        with house.store.read() as session:
            began = time.perf_counter()
            driver(session).execute(sql).fetchall()
            yield 1000 * (time.perf_counter() - began)


def _spread(taken: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(taken), 1),
        "p95": round(statistics.quantiles(taken, n=20)[-1], 1),
    }


def main() -> int:
    """Prints the figures; 1 if a page is slower than it may be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--full", action="store_true", help="a million of each")
    parser.add_argument("--keep", type=Path, help="a folder for the house, filled where it is empty")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    sizes = (1_000_000, 1_000_000) if chosen.full else (chosen.statements, chosen.entries)
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        there = (folder / "config.yaml").exists()
        house = open_house(load(folder / "config.yaml")) if there else filled(folder, *sizes)
        figures = measured(house)
        house.close()
    if chosen.json:
        print(json.dumps(figures))
    else:
        for name, told in figures.items():
            print(f"{name:28} " + "  ".join(f"{key} {value:8,}" for key, value in told.items()))
    slow = [name for name, told in figures.items() if told["p95"] > GOAL_MS]
    if slow:
        print(f"slower than {GOAL_MS} ms at p95: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
