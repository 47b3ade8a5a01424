"""What X refuses: whose turn it is then, and how little is asked in vain."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.x import X
from gleanery.errors import ConfigError, Denied, GleaneryError, Gone, QuotaExhausted, Unreachable
from gleanery.testing import Clock, Reply
from tests.connectors.x.conftest import ReaderOf
from tests.fakes.x import CURATOR, LEAD, LIST, OUTSIDER, XWorld

EVERYTHING = {"queries": ["grease"], "users": [CURATOR, LEAD], "lists": [LIST]}


def problem(kind: str, **more: object) -> dict[str, object]:
    return {"title": kind, "detail": kind, "type": f"https://api.twitter.com/2/problems/{kind}", **more}


def test_a_429_that_tells_no_time_is_followed_by_no_request(world: XWorld, reader_of: ReaderOf) -> None:
    world.interrupt(Reply(429, {}), times=2_000)
    reader = reader_of(world, **EVERYTHING)
    reader.read()
    assert len(world.asked) == 1
    (error,) = reader.errors.values()
    assert isinstance(error, Unreachable)
    assert (error.retry_after, error.stops_source) == (900, True)


def test_a_429_that_tells_its_end_stops_what_it_is_about(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    world.post(OUTSIDER, "grease")
    end = clock() + timedelta(minutes=7)
    headers = {"x-rate-limit-reset": str(int(end.timestamp()))}
    world.interrupt(Reply(429, {}, headers), when=lambda one: one.path.startswith("/2/users/"))
    reader = reader_of(world, **EVERYTHING)
    reader.read()
    assert sum(one.path.startswith("/2/users/") for one in world.asked) == 1, "both timelines share the limit"
    errors = [reader.errors[f"user:{one}"] for one in (CURATOR, LEAD)]
    assert all(isinstance(error, QuotaExhausted) for error in errors)
    assert end <= errors[0].until <= end + timedelta(seconds=1)
    assert len(reader.texts) == 1, "the search was read"
    clock.move(timedelta(minutes=8))
    reader.read()
    assert not reader.errors


def test_a_limit_that_an_answer_used_up_is_kept_to_before_the_next_request(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    reset = str(int(clock().timestamp()) + 60)
    body = {"meta": {"result_count": 0}}
    world.interrupt(Reply(200, body, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}))
    reader = reader_of(world, users=[CURATOR, LEAD])
    reader.read()
    assert f"user:{CURATOR}" in reader.states
    assert isinstance(reader.errors[f"user:{LEAD}"], QuotaExhausted)
    assert sum(one.path.startswith("/2/users/") for one in world.asked) == 1


def test_credits_that_are_used_up_stop_reading_but_not_the_check_for_deletions(
    world: XWorld, reader_of: ReaderOf, clock: Clock
) -> None:
    chain = world.post(CURATOR)
    reader = reader_of(world, **EVERYTHING)
    reader.read()
    clock.move(timedelta(days=1))
    world.delete(chain)
    world.asked.clear()
    body = problem("credits", title="CreditsDepleted")
    world.interrupt(
        Reply(402, body),
        times=50,
        when=lambda one: "compliance" not in one.path and "storage" not in one.path,
    )
    reader.read()
    error = reader.errors["search:1"]
    assert isinstance(error, QuotaExhausted)
    assert "402" in error.message
    assert "Buy credits" in error.remedy
    assert error.until == clock() + timedelta(hours=1)
    assert sum(one.path.startswith("/2/") and "compliance" not in one.path for one in world.asked) == 1
    assert not reader.texts, "the deletion was found"


def test_a_usage_cap_is_no_rate_limit(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    headers = {"x-rate-limit-reset": str(int(clock().timestamp()) + 5)}
    world.interrupt(Reply(429, problem("usage-capped", period="Monthly"), headers))
    reader = reader_of(world, **EVERYTHING)
    reader.read()
    error = reader.errors["search:1"]
    assert isinstance(error, QuotaExhausted)
    assert "usage-capped" in error.message
    assert error.until == clock() + timedelta(hours=1)
    assert len([one for one in world.asked if "compliance" not in one.path]) == 1


def test_a_single_401_takes_nothing_away_and_says_so(world: XWorld, reader_of: ReaderOf) -> None:
    world.post(CURATOR)
    reader = reader_of(world, **EVERYTHING)
    reader.read()
    before, states = reader.texts, dict(reader.states)
    world.interrupt(Reply(401, problem("about:blank")))
    reader.read()
    (error,) = reader.errors.values()
    assert isinstance(error, Denied)
    assert error.stops_source
    assert (reader.texts, dict(reader.states)) == (before, states)
    reader.read()
    assert not reader.errors


@pytest.mark.parametrize(
    ("status", "body", "kind", "whole", "words"),
    [
        (403, problem("client-forbidden", reason="client-not-enrolled"), ConfigError, True, "project"),
        (403, problem("unsupported-authentication"), ConfigError, False, "bearer_token"),
        (403, problem("not-authorized-for-resource"), Denied, False, "protected"),
        (403, {"title": "Forbidden"}, Denied, False, "403"),
        (404, {}, Gone, False, "404"),
        (409, problem("conflict"), Unreachable, False, "under way"),
        (500, {}, Unreachable, False, "500"),
        (503, b"<html>over capacity</html>", Unreachable, False, "503"),
        (400, [1, 2], ConfigError, False, "400"),
        (418, {"errors": "odd"}, Unreachable, False, "418"),
    ],
)
def test_every_refusal_has_its_remedy(
    world: XWorld,
    reader_of: ReaderOf,
    status: int,
    body: object,
    kind: type[GleaneryError],
    whole: bool,
    words: str,
) -> None:
    reader = reader_of(world, users=[CURATOR])
    world.interrupt(Reply(status, body))
    reader.read()
    error = reader.errors[f"user:{CURATOR}"]
    assert type(error).__mro__[0] is kind or isinstance(error, kind)
    assert words in str(error)
    assert error.stops_source is whole


def test_a_wait_that_x_asks_for_is_handed_on(world: XWorld, reader_of: ReaderOf) -> None:
    reader = reader_of(world, users=[CURATOR])
    world.interrupt(Reply(503, {}, {"Retry-After": "30"}))
    reader.read()
    error = reader.errors[f"user:{CURATOR}"]
    assert isinstance(error, Unreachable)
    assert error.retry_after == 30


def test_the_table_tells_for_each_row_what_to_do_and_when_it_is_tried_next() -> None:
    for rule in X.errors:
        assert rule.message.startswith("x: ")
        assert rule.remedy or rule.error in ("unreachable", "quota")
        assert rule.next
    assert X.errors[-1].suits(999, "anything")


def test_no_token_shows_anywhere(
    world: XWorld, reader_of: ReaderOf, caplog: pytest.LogCaptureFixture
) -> None:
    world.post(CURATOR, "words that are not ours")
    with caplog.at_level("DEBUG"):
        reader = reader_of(world, **EVERYTHING)
        pages = reader.read()
        lines = reader.connector().check()
        for status in (400, 401, 402, 403, 404, 429, 503):
            world.interrupt(Reply(status, {"title": "no"}))
            reader.read()
            pages += [str(error) for error in reader.errors.values()]
    told = f"{pages} {lines} {reader.states} {caplog.text} {reader.connector()!r}"
    assert world.token not in told
    assert "words that are not ours" not in caplog.text
    assert "signature=" not in str(reader.states), "addresses of jobs are keys"


def test_a_netrc_file_does_not_replace_the_token(
    world: XWorld, reader_of: ReaderOf, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    path = f"{tmp_path}/netrc"
    with open(path, "w") as file:
        file.write("machine api.twitter.com login someone password else\n")
    monkeypatch.setenv("NETRC", path)
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    assert not reader.errors


@pytest.mark.parametrize("ahead", [timedelta(hours=-1), timedelta(days=400)])
def test_an_end_of_a_limit_that_cannot_be_is_not_believed(
    world: XWorld, reader_of: ReaderOf, clock: Clock, ahead: timedelta
) -> None:
    reset = str(int((clock() + ahead).timestamp()))
    reader = reader_of(world, users=[CURATOR])
    world.interrupt(Reply(429, {}, {"x-rate-limit-reset": reset}))
    reader.read()
    error = reader.errors[f"user:{CURATOR}"]
    assert isinstance(error, QuotaExhausted)
    assert error.until == clock() + timedelta(minutes=15)


def test_an_answer_that_is_neither_good_nor_a_refusal_is_told_as_it_is(
    world: XWorld, reader_of: ReaderOf
) -> None:
    reader = reader_of(world, users=[CURATOR])
    world.interrupt(Reply(304))
    reader.read()
    assert "304" in str(reader.errors[f"user:{CURATOR}"])
