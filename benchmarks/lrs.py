"""The record store's hot paths beside their peers: statements in over HTTP, found, counted, kept small.

    python benchmarks/lrs.py [--full] [--postgres URL] [--json]

Statements in: the same batches to our server, to what one writes in an afternoon (FastAPI, pydantic, an INSERT
a row) and, where .venv-peers has it, to Ralph with its file backend; every answer is checked, and the count at
the end. The floor is executemany into one plain table, without HTTP. Queries: each form on stores of 10,000 and
100,000 statements. With --full a store of a million is filled and asked, which takes some minutes. With
--postgres the queries and counts are also made on that (empty) database.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _lrs_queries import asked, counted
from _lrs_sample import Sample, batches, body
from _lrs_servers import CREATE_PLAIN, INSERT_PLAIN, RALPH, Place, plain_rows, ralph, served

from xapi.lrs.database import Database
from xapi.lrs.store import StatementStore, prepare

AUTHORITY = '{"account":{"homePage":"https://lrs.example.org","name":"bench"}}'
AMOUNTS = {1: 300, 100: 6_000, 500: 10_000}
"""How many statements are sent, by the size of a batch."""

RALPH_AMOUNTS = {1: 40, 100: 800, 500: 1_000}
TIMES = 3


# ------------------------------------------------------------------ statements in


def post(place: Place, bodies: list[tuple[bytes, int]]) -> None:
    """Sends the batches over one connection and checks each answer."""
    with contextlib.closing(place.connect()) as connection:
        for sent, count in bodies:
            connection.request("POST", place.path, sent, place.headers())
            answer = connection.getresponse()
            told = answer.read()
            if answer.status != 200 or len(json.loads(told)) != count:
                raise SystemExit(f"{place.path} answered {answer.status}: {told[:200]!r}")


def rate(place: Place, statements: list[bytes], size: int, clients: int) -> float:
    """Statements a second from so many clients at once."""
    bodies = [(body(some), len(some)) for some in batches(iter(statements), size)]
    parts = [bodies[start::clients] for start in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        started = time.perf_counter()
        list(pool.map(lambda part: post(place, part), parts))
        return len(statements) / (time.perf_counter() - started)


def ingest(folder: Path) -> dict[str, Any]:
    """Rates by server, batch size and number of clients; each round has statements of its own."""
    rates: dict[str, list[float]] = {}
    with contextlib.ExitStack() as stack:
        places = {
            "ours": stack.enter_context(served("ours", str(folder / "ours.db"), folder)),
            "FastAPI+pydantic": stack.enter_context(served("plain", str(folder / "plain.db"), folder)),
        }
        if RALPH.exists():
            places["Ralph (fs)"] = stack.enter_context(ralph(folder / "ralph"))
        for seed in range(TIMES):
            for size, clients in ((1, 1), (1, 4), (100, 1), (100, 4), (500, 1), (500, 4)):
                _round(rates, places, seed, size, clients)
                if (size, clients) == (100, 1):
                    _in_process(rates, folder, seed)
        sent = TIMES * 2 * sum(AMOUNTS.values())
    return {"sent": sent, "stored": _stored(folder / "ours.db"), "rates": _medians(rates)}


def _round(
    rates: dict[str, list[float]], places: dict[str, Place], seed: int, size: int, clients: int
) -> None:
    statements = list(Sample(10_000 * seed + 10 * size + clients).statements(AMOUNTS[size]))
    for name, place in places.items():
        some = statements[: RALPH_AMOUNTS[size]] if name.startswith("Ralph") else statements
        rates.setdefault(f"{name}, {size} a batch, {clients} clients", []).append(
            rate(place, some, size, clients)
        )


def _in_process(rates: dict[str, list[float]], folder: Path, seed: int) -> None:
    """The same without HTTP: our store, and the floor."""
    statements = list(Sample(77_000 + seed).statements(AMOUNTS[100]))
    rates.setdefault("ours in process, 100 a batch", []).append(
        _timed(lambda: _fill(Database(str(folder / f"in {seed}.db")), statements), len(statements))
    )
    rates.setdefault("executemany, one plain table, 100 a batch", []).append(
        _timed(lambda: _fill_plain(folder / f"floor {seed}.db", statements), len(statements))
    )


def _timed(act: Callable[[], None], count: int) -> float:
    started = time.perf_counter()
    act()
    return count / (time.perf_counter() - started)


def _fill(database: Database, statements: list[bytes]) -> None:
    database.migrate()
    for some in batches(iter(statements), 100):
        prepared = [prepare(one, "1.0.3") for one in some]
        with database.write() as connection:
            StatementStore(connection).insert(prepared, AUTHORITY, datetime.now(UTC))
    database.close()


def _fill_plain(path: Path, statements: list[bytes]) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in CREATE_PLAIN:
            connection.execute(statement)
        for some in batches(iter(statements), 100):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT_PLAIN, plain_rows(some))
            connection.execute("COMMIT")


def _stored(path: Path) -> int:
    database = Database(str(path))
    with database.read() as connection:
        count = StatementStore(connection).count()
    database.close()
    return count


def _medians(rates: dict[str, list[float]]) -> dict[str, dict[str, int]]:
    return {
        name: {"median": round(statistics.median(all_)), "least": round(min(all_)), "most": round(max(all_))}
        for name, all_ in rates.items()
    }


# ------------------------------------------------------------------ many at once


def together(folder: Path) -> dict[str, Any]:
    """Single statements from one client and from eight, with and without a slow disk; POSTs a commit."""
    found: dict[str, Any] = {}
    for name, milliseconds in (("as it is", 0.0), ("5 ms a commit", 5.0)):
        rates: dict[int, float] = {}
        commits: dict[int, float] = {}
        for clients in (1, 8):
            apart = folder / f"{name} {clients}"
            apart.mkdir()
            statements = list(Sample(clients).statements(100 * clients))
            with served("ours", str(apart / "lrs.db"), apart, milliseconds) as place:
                rates[clients] = rate(place, statements, 1, clients)
            commits[clients] = len(statements) / int(next(apart.glob("*.commits")).read_text())
        found[name] = {
            "one client": round(rates[1]),
            "eight clients": round(rates[8]),
            "eight to one": round(rates[8] / rates[1], 2),
            "POSTs a commit, eight clients": round(commits[8], 1),
        }
    return found


# ------------------------------------------------------------------ many in all


def grown(path: Path, sizes: list[int]) -> Iterator[tuple[int, Database, dict[str, Any]]]:
    """The store as it reaches each size, filled in process, 1,000 a transaction, with rates a 100,000."""
    database = Database(str(path))
    database.migrate()
    source = batches(Sample(42).statements(max(sizes)), 1_000)
    rates: list[int] = []
    have = plain_bytes = 0
    started = time.process_time()
    for some in source:
        prepared = [prepare(one, "1.0.3") for one in some]
        with database.write() as connection:
            StatementStore(connection).insert(prepared, AUTHORITY, datetime.now(UTC))
        have += len(some)
        plain_bytes += sum(map(len, some))
        if have % 100_000 == 0:
            rates.append(round(100_000 / (time.process_time() - started)))
        if have in sizes:
            told = {"per CPU second, each 100,000": list(rates), "bytes sent": round(plain_bytes / have)}
            yield have, database, told
        if have % 100_000 == 0:
            started = time.process_time()
    database.close()


def many(folder: Path, sizes: list[int]) -> dict[str, Any]:
    """Queries, counts, growth and size of the SQLite store at each size."""
    found: dict[str, Any] = {}
    path = folder / "many.db"
    for have, database, told in grown(path, sizes):
        with database.read() as connection:
            found[f"{have:,}"] = told | {
                "queries, ms": asked(connection),
                "counts, ms": counted(connection),
            }
        with database.read() as connection:
            pages = [connection.execute(f"PRAGMA {one}").fetchone()[0] for one in ("page_count", "page_size")]
        found[f"{have:,}"]["bytes a statement"] = round(pages[0] * pages[1] / have)
    found["peak memory, MiB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    found["over HTTP, ms"] = _over_http(path, folder)
    found["plain table, bytes a statement"] = _plain_size(folder)
    return found


def _over_http(path: Path, folder: Path) -> dict[str, float]:
    """Agent, verb and since, a hundred a page, as a client sees it."""
    from _lrs_queries import addresses

    taken = []
    with served("ours", str(path), folder) as place, contextlib.closing(place.connect()) as connection:
        for address in addresses(place.path):
            started = time.perf_counter()
            connection.request("GET", address, headers=place.headers())
            answer = connection.getresponse()
            told = answer.read()
            taken.append(1000 * (time.perf_counter() - started))
            if answer.status != 200 or not json.loads(told)["statements"]:
                raise SystemExit(f"{address} answered {answer.status}")
    return _spread(taken)


def _spread(taken: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(taken), 2),
        "p95": round(statistics.quantiles(taken, n=20)[-1], 2),
    }


def _plain_size(folder: Path, count: int = 50_000) -> int:
    path = folder / "plain size.db"
    _fill_plain(path, list(Sample(42).statements(count)))
    return round(path.stat().st_size / count)


def on_postgres(url: str, count: int) -> dict[str, Any]:
    """Queries and counts on PostgreSQL."""
    database = Database(url)
    database.migrate()
    for some in batches(Sample(42).statements(count), 1_000):
        with database.write() as connection:
            prepared = [prepare(one, "1.0.3") for one in some]
            StatementStore(connection).insert(prepared, AUTHORITY, datetime.now(UTC))
    with contextlib.closing(database), database.read() as connection:
        return {"queries, ms": asked(connection), "counts, ms": counted(connection)}


# ------------------------------------------------------------------ told


def goals(figures: dict[str, Any]) -> dict[str, bool]:
    """What was aimed for, and whether it was met in this run."""
    rates = {name: one["median"] for name, one in figures["in"]["rates"].items()}
    hundred = rates["ours, 100 a batch, 4 clients"]
    many_, slow = figures["many"], figures["together"]["5 ms a commit"]
    largest = many_[
        max((name for name in many_ if name[0].isdigit()), key=lambda name: int(name.replace(",", "")))
    ]
    told = {
        "all that was sent is stored": figures["in"]["sent"] == figures["in"]["stored"],
        "HTTP, 100 a batch >= 0.7 x in process": hundred >= 0.7 * rates["ours in process, 100 a batch"],
        "HTTP, 100 a batch >= 2 x FastAPI+pydantic": hundred
        >= 2 * rates["FastAPI+pydantic, 100 a batch, 4 clients"],
        "5 ms a commit: eight clients >= 4 x one": slow["eight to one"] >= 4,
        "eight clients: >= 3 POSTs a commit": figures["together"]["as it is"]["POSTs a commit, eight clients"]
        >= 3,
        "bytes a statement <= 1/3 of the plain table": 3 * largest["bytes a statement"]
        <= many_["plain table, bytes a statement"],
        "agent+verb+since, 100: p95 <= 2 ms": largest["queries, ms"]["agent+verb+since"]["p95"] <= 2,
        "agent+verb+since over HTTP: p95 <= 10 ms": many_["over HTTP, ms"]["p95"] <= 10,
        "verb by week <= 300 ms": largest["counts, ms"]["verb by week"] <= 300,
        "peak memory <= 300 MiB": many_["peak memory, MiB"] <= 300,
    }
    each = largest["per CPU second, each 100,000"]
    if len(each) >= 10:
        told["the tenth 100,000 >= 0.6 x the second"] = each[9] >= 0.6 * each[1]
    if "PostgreSQL" in figures:
        told["PostgreSQL: verb by week <= 1,000 ms"] = (
            figures["PostgreSQL"]["counts, ms"]["verb by week"] <= 1_000
        )
    return told


def show(found: Any, depth: int = 0) -> None:
    """Nested figures as indented lines."""
    for name, value in found.items():
        if isinstance(value, dict) and any(isinstance(one, dict | str) for one in value.values()):
            print(f"{'  ' * depth}{name}")
            show(value, depth + 1)
        else:
            told = (
                "  ".join(f"{key} {one:,}" for key, one in value.items())
                if isinstance(value, dict)
                else value
            )
            print(f"{'  ' * depth}{name}: {told}")


def main() -> int:
    """Prints the figures; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="up to a million statements")
    parser.add_argument("--postgres", metavar="URL", help="an empty database to measure as well")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    chosen = parser.parse_args()
    sizes = [10_000, 100_000, *([1_000_000] if chosen.full else [])]
    figures: dict[str, Any] = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures["many"] = many(folder, sizes)
        figures["in"] = ingest(folder)
        figures["together"] = together(folder)
    if chosen.postgres:
        figures["PostgreSQL"] = on_postgres(chosen.postgres, sizes[-1])
    figures["goals"] = goals(figures)
    if chosen.json:
        print(json.dumps(figures))
    else:
        met = figures["goals"]
        show(figures | {"goals": {goal: "met" if holds else "missed" for goal, holds in met.items()}})
    return 0 if all(figures["goals"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
