"""Each form of query on a filled store, in process: time to find and unpack a page of a hundred."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from _lrs_sample import EAGER, THINGS, VERBS, Sample, thing

from xapi.actors import parse_agent
from xapi.lrs.store import StatementStore

TIMES = 60
SAMPLE = Sample(42)


def asked(connection: Any) -> dict[str, dict[str, float]]:
    """The median and the 95th percentile of each form, in ms; every answer is checked."""
    store = StatementStore(connection)
    newest = store.query(limit=1)[0]
    since = newest.stored - (newest.stored - store.query(limit=1, ascending=True)[0].stored) * 0.9
    chance = random.Random(5)

    def agent() -> Any:
        return parse_agent(json.dumps(SAMPLE.agent(chance.randrange(EAGER))))

    def verb() -> str:
        return chance.choice(VERBS)[0]

    def activity() -> str:
        return str(thing(chance.randrange(THINGS))["id"])

    def registration() -> UUID:
        return UUID(SAMPLE.registration(chance.randrange(EAGER)))

    forms: dict[str, Callable[[], Any]] = {
        "newest": lambda: store.query(),
        "by id": lambda: store.get(newest.id),
        "agent": lambda: store.query(agent=agent()),
        "related agent": lambda: store.query(agent=agent(), related=True),
        "verb": lambda: store.query(verb=verb()),
        "activity": lambda: store.query(activity=activity()),
        "registration": lambda: store.query(registration=registration()),
        "since": lambda: store.query(since=since),
        "since, ascending": lambda: store.query(since=since, ascending=True),
        "verb+since": lambda: store.query(verb=verb(), since=since),
        "agent+verb+since": lambda: store.query(agent=agent(), verb=verb(), since=since),
        "agent+activity": lambda: store.query(agent=agent(), activity=activity()),
    }
    return {name: _times(form) for name, form in forms.items()}


def _times(form: Callable[[], Any]) -> dict[str, float]:
    taken, found = [], 0
    for _ in range(TIMES):
        started = time.perf_counter()
        answer = form()
        taken.append(1000 * (time.perf_counter() - started))
        found += len(answer) if isinstance(answer, list) else answer is not None
    return {
        "p50": round(statistics.median(taken), 2),
        "p95": round(statistics.quantiles(taken, n=20)[-1], 2),
        "found": round(found / TIMES, 1),
    }


def counted(connection: Any) -> dict[str, float]:
    """What analytics ask, in ms: the best of three."""
    from xapi.lrs.counting import Counts

    counts = Counts(connection)
    forms: dict[str, Callable[[], Any]] = {
        "verb": counts.by_verb,
        "verb by week": counts.by_week,
        "activity": counts.by_activity,
    }
    return {name: round(min(_once(form) for _ in range(3)), 1) for name, form in forms.items()}


def _once(form: Callable[[], Any]) -> float:
    started = time.perf_counter()
    if not form():
        raise SystemExit("nothing was counted")
    return 1000 * (time.perf_counter() - started)


def addresses(path: str) -> Iterator[str]:
    """Requests for agent, verb and since, a hundred a page."""
    chance = random.Random(6)
    for _ in range(TIMES):
        wanted = {
            "agent": json.dumps(SAMPLE.agent(chance.randrange(EAGER))),
            "verb": chance.choice(VERBS)[0],
            "since": "2024-01-01T00:00:00Z",
            "limit": 100,
        }
        yield f"{path}?{urlencode(wanted)}"
