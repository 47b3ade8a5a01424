"""A house in which something was approved, taken back, erased, and recorded by somebody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gleanery.flow import deciding, desk, run
from gleanery.flow.house import House
from gleanery.flow.record import Removal, driver
from gleanery.model.items import DecisionVerdict
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records
from tests.servers import Postgres
from xapi.lrs.store import StatementStore

OTHERS = '{"account":{"homePage":"https://lms.example.org","name":"lms"}}'
REGISTRATION = UUID("5f1c0a34-5b0a-4d39-8a0c-6f2a0f6d7a10")


@dataclass(frozen=True)
class Lived:
    """The house, its items in the order of the queue, and what was done to each statement."""

    house: House
    items: tuple[UUID, ...]
    foreign: tuple[UUID, ...]
    erased: UUID


def statement(number: int, **changes: object) -> bytes:
    """A statement of another system's learner."""
    told: dict[str, object] = {
        "id": str(uuid4()),
        "actor": {"mbox": f"mailto:learner{number}@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en-US": "completed"}},
        "object": {
            "id": f"https://lms.example.org/course/{number}",
            "definition": {"name": {"en": f"Course {number}"}},
        },
        "context": {"registration": str(REGISTRATION)},
        "timestamp": "2026-05-03T14:05:00Z",
    }
    return json.dumps(told | changes).encode()


def record_foreign(house: House, sent: list[bytes]) -> tuple[UUID, ...]:
    """Have another system record these."""
    with house.store.write() as session:
        StatementStore(driver(session)).insert(sent, OTHERS, house.now())
    return tuple(UUID(json.loads(one)["id"]) for one in sent)


def lived(house: House) -> Lived:
    """A day in a house."""
    run(house)
    items = tuple(row.id for row in desk.queue(house).rows)
    for item in items[:3]:
        deciding.decide(house, str(item), DecisionVerdict.APPROVE, "curator", "clear and short")
    deciding.undo(house, "lead", str(items[2]))
    foreign = record_foreign(house, [statement(number) for number in range(4)])
    with house.change() as change:
        change.erase(Removal([foreign[3]], "asked", "policy:retention"))
    house.checkpoint()
    return Lived(house, items, foreign, foreign[3])


def made(folder: Path, clock: Clock, **changes: object) -> House:
    """A house with four articles to read."""
    source = file_source(records(folder, map(article, range(4))))
    return make_house(folder, clock, sources=[source], **changes)


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """That day in a database of each kind, for tests that change nothing but the audit log."""
    folder = tmp_path_factory.mktemp("day")
    if request.param == "sqlite":
        yield (sqlite := lived(made(folder, Clock())))
        sqlite.house.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create_database(request.getfixturevalue("prepared"))
    kept = lived(made(folder, Clock(), database=server.url(name)))
    yield kept
    kept.house.close()
    server.drop_database(name)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def own(tmp_path: Path, clock: Clock) -> Iterator[Lived]:
    """That day in a database of one test alone."""
    kept = lived(made(tmp_path, clock))
    yield kept
    kept.house.close()
