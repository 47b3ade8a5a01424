"""Makes the compression dictionary out of statements about nobody: `python -m xapi.lrs.train`.

The statements are made up from a fixed seed by our own builders and by the shapes that learning platforms
send; every id in them is random. So whatever the dictionary holds can be read here.

A dictionary that was shipped is never changed, since rows were written with it: when the builders say new
things, raise `codec.CURRENT` and train the next one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import zstandard

from xapi import statements as say
from xapi.bridge import KINDS, Bridge, Item
from xapi.lrs.codec import CURRENT, LEVEL
from xapi.model import Actor

SIZE = 32 * 1024
ROUNDS = 150
TRAINED_WITH = (1, 5, 7)
"""The version of zstd that trained dictionary CURRENT."""

_SEED = 20240501
_PLATFORMS = ("Slack", "YouTube", "LinkedIn", "X", "Feed", "Discourse", "File")
_METHODS = ("human", "policy:demo", "rule:phrase", "model:relevance@1")
_REASONS = ("too-short", "greeting", "duplicate", "sensitive", "off-topic", "blocked-word", "outdated")
_LEARNING = (
    ("http://adlnet.gov/expapi/verbs/completed", "completed"),
    ("http://adlnet.gov/expapi/verbs/initialized", "initialized"),
    ("http://adlnet.gov/expapi/verbs/progressed", "progressed"),
    ("http://id.tincanapi.com/verb/viewed", "viewed"),
    ("https://w3id.org/xapi/acrossx/verbs/posted", "posted"),
    ("https://w3id.org/xapi/video/verbs/paused", "paused"),
    ("https://w3id.org/xapi/video/verbs/played", "played"),
)


class _Maker:
    """One organisation's made-up life."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        # One fixed bridge would put its id into the dictionary; reserved names are nobody's.
        self.bridge = Bridge(self.uuid(), "https://people.example.org", "https://bridge.example.org")
        self.at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**8))

    def uuid(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def time(self) -> datetime:
        self.at += timedelta(microseconds=self.chance.randrange(10**10))
        return self.at

    def item(self) -> Item:
        return self.bridge.item(self.uuid(), self.chance.choice(list(KINDS)), self.chance.choice(_PLATFORMS))

    def person(self) -> Actor:
        return self.bridge.person(self.uuid())

    def hex(self) -> str:
        return self.chance.randbytes(32).hex()


def corpus() -> Iterator[bytes]:
    """The made-up statements, the same at every call."""
    chance = random.Random(_SEED)  # noqa: S311 - made-up data, no secret
    for _ in range(ROUNDS):
        maker = _Maker(chance)
        yield from _curation(maker)
        yield from (_learning(maker, verb, display) for verb, display in _LEARNING)


def train() -> bytes:
    """The dictionary."""
    trained = zstandard.train_dictionary(SIZE, list(corpus()), level=LEVEL, dict_id=CURRENT)
    return trained.as_bytes()


def _curation(maker: _Maker) -> Iterator[bytes]:
    bridge, chance, item = maker.bridge, maker.chance, maker.item()
    esco = f"http://data.europa.eu/esco/skill/{maker.uuid()}"
    competencies = [bridge.competency(esco), bridge.competency(f"c-{chance.randrange(1000)}")]
    tags = [bridge.tag(f"tag-{chance.randrange(1000)}")]
    destination = bridge.destination(chance.choice(("moodle", "cartridge", "canvas")))
    connector = bridge.machine(f"connector:{chance.choice(('slack', 'feeds', 'file'))}:{chance.randrange(9)}")
    method, delivery = chance.choice(_METHODS), str(maker.uuid())
    yield say.imported(
        bridge, item, event=delivery, by=connector, at=maker.time(), tags=tags, content=maker.hex()
    ).raw
    judged: dict[str, Any] = {
        "decision": maker.uuid(),
        "by": maker.person(),
        "at": maker.time(),
        "method": method,
    }
    yield say.tagged(bridge, item, competencies=competencies, tags=tags, **judged).raw
    quality = chance.randrange(100) / 100
    yield say.approved(bridge, item, competencies=competencies, quality=quality, **judged).raw
    rejected = say.rejected(bridge, item, reason=chance.choice(_REASONS), **judged)
    yield rejected.raw
    sent: dict[str, Any] = {"event": delivery, "by": bridge.machine(method), "at": maker.time()}
    yield say.released(bridge, item, destination=destination, receipt=str(maker.uuid()), **sent).raw
    yield say.archived(bridge, item, destination=destination, receipt=str(maker.uuid()), **sent).raw
    yield say.voided(bridge, rejected.id, **sent).raw


def _learning(maker: _Maker, verb: str, display: str) -> bytes:
    """A statement as a learning platform sends it."""
    chance, item = maker.chance, maker.item()
    account = {"homePage": "https://lms.example.org", "name": str(maker.uuid())}
    agent = {"objectType": "Agent", "account": account}
    page = f"https://lms.example.org/course/view.php?id={chance.randrange(9999)}"
    words = {"en-US": "Activity"}
    definition = {"name": words, "description": words, "type": KINDS["resource"]}
    return msgspec.json.encode(
        {
            "id": str(maker.uuid()),
            "actor": agent,
            "verb": {"id": verb, "display": {"en-US": display}},
            "object": {"objectType": "Activity", "id": item.activity.id, "definition": definition},
            "result": _result(chance),
            "context": _context(maker, {"objectType": "Activity", "id": page}),
            "timestamp": maker.time(),
            "stored": maker.time(),
            "authority": agent,
            "version": "1.0.3",
        }
    )


def _result(chance: random.Random) -> dict[str, Any]:
    scaled = chance.randrange(100) / 100
    return {
        "score": {"scaled": scaled, "raw": chance.randrange(100), "min": 0, "max": 100},
        "success": True,
        "completion": True,
        "duration": f"PT{chance.randrange(60)}M{chance.randrange(60)}S",
    }


def _context(maker: _Maker, course: dict[str, str]) -> dict[str, Any]:
    return {
        "registration": str(maker.uuid()),
        "platform": "Moodle",
        "language": "en",
        "contextActivities": {"parent": [course], "grouping": [course], "category": [course]},
        "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": str(maker.uuid())},
    }


def main() -> None:
    """Writes the dictionary where `codec` reads it."""
    path = Path(__file__).parent / "dictionaries" / f"statements-{CURRENT}.zdict"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(train())
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
