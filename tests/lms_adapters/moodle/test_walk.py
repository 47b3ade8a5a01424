"""Every exchange recorded with Moodle 4.5.6 is replayed over HTTP and read as readings.py says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from gleanery.errors import GleaneryError
from gleanery.http import GuardedHttp
from gleanery.testing import Fake
from gleanery.testing.fakes import Asked, Reply
from lms_adapters.moodle.client import Client
from tests.conftest import shared_data
from tests.lms_adapters.moodle.readings import ANSWERS, SITUATIONS, SOFT, named

LTI = "lti13_platform"
"""Another protocol, another adapter's: the one file there that holds no calls of web services."""

EXCHANGES = 163


class Replay(Fake):
    """Answers whatever is asked with one recorded answer."""

    def __init__(self) -> None:
        super().__init__()
        self.response: dict[str, Any] = {}

    def answer(self, asked: Asked) -> Reply:
        body, kind = self.response["body"], self.response.get("content_type", "application/json")
        raw = body if isinstance(body, str) and kind != "application/json" else json.dumps(body)
        return Reply(self.response["status"], raw.encode(), {"content-type": kind})


@pytest.fixture
def recorded() -> dict[str, dict[str, Any]]:
    """Every exchange by function/case."""
    files = sorted(shared_data("recordings/moodle-4.5.6").glob("*.json"))
    found = {
        f"{path.stem}/{exchange['case']}": exchange
        for path in files
        if path.stem != LTI
        for exchange in json.loads(path.read_text("utf-8"))
    }
    assert LTI in {path.stem for path in files}
    return found


@pytest.fixture
def replay() -> Iterator[Replay]:
    with Replay() as server:
        yield server


def reading(client: Client, replay: Replay, name: str, exchange: dict[str, Any]) -> Any:
    """What the client makes of an exchange: the answer, or the error."""
    replay.response = exchange["response"]
    try:
        return client.call(name.split("/")[0])
    except GleaneryError as error:
        return error


def test_no_exchange_is_named_twice() -> None:
    names = [*named(ANSWERS), *named(SOFT), *(name for one in SITUATIONS for name in named(one.exchanges))]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert len(names) == EXCHANGES


def test_every_recorded_exchange_is_read_as_it_must_be(
    recorded: dict[str, dict[str, Any]], replay: Replay, http: GuardedHttp
) -> None:
    client = Client(http, replay.url, SecretStr("not-looked-at-here"))
    expected = {name: one for one in SITUATIONS for name in named(one.exchanges)}
    plain = {*named(ANSWERS), *named(SOFT)}
    assert set(recorded) == plain | set(expected), "an exchange that nobody classified, or one that is gone"
    for name, exchange in recorded.items():
        told = reading(client, replay, name, exchange)
        if name in plain:
            assert told == exchange["response"]["body"], name
            continue
        situation = expected[name]
        assert type(told) is situation.kind, f"{name}: {told!r}"
        assert situation.message in told.message, name
        assert situation.remedy in told.remedy, name
    assert len(replay.asked) == EXCHANGES


def test_a_soft_failure_is_one_by_its_body(recorded: dict[str, dict[str, Any]]) -> None:
    for name in named(SOFT):
        body = recorded[name]["response"]["body"]
        said = json.dumps(body)
        signs = ('"newentryid": 0', '"msgid": -1', '"warnings": [{', "false]", '"error": true')
        assert any(sign in said for sign in signs), name
