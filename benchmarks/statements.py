"""Statements per CPU second, built and validated: ours, tincan, pydantic, and Ralph's models where installed.

    python benchmarks/statements.py [--json]

Every contender builds the same approval with the same derived id, from the same arguments to JSON, and reads
the same statements from JSON. What each checks on the way differs: tincan and pydantic far less than we do.
The floor is bare msgspec, without one of our rules. Rounds are interleaved; figures are medians.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec
import tincan
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from xapi.bridge import Bridge
from xapi.model import Activity, Statement
from xapi.statements import Built, approved
from xapi.validate import validate
from xapi.vocabulary import own, tla, video

MANY, FEW, ROUNDS = 12_000, 600, 3
GOALS = {("build", "tincan"): 30.0, ("build", "pydantic"): 5.0, ("validate", "tincan"): 15.0}
PEOPLE, BRIDGE = "https://people.example.org", "https://bridge.example.org"
NAMESPACE = uuid5(NAMESPACE_URL, own.PROFILE)
APPROVE = "http://activitystrea.ms/approve"


class Approval(NamedTuple):
    """The arguments of one approval."""

    item: UUID
    decision: UUID
    person: UUID
    at: datetime
    competencies: tuple[str, ...]
    quality: float


def approvals(count: int) -> list[Approval]:
    """Made-up approvals; competencies repeat, as in a framework."""
    chance = random.Random(1)

    def uuid() -> UUID:
        return UUID(int=chance.getrandbits(128), version=4)

    people = [uuid() for _ in range(50)]
    competencies = [f"http://data.europa.eu/esco/skill/{uuid()}" for _ in range(500)]
    start = datetime(2024, 5, 1, tzinfo=UTC)
    return [
        Approval(
            uuid(),
            uuid(),
            chance.choice(people),
            start + timedelta(microseconds=chance.randrange(10**12)),
            tuple(chance.sample(competencies, 3)),
            chance.randrange(1000) / 1000,
        )
        for _ in range(count)
    ]


def derived(one: Approval) -> UUID:
    """The statement's id, the way a peer would compute it."""
    key = [str(ORGANISATION), "YouTube", str(one.decision), APPROVE, [PEOPLE, str(one.person)]]
    return uuid5(NAMESPACE, json.dumps([*key, f"{BRIDGE}/items/{one.item}"], separators=(",", ":")))


ORGANISATION = UUID(int=7, version=4)
OURS = Bridge(ORGANISATION, PEOPLE, BRIDGE)


def build_ours(one: Approval) -> Built:
    competencies = [OURS.competency(iri) for iri in one.competencies]
    item, by = OURS.item(one.item, "video", "YouTube"), OURS.person(one.person)
    return approved(
        OURS,
        item,
        decision=one.decision,
        by=by,
        at=one.at,
        method="human",
        competencies=competencies,
        quality=one.quality,
    )


def plain(one: Approval) -> dict[str, Any]:
    """The approval as plain values: what a peer builds its objects from."""
    competencies = [{"id": iri, "definition": {"type": tla.COMPETENCY}} for iri in one.competencies]
    definition = {"type": video.VIDEO, "name": {"en-US": "Video on YouTube"}}
    return {
        "id": derived(one),
        "actor": {"account": {"homePage": PEOPLE, "name": str(one.person)}},
        "verb": {"id": APPROVE, "display": {"en-US": "approved"}},
        "object": {"id": f"{BRIDGE}/items/{one.item}", "definition": definition},
        "result": {"score": {"scaled": one.quality}, "success": True},
        "context": {
            "contextActivities": {"category": [{"id": own.PROFILE}], "grouping": competencies},
            "platform": "YouTube",
            "extensions": {own.DECISION_ID: str(one.decision), own.METHOD: "human"},
        },
        "timestamp": one.at,
    }


def build_tincan(one: Approval) -> str:
    return tincan.Statement(**plain(one)).to_json()


