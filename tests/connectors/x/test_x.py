"""The connector as a whole: its contract, its requests against X's, its checks, and its world's truth in the end."""

from __future__ import annotations

import random
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from connectors.x import X
from connectors.x.settings import XSettings
from gleanery.http import GuardedHttp
from gleanery.ports import Estimates, SignsIn
from gleanery.testing import Clock, MemoryTokens, Reply, check_connector, make_context
from tests.conftest import shared_data
from tests.connectors.reader import Reader
from tests.connectors.x.conftest import ReaderOf
from tests.connectors.x.contract import Contract
from tests.fakes.x import ANALYST, CURATOR, LEAD, LIST, OUTSIDER, QUERY, XWorld

ALL = {"queries": [QUERY], "users": ["@curator", LEAD], "lists": [LIST]}


def busy(world: XWorld, reader: Reader, rng: random.Random, turns: int) -> None:
    """Changes, faults and readings that are cut off, in any order."""
    now = int(world.clock().timestamp())
    faults: list[Any] = ["cut", "half", Reply(429), Reply(503), Reply(401), Reply(402)]
    faults.append(Reply(429, {}, {"x-rate-limit-reset": str(now + 60)}))
    for _ in range(turns):
        for _ in range(rng.randrange(6)):
            world.change(rng)
        world.clock.move(timedelta(seconds=rng.choice([0, 5, 300, 1_200, 7_200, 90_000])))
        if rng.random() < 0.4:
            world.interrupt(rng.choice(faults), times=rng.randrange(1, 4), after=rng.randrange(4))
        reader.read(rng.choice([None, None, 1, 2, 3, 5]))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_whatever_happens_reading_to_rest_gives_the_worlds_truth(
    reader_of: ReaderOf, clock: Clock, seed: int, vocabulary: str
) -> None:
    rng = random.Random(f"{seed}{vocabulary}")
    with XWorld(clock, vocabulary) as world:
        world.job_takes = timedelta(minutes=rng.choice([0, 10, 50]))
        reader = reader_of(world, **ALL, monthly_posts=3_000_000, deletions=rng.choice(["jobs", "lookup"]))
        busy(world, reader, rng, 15)
        world.clear()
        for wait in world.rest(clock):
            clock.move(wait)
            reader.read()
            assert not reader.errors
        assert reader.texts == world.truth()
        world.asked.clear()
        reader.read()
        paths = [one.path for one in world.asked if "compliance" not in one.path]
        assert len(paths) == 4, "at rest each search, timeline and list costs one request"


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(150))
def test_whatever_happens_for_long_reading_to_rest_gives_the_worlds_truth(
    reader_of: ReaderOf, clock: Clock, seed: int
) -> None:
    rng = random.Random(seed)
    with XWorld(clock, rng.choice(["tweet", "post"])) as world:
        reader = reader_of(world, **ALL, monthly_posts=3_000_000)
        busy(world, reader, rng, 60)
        world.clear()
        for wait in world.rest(clock):
            clock.move(wait)
            reader.read()
        assert reader.texts == world.truth()


def test_it_keeps_the_contract_of_connectors(world: XWorld, clock: Clock, tmp_path: Path) -> None:
    for number in range(130):
        world.post(CURATOR, f"grease {number}")
        world.post(ANALYST, f"note {number}")
    settings = XSettings.model_validate(
        {**ALL, "base_url": world.url, "bearer_token": SecretStr(world.token)}
    )

    def make() -> X:
        return X(settings, make_context(tmp_path, GuardedHttp(entered=[world.host]), clock))

    check_connector(make, secrets=[world.token])
    assert isinstance(make(), Estimates)
    assert isinstance(make(), SignsIn)


