"""The queue with 100,000 items: milliseconds of the server for a page, a search, a verdict; and the queries of a page.

    python benchmarks/desks.py [--json] [--items 100000] [--rounds 40]

The peer is a plain FastAPI page over SQLModel: the same 50 rows by LIMIT and OFFSET, counted by COUNT(*), searched by
LIKE. It shows titles alone, where ours shows texts, findings, tags and goals with 50 items' words. Both answer through
the same test client in the same process; rounds are interleaved. Figures are the median and the 95th percentile.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import structlog  # noqa: E402
from fastapi import FastAPI  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402
from sqlalchemy import event, text  # noqa: E402
from sqlmodel import Session, SQLModel, col, func, select  # noqa: E402

from gleanery.flow.house import House  # noqa: E402
from gleanery.flow.queue import search  # noqa: E402
from gleanery.model.items import FindingRow, Item, ItemPost, ItemState, Role  # noqa: E402
from gleanery.model.posts import Content, Post, PostKind, PostVersion, Sighting  # noqa: E402
from gleanery.model.types import derived_id  # noqa: E402
from gleanery.web.app import create_app  # noqa: E402
from gleanery.web.signin import new_link  # noqa: E402
from tests.house import TOPICS, make_house  # noqa: E402

GOALS_MS = {
    "first page": 100,
    "page 1,000": 100,
    "search, common": 100,
    "search, rare": 100,
    "rare source": 100,
}
VERDICT_GOAL_MS = 50
WORDS = (
    *("leadership", "communication", "safety", "numbers", "feedback"),
    *("writing", "planning", "budgets", "charts", "tools"),
)
POLICY = {
    "max_age": None, "refresh_by": None, "may_store_text": True, "may_pass_text_on": True, "may_embed": True,
    "may_learn": False, "may_score": True, "attribution": "", "delete_on_disconnect": False, "only_address": False,
}  # fmt: skip


def fill(house: House, items: int) -> None:
    """Items as a reading would leave them, written straight into the tables."""
    sources = [derived_id("source", str(house.organisation.id), name) for name in ("big", "rare")]
    for start in range(0, items, 2_000):
        with house.store.write() as session:
            rows = [_rows(house, number, sources) for number in range(start, min(items, start + 2_000))]
            for some in zip(*rows, strict=True):
                table = SQLModel.metadata.tables[some[0].__tablename__]
                session.connection().execute(table.insert(), [_plain(one) for one in some])
            _indexed(session, start, rows)


def _indexed(session: Session, start: int, rows: list[tuple[Any, ...]]) -> None:
    """The words of the items, cut as the house cuts them; the number of an item is its place."""
    insert = text("INSERT INTO item_search (rowid, words) VALUES (:seq, :words)")
    told = [
        {
            "seq": start + place + 1,
            "words": " ".join(dict.fromkeys(search.words_in(f"{body['title']} {body['text']}"))),
        }
        for place, body in enumerate(row[1].body for row in rows)
    ]
    session.connection().execute(insert, told)


def _plain(row: Any) -> dict[str, Any]:
    values: dict[str, Any] = row.model_dump()
    if values.get("seq", 0) is None:
        del values["seq"]
    return values


def _rows(house: House, number: int, sources: list[UUID]) -> tuple[Any, ...]:
    at, post_id, content_id, item_id = house.now(), uuid4(), uuid4(), uuid4()
    topic, words = TOPICS[number % len(TOPICS)], " ".join(WORDS[(number + place) % 10] for place in range(60))
    body = {
        "title": f"Working with {topic}, part {number}", "text": f"What a beginner should know: {words} w{number}.",
        "url": f"https://learning.example.org/{number}", "author": None, "links": [], "tags": [], "licence": None,
        "seconds": None, "language": "en",
    }  # fmt: skip
    state = (ItemState.REJECTED, ItemState.APPROVED)[number % 2] if number % 5 == 0 else ItemState.WAITING
    return (
        Post(
            id=post_id, platform="forum", realm="r", external_id=str(number), kind=PostKind.ARTICLE,
            first_seen_at=at, version=1, screened_version=1,
        ),
        Content(id=content_id, body=body, policy=POLICY, fetched_at=at, guarded_as=house.guarded_as),
        PostVersion(post_id=post_id, number=1, content_id=content_id, content_hash=b"", seen_at=at),
        Sighting(post_id=post_id, source_id=sources[number % 1_000 == 0], first_seen_at=at),
        Item(
            id=item_id, founding_post_id=post_id, kind=PostKind.ARTICLE, state=state, revision=1, words_mark=b"x" * 96,
            screened_as=house.screened_as, imported=True, language="en", made_at=at,
        ),
        ItemPost(item_id=item_id, post_id=post_id, role=Role.FOUNDING, since=at),
        FindingRow(
            id=uuid4(), item_id=item_id, revision=1, step="language", step_version="1", settings_hash="",
            verdict="keep", reason="language.detected", params={"language": "en"}, made_at=at,
        ),
    )  # fmt: skip


def peer(house: House) -> FastAPI:
    """The plain list."""
    app = FastAPI()

    @app.get("/")
    def page(offset: int = 0, words: str = "") -> dict[str, Any]:
        with Session(house.store.engine) as session:
            where = [col(Item.state) == ItemState.WAITING]
            if words:
                where.append(
                    text("json_extract(content.body, '$.text') LIKE :words").bindparams(words=f"%{words}%")
                )
            query = (
                select(Item, Content)
                .join(PostVersion, col(PostVersion.post_id) == col(Item.founding_post_id))
                .join(Content, col(Content.id) == col(PostVersion.content_id))
                .where(*where)
            )
            total = session.exec(select(func.count()).select_from(query.subquery())).one()
            rows = session.exec(query.order_by(col(Item.seq)).offset(offset).limit(50)).all()
            return {"total": total, "items": [(content.body or {}).get("title") for _, content in rows]}

    return app


def timed(act: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each round, after one that is not counted."""
    act()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1_000)
    return taken


