"""The pages of reports with 100,000 items and a million statements, over HTTP: cold and warm, p50 and p95.

    python benchmarks/desks_reports.py [--items 10000] [--statements 10000] [--full] [--keep FOLDER] [--json]

Cold is the first request after the server started, and after a verdict that the kept counts do not know of yet; warm
is the next one.
Beside each figure stands the peer's: the same numbers of one page by plain GROUP BY over the tables, without sources,
goals, weeks, learners or the period before. All items and statements are of today, which is the dearest day there is.
--full takes 100,000 items and a million statements. --keep fills a house in a folder, or takes the one that is there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import structlog
from _lrs_sample import Sample, batches
from desks import fill
from sqlalchemy import insert, text
from sqlmodel import col, select

from gleanery.config import load
from gleanery.flow import deciding
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.record import driver
from gleanery.flow.reports import keeping
from gleanery.flow.reports.making import REPORTS
from gleanery.flow.rights import Role
from gleanery.model.items import CompetencyRow, DecisionVerdict, Framework, Item, ItemState, Tag
from tests.house import make_house
from tests.web.houses import served
from xapi.lrs.store import StatementStore, prepare

AUTHORITY = '{"account":{"homePage":"https://lrs.example.org","name":"bench"}}'
TIMES = 10
GOAL_MS = 100
CONCEPTS = 14_000
PEERS = {
    "funnel": "SELECT state, count(*) FROM item WHERE merged_into IS NULL GROUP BY state",
    "statements": "SELECT verb, count(*) FROM lrs_statement GROUP BY verb",
    "learners": "SELECT count(DISTINCT agent) FROM lrs_statement_agent",
}


def filled(folder: Path, items: int, statements: int) -> House:
    """A house with so many items, statements and the largest framework there is."""
    sources = [
        {"name": name, "connector": "file", "settings": {"path": f"{name}.jsonl", "realm": "r", "kind": "article",
         "fields": {"external_id": "id"}}} for name in ("big", "rare")
    ]  # fmt: skip
    house = make_house(folder, sources=sources, curation={"steps": [{"step": "language"}]})
    fill(house, items)
    for some in batches(Sample(42).statements(statements), 1_000):
        with house.store.write() as session:
            prepared = [prepare(one, "1.0.3") for one in some]
            StatementStore(driver(session)).insert(prepared, AUTHORITY, datetime.now(UTC))
    return house


def plant(house: House) -> None:
    """A framework of 14,000 competencies, and a tag on each approved item, where there is none."""
    with house.change() as change:
        if change.session.get(Framework, "large"):
            return
        change.session.add(
            Framework(name="large", source_hash="1", imported_at=change.at, competencies=CONCEPTS)
        )
        rows = [
            {"framework": "large", "iri": f"c{n}", "parent": f"c{(n - 20) // 10}" if n >= 20 else None,
             "retired": False} for n in range(CONCEPTS)
        ]  # fmt: skip
        change.session.execute(insert(CompetencyRow), rows)
        approved = select(Item.id).where(Item.state == ItemState.APPROVED)
        tags = [
            {
                "item_id": item,
                "framework": "large",
                "concept": f"c{n % CONCEPTS}",
                "said_by": "bench",
                "confidence": 1,
            }
            for n, item in enumerate(change.session.exec(approved))
        ]
        if tags:
            change.session.execute(insert(Tag), tags)
        change.audit("framework.imported", "system", "framework:large")


def pages() -> dict[str, str]:
    """The addresses by name."""
    return {
        "overview": "/reports",
        **{name: f"/reports/{name}" for name in REPORTS},
        "coverage, below": "/reports/coverage?framework=large&below=c1",
        "api": "/api/reports",
    }


def measured(house: House, times: int = TIMES) -> dict[str, dict[str, float]]:
    """Milliseconds by page."""
    plant(house)
    began = time.perf_counter()
    keeping.rebuild(house)
    found = {"counting everything": {"seconds": round(time.perf_counter() - began, 2)}}
    waiting = _waiting(house, times)
    for name, path in pages().items():
        found[name] = _page(house, path, waiting, times)
        keeping.bring_up_to_date(house)
    for name, sql in PEERS.items():
        taken = [_timed(partial(_plain, house, sql)) for _ in range(5)]
        found[f"plain GROUP BY: {name}"] = _spread(taken)
    return found


def _page(house: House, path: str, waiting: Iterator[str], times: int) -> dict[str, float]:
    """A new server and a new verdict before each cold request."""
    cold, warm = [], []
    for _ in range(times):
        deciding.decide(house, next(waiting), DecisionVerdict.REJECT, "curator")
        with served(house) as site:
            client, address = site.browser("lead", roles=[Role.LEAD]), site.url + path
            cold.append(_timed(lambda client=client, address=address: client.get(address).raise_for_status()))
            warm.append(_timed(lambda client=client, address=address: client.get(address).raise_for_status()))
    return {f"cold {name}": n for name, n in _spread(cold).items()} | {
        f"warm {name}": n for name, n in _spread(warm).items()
    }


def _waiting(house: House, times: int) -> Iterator[str]:
    """Items to decide on, far from each other."""
    with house.store.read() as session:
        ids = session.exec(
            select(Item.id).where(Item.state == ItemState.WAITING).order_by(col(Item.id))
        ).all()
    return map(str, ids[: times * len(pages())])


def _plain(house: House, sql: str) -> None:
    with house.store.read() as session:
        session.execute(text(sql)).all()


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def _spread(taken: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(taken), 1),
        "p95": round(statistics.quantiles(taken, n=20, method="inclusive")[-1], 1),
    }


def main() -> int:
    """Prints the figures; 1 if a page is slower than it may be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--full", action="store_true", help="100,000 items and a million statements")
    parser.add_argument("--keep", type=Path, help="a folder for the house, filled where it is empty")
    parser.add_argument("--times", type=int, default=TIMES, help="servers started for each page")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    sizes = (100_000, 1_000_000) if chosen.full else (chosen.items, chosen.statements)
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        there = (folder / "config.yaml").exists()
        house = open_house(load(folder / "config.yaml")) if there else filled(folder, *sizes)
        figures = measured(house, chosen.times)
        house.close()
    if chosen.json:
        print(json.dumps(figures))
    else:
        for name, told in figures.items():
            print(f"{name:28} " + "  ".join(f"{key} {value:8,}" for key, value in told.items()))
    slow = [
        n for n, told in figures.items() if max(told.get("cold p95", 0), told.get("warm p95", 0)) > GOAL_MS
    ]
    if slow:
        print(f"slower than {GOAL_MS} ms at p95: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
