"""Made-up statements as learning platforms send them: few verbs, many people and things, two years.

Fifty of the people are eager: every third statement is of one of them, so that a page of a hundred is full.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

HOME = "https://people.example.org"
PEOPLE, EAGER, THINGS, COURSES = 5_000, 50, 2_000, 200
START = datetime(2024, 1, 1, tzinfo=UTC)
VERBS = (
    ("http://adlnet.gov/expapi/verbs/completed", "completed"),
    ("http://adlnet.gov/expapi/verbs/launched", "launched"),
    ("http://adlnet.gov/expapi/verbs/progressed", "progressed"),
    ("http://adlnet.gov/expapi/verbs/answered", "answered"),
    ("http://id.tincanapi.com/verb/viewed", "viewed"),
    ("http://id.tincanapi.com/verb/bookmarked", "bookmarked"),
    ("https://w3id.org/xapi/video/verbs/paused", "paused"),
    ("https://w3id.org/xapi/video/verbs/played", "played"),
)
_encode = msgspec.json.Encoder().encode


class Sample:
    """The same statements at every call with the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self.people = [self._uuid() for _ in range(PEOPLE)]
        self._registrations = [self._uuid() for _ in range(PEOPLE)]

    def statements(self, count: int) -> Iterator[bytes]:
        """So many statements of about 900 bytes, in the order of their times."""
        for number in range(count):
            yield _encode(self._statement(number))

    def agent(self, number: int) -> dict[str, Any]:
        """One of the people, as an Agent."""
        return {"objectType": "Agent", "account": {"homePage": HOME, "name": self.people[number]}}

    def registration(self, number: int) -> str:
        """The registration of one of the people."""
        return self._registrations[number]

    def _uuid(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    def _statement(self, number: int) -> dict[str, Any]:
        chance = self._chance
        person = chance.randrange(EAGER if chance.random() < 1 / 3 else PEOPLE)
        verb = VERBS[chance.randrange(len(VERBS))]
        course = chance.randrange(COURSES)
        at = START + timedelta(seconds=63 * number + chance.randrange(60))
        return {
            "id": self._uuid(),
            "actor": self.agent(person),
            "verb": {"id": verb[0], "display": {"en-US": verb[1]}},
            "object": thing(chance.randrange(THINGS)),
            "result": {
                "score": {"scaled": chance.randrange(101) / 100, "raw": chance.randrange(101), "max": 100},
                "completion": chance.random() < 0.5,
                "duration": f"PT{chance.randrange(60)}M{chance.randrange(60)}S",
            },
            "context": {
                "registration": self._registrations[person],
                "platform": "Moodle",
                "language": "en",
                "contextActivities": {
                    "parent": [{"id": f"https://lms.example.org/course/view.php?id={course}"}],
                    "category": [{"id": "https://w3id.org/xapi/gleanery"}],
                },
            },
            "timestamp": at,
        }


def thing(number: int) -> dict[str, Any]:
    """A thing to learn from, as an Activity."""
    return {
        "id": f"https://bridge.example.org/items/{number}",
        "definition": {
            "type": "http://id.tincanapi.com/activitytype/resource",
            "name": {"en-US": f"Resource {number}"},
        },
    }


def batches(statements: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    """The statements, `size` at a time."""
    some: list[bytes] = []
    for one in statements:
        some.append(one)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


def body(some: list[bytes]) -> bytes:
    """A batch as the body of a POST."""
    return b"[" + b",".join(some) + b"]"