def told(taken: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {
        "median_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
    }


def measure(items: int, rounds: int) -> dict[str, Any]:
    """Everything measured, by name."""
    with tempfile.TemporaryDirectory() as folder:
        sources = [
            {"name": name, "connector": "file", "settings": {"path": f"{name}.jsonl", "realm": "r", "kind": "article",
             "fields": {"external_id": "id"}}} for name in ("big", "rare")
        ]  # fmt: skip
        house = make_house(Path(folder), sources=sources, curation={"steps": [{"step": "language"}]})
        begun = time.perf_counter()
        fill(house, items)
        filled = time.perf_counter() - begun
        found = _measure(house, items, rounds)
        house.close()
        return {"items": items, "filled_s": round(filled, 1), **found}


def _measure(house: House, items: int, rounds: int) -> dict[str, Any]:
    ours = TestClient(
        create_app(house), base_url="http://127.0.0.1", headers={"sec-fetch-site": "same-origin"}
    )
    plain = TestClient(peer(house))
    ours.post("/signin", data={"link": new_link(house, "curator").partition("=")[2]})
    deep = items * 4 // 5 // 2
    pages = {
        "first page": ("/", "/"),
        "page 1,000": (f"/?after={items // 2}", f"/?offset={deep}"),
        "search, common": ("/?words=leadership", "/?words=leadership"),
        "search, rare": (f"/?words=w{items - 1}", f"/?words=w{items - 1}"),
        "rare source": ("/?source=rare", "/"),
    }
    results: dict[str, Any] = {}
    for name, (path, other) in pages.items():
        assert ours.get(path).status_code == plain.get(other).status_code == 200
        mine, theirs = (
            timed(lambda path=path: ours.get(path), rounds),
            timed(lambda other=other: plain.get(other), rounds // 4),
        )
        results[name] = told(mine) | {
            "peer_median_ms": told(theirs)["median_ms"],
            "ratio": round(statistics.median(mine) / statistics.median(theirs), 2),
            "goal_p95_ms": GOALS_MS[name],
        }
    results["verdict"] = told(_verdicts(house, ours, rounds)) | {"goal_p95_ms": VERDICT_GOAL_MS}
    results["queries of a page"] = _queries(house, ours)
    return results


def _verdicts(house: House, client: TestClient, rounds: int) -> list[float]:
    with house.store.read() as session:
        ids = session.exec(select(Item.id).where(Item.state == ItemState.WAITING).limit(rounds + 1)).all()
    waiting = iter(ids)
    return timed(
        lambda: client.post(f"/items/{next(waiting)}/reject", data={"known": "0"}, follow_redirects=False),
        rounds,
    )


def _queries(house: House, client: TestClient) -> int:
    seen: list[str] = []
    note = lambda *told: seen.append(told[2])  # noqa: E731
    event.listen(house.store.engine, "before_cursor_execute", note)
    client.get("/")
    event.remove(house.store.engine, "before_cursor_execute", note)
    return sum(one.lstrip().upper().startswith("SELECT") for one in seen)


def main(measure: Callable[[int, int], dict[str, Any]], told: str | None, rounds: int) -> None:
    """Measure with as many items and rounds as the command line says, and print."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=rounds)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    found = measure(asked.items, asked.rounds)
    if asked.json:
        print(json.dumps(found))
        return
    for name, figures in found.items():
        print(f"{name:24} {figures}")


if __name__ == "__main__":
    main(measure, __doc__, 40)