def test_every_request_is_valid_by_the_contract(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    contract = Contract(shared_data("contracts/x/2.159-xdk-mit/openapi.json"))
    rng = random.Random(3)
    single = world.post(OUTSIDER, "grease, alone")
    for deletions in ("jobs", "lookup"):
        reader = reader_of(
            world,
            **ALL,
            posts=[single.id],
            monthly_posts=100_000,
            deletions=deletions,
            replies=False,
            reposts=False,
        )
        reader.connector().check()
        reader.connector().estimate("search:1", {})
        busy(world, reader, rng, 12)
        world.clear()
        for wait in world.rest(clock):
            clock.move(wait)
            reader.read()
    of_x = [one for one in world.asked if not one.path.startswith("/storage/")]
    kinds = {(one.method, "search" in one.path, "compliance" in one.path) for one in of_x}
    assert len(of_x) > 100
    assert len(kinds) == 4
    assert [fault for one in of_x for fault in contract.faults(one)] == []


def test_the_contract_check_finds_what_is_wrong(world: XWorld) -> None:
    contract = Contract(shared_data("contracts/x/2.159-xdk-mit/openapi.json"))
    session = GuardedHttp(entered=[world.host])
    for path in (
        "/2/tweets/search/recent?query=a&max_results=5",
        "/2/tweets/search/recent?max_results=10",
        "/2/tweets?ids=1,x",
        "/2/lists/1/tweets?since_id=1",
        "/2/tweets?ids=1&tweet.fields=words",
        "/3/tweets",
    ):
        session.get(world.url + path)
        assert len(contract.faults(world.asked[-1])) == 1, path


def test_what_x_forbids_is_in_its_policy(world: XWorld, reader_of: ReaderOf) -> None:
    policy = reader_of(world, users=[CURATOR]).connector().policy
    assert (policy.may_pass_text_on, policy.may_embed, policy.may_learn) == (False, False, False)
    assert (policy.may_store_text, policy.attribution, policy.delete_on_disconnect) == (True, "X", True)
    assert (policy.max_age, policy.refresh_by) == (None, timedelta(hours=24))


def test_check_tells_token_consumption_budget_and_limits_for_nothing(
    world: XWorld, reader_of: ReaderOf
) -> None:
    reader = reader_of(world, **ALL)
    lines = {line.name: line for line in reader.connector().check()}
    assert list(lines) == ["token", "consumption", "budget", "deletions", "searches", "lists", "passing on"]
    assert all(line.ok for line in lines.values())
    assert "0 of 2,000,000" in lines["consumption"].message
    assert [one.path for one in world.asked] == ["/2/usage/tweets"]
    assert world.charged == {"posts": 0, "users": 0}


def test_check_names_the_remedy_of_what_does_not_hold(world: XWorld, reader_of: ReaderOf) -> None:
    reader = reader_of(world, users=[CURATOR], bearer_token=SecretStr(secrets.token_hex(8)), monthly_posts=3)
    failed = {line.name: line.remedy for line in reader.connector().check() if not line.ok}
    assert "bearer token" in failed["token"]
    assert "monthly_posts" in failed["budget"]


def test_an_account_that_signed_in_reads_and_a_refused_token_is_renewed_once(
    world: XWorld, reader_of: ReaderOf
) -> None:
    world.post(CURATOR)
    reader = reader_of(world, users=[CURATOR], bearer_token=None, client_id="app")
    assert isinstance(reader.ctx.tokens, MemoryTokens)
    reader.read()
    assert "sources connect" in str(reader.errors[f"user:{CURATOR}"])
    assert not world.asked
    reader.ctx.tokens.token = world.token
    reader.read()
    assert not reader.errors
    assert reader.texts == world.truth()
    assert not world.jobs, "jobs are for the app itself"
    old = world.token
    world.token = secrets.token_hex(8)
    reader.read()
    assert reader.ctx.tokens.refused == [old]
    (line,) = (one for one in reader.connector().check() if one.name == "deletions")
    assert (line.ok, "bearer_token" in line.remedy) == (False, True)


def test_signing_in_asks_for_reading_only(world: XWorld, reader_of: ReaderOf) -> None:
    app = reader_of(world, users=[CURATOR], client_id="app").connector().oauth()
    assert app is not None
    assert app.scopes == ("tweet.read", "users.read", "list.read", "offline.access")
    assert app.token_url == f"{world.url}/2/oauth2/token"
    assert reader_of(world, users=[CURATOR]).connector().oauth() is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "something to read"),
        ({"users": ["curator"], "bearer_token": None}, "bearer_token"),
        ({"users": ["no handle at all"]}, "@handle"),
        ({"lists": ["my list"]}, "by its id"),
        ({"posts": ["https://example.org/status/1"]}, "its address at x.com"),
        ({"queries": [" "]}, "1 to 4,096"),
        ({"users": ["a"], "base_url": "x.com"}, "https://"),
        ({"users": ["a"], "billing_day": 31}, "28"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        XSettings.model_validate({"bearer_token": SecretStr("t"), **settings})