class Model(BaseModel):
    """The settings of the pydantic models."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Account(Model):
    home_page: str
    name: str


class Actor(Model):
    object_type: str | None = None
    account: Account


class Verb(Model):
    id: str
    display: dict[str, str] | None = None


class Definition(Model):
    type: str | None = None
    name: dict[str, str] | None = None


class Thing(Model):
    object_type: str | None = None
    id: str
    definition: Definition | None = None


class Score(Model):
    scaled: float | None = Field(default=None, ge=-1, le=1)


class Result(Model):
    score: Score | None = None
    success: bool | None = None


class Related(Model):
    category: list[Thing] | None = None
    grouping: list[Thing] | None = None


class Context(Model):
    context_activities: Related | None = None
    platform: str | None = None
    extensions: dict[str, JsonValue] | None = None


class Whole(Model):
    id: UUID
    actor: Actor
    verb: Verb
    object: Thing
    result: Result | None = None
    context: Context | None = None
    timestamp: datetime


def build_pydantic(one: Approval) -> str:
    return Whole(**plain(one)).model_dump_json(by_alias=True, exclude_none=True)


def ralph() -> dict[str, tuple[int, Callable[[Approval], Any], Callable[[bytes], Any]]]:
    """Ralph's models, where the package `ralph-malph` is installed."""
    if importlib.util.find_spec("ralph") is None:
        return {}
    from ralph.models.xapi.base.statements import BaseXapiStatement

    def build(one: Approval) -> str:
        return BaseXapiStatement.model_validate(plain(one)).model_dump_json(by_alias=True, exclude_none=True)

    return {"ralph": (FEW, build, BaseXapiStatement.model_validate_json)}


def contenders() -> dict[str, tuple[int, Callable[[Approval], Any], Callable[[bytes], Any]]]:
    """By name: how many statements a round, the builder, the reader."""
    bare = msgspec.json.Decoder(Statement[Activity]).decode
    return {
        "ours": (MANY, build_ours, validate),
        "tincan": (FEW, build_tincan, lambda raw: tincan.Statement.from_json(raw.decode())),
        "pydantic": (MANY // 4, build_pydantic, Whole.model_validate_json),
        "bare msgspec": (MANY, lambda one: msgspec.json.encode(plain(one)), bare),
        **ralph(),
    }


def rate(work: Callable[[Any], Any], inputs: list[Any]) -> float:
    """Statements per CPU second."""
    gc.collect()
    started = time.process_time()
    for one in inputs:
        work(one)
    return len(inputs) / (time.process_time() - started)


def measure() -> dict[str, Any]:
    """Median rates and our ratios to each contender."""
    arguments = approvals(MANY)
    raw = [build_ours(one).raw for one in arguments]
    entered = contenders()
    rates: dict[str, dict[str, list[float]]] = {"build": {}, "validate": {}}
    for _ in range(ROUNDS):
        for name, (count, build, read) in entered.items():
            rates["build"].setdefault(name, []).append(rate(build, arguments[:count]))
            rates["validate"].setdefault(name, []).append(rate(read, raw[:count]))
    medians = {
        task: {name: statistics.median(all_) for name, all_ in by.items()} for task, by in rates.items()
    }
    return {
        "python": platform.python_version(),
        "statement_bytes": round(statistics.mean(map(len, raw))),
        "per_cpu_second": {
            task: {name: round(one) for name, one in by.items()} for task, by in medians.items()
        },
        "ours_to": {
            task: {name: round(by["ours"] / one, 2) for name, one in by.items() if name != "ours"}
            for task, by in medians.items()
        },
        "spread": {
            task: {name: [round(min(all_)), round(max(all_))] for name, all_ in by.items()}
            for task, by in rates.items()
        },
        "absent": [] if "ralph" in entered else ["ralph (install ralph-malph to compare)"],
    }


def main() -> int:
    """Prints the figures; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure()
    met = {f"{task} {peer}": figures["ours_to"][task][peer] >= goal for (task, peer), goal in GOALS.items()}
    figures["goals"] = {
        f"{task} >= {goal} x {peer}": met[f"{task} {peer}"] for (task, peer), goal in GOALS.items()
    }
    if arguments.json:
        print(json.dumps(figures))
    else:
        show(figures)
    return 0 if all(met.values()) else 1


def show(figures: dict[str, Any]) -> None:
    """The figures as a table."""
    print(f"statements of {figures['statement_bytes']} bytes, Python {figures['python']}, per CPU second")
    for task, rates in figures["per_cpu_second"].items():
        for name, one in rates.items():
            ratio = figures["ours_to"][task].get(name)
            print(f"  {task:9} {name:13} {one:>10,}" + (f"   ours {ratio:.2f} x" if ratio else ""))
    for goal, holds in figures["goals"].items():
        print(f"  goal {goal}: {'met' if holds else 'missed'}")
    for name in figures["absent"]:
        print(f"  not measured: {name}")


if __name__ == "__main__":
    sys.exit(main())
