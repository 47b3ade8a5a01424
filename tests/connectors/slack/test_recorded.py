"""What Slack publishes: every request follows its specification, every recorded answer and event is read."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.slack import Slack
from connectors.slack.settings import SlackSettings
from gleanery.http import GuardedHttp
from gleanery.ports import Received
from gleanery.testing import Asked, Reply, make_context, read_all
from tests.conftest import shared_data
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import GENERAL, SlackWorld

Make = Callable[..., Reader]
NEWER_THAN_THE_SPECIFICATION = {
    "apps.connections.open": "came with Socket Mode, after the specification of 2020",
}
SAMPLES = "recordings/slack-java-sdk-samples/samples.zip"


def _is_a(value: str, kind: str) -> bool:
    checks: dict[str, Callable[[str], bool]] = {
        "string": bool,
        "integer": str.isdigit,
        "number": lambda text: float(text) >= 0,
        "boolean": lambda text: text in ("0", "1", "true", "false"),
    }
    return checks[kind](value)


def _violations(asked: Asked, paths: dict[str, Any]) -> Iterator[str]:
    method = asked.path.removeprefix("/api")
    if method.removeprefix("/") in NEWER_THAN_THE_SPECIFICATION:
        return
    if method not in paths:
        yield f"{method} is not a method"
        return
    (described,) = paths[method].values()
    known = {one["name"]: one for one in described["parameters"]}
    given = {**asked.form, "token": asked.headers["authorization"]}
    for name, value in given.items():
        if name not in known:
            yield f"{method} has no {name}"
        elif not _is_a(value, known[name].get("type", "string")):
            yield f"{method}: {name}={value} is no {known[name]['type']}"
    yield from (
        f"{method} lacks {name}" for name, one in known.items() if one.get("required") and name not in given
    )


def test_every_request_follows_the_specification(world: SlackWorld, make: Make) -> None:
    contract = json.loads(shared_data("contracts/slack/slack_web_openapi_v2.json").read_text())
    reader = make(include_private=True, app_token=SecretStr(world.app_token), channels=["general", "gone"])
    rng = random.Random(7)
    for _ in range(12):
        for _ in range(6):
            world.change(rng)
        old = world.post("old", at=world.clock() - timedelta(days=50))
        world.react(old, "eyes", "U0LEARNER")
        reader.absorb(world.events)
        reader.read()
        reader.clock.move(timedelta(hours=20))
    reader.connector().check()
    with pytest.raises(Exception, match="not Slack's"), reader.connector().listen():
        pass
    for _ in range(500):
        world.post("talk")
    reader.read()
    assert {
        "auth.test",
        "users.conversations",
        "conversations.list",
        "users.list",
        "conversations.history",
        "conversations.replies",
        "reactions.get",
    } <= set(world.methods())
    assert sorted({fault for asked in world.asked for fault in _violations(asked, contract["paths"])}) == []


def _asks(method: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path.endswith(method)


def _samples(folder: str) -> dict[str, Any]:
    with zipfile.ZipFile(shared_data(SAMPLES)) as archive:
        names = [name for name in archive.namelist() if name.startswith(folder + "/")]
        return {
            name.rpartition("/")[2].removesuffix(".json"): json.loads(archive.read(name)) for name in names
        }


def _filled(told: Any, ts: str) -> Any:
    """A sample with the blanks filled in as Slack would: samples hold every field and no content."""
    if isinstance(told, dict):
        found = {key: _filled(value, ts) for key, value in told.items()}
        if "ts" in found:
            found |= {"ts": ts, "type": "message", "text": "words", "user": "U0CURATOR", "subtype": None}
            found |= {"thread_ts": ts} if "thread_ts" in found else {}
        if isinstance(found.get("edited"), dict):
            found["edited"] = {"user": "U0CURATOR", "ts": ts}
        return found
    return [_filled(one, ts) for one in told] if isinstance(told, list) else told


def test_the_recorded_pages_of_messages_are_read_whole(world: SlackWorld, reader: Reader) -> None:
    samples = _samples("api")
    for method in ("conversations.history", "conversations.replies"):
        ts = world.post("placeholder")
        body = _filled(samples[method], ts) | {"ok": True, "has_more": False, "error": None}
        world.interrupt(Reply(200, body), when=_asks(method))
    pages = reader.read()
    assert reader.errors == {}
    assert [fault for page in pages for fault in page.faults] == []
    posts = [post for page in pages for post in page.posts if post.text.startswith("words")]
    assert [post.edited_at is not None for post in posts] == [True, True]


def test_the_recorded_lists_are_read(world: SlackWorld, reader: Reader) -> None:
    samples = _samples("api")
    for method in ("auth.test", "users.conversations", "users.list"):
        body = {**samples[method], "ok": True}
        world.interrupt(Reply(200, body), when=_asks(method))
    assert reader.connector().partitions() == ["C00000000"]
    reader.read()
    assert [type(error).__name__ for error in reader.errors.values()] == ["Gone"]


def test_every_recorded_event_is_taken_in_or_left_out_on_purpose(world: SlackWorld, make: Make) -> None:
    reader = make(signing_secret=SecretStr(world.secret))
    (endpoint,) = reader.connector().endpoints()
    for number, (name, sample) in enumerate(sorted(_samples("events").items())):
        body = {
            **sample,
            "event_id": f"Ev{number}",
            "type": "event_callback",
            "event": _whole(name, sample["event"]),
        }
        raw = json.dumps(body).encode()
        assert endpoint.answer("POST", "", world.signed(raw), raw)[0] == 200, name
    waiting = {one.id: one for one in reader.inbox.waiting}
    page = reader.connector().receive([Received(one.id, one.at, one.body) for one in waiting.values()])
    assert list(page.faults) == []
    told = {post.external_id for post in page.posts} | {gone.external_id for gone in page.gone}
    names = sorted(_samples("events"))
    spoken = [
        n for n in names if n.startswith("Message") and not n.startswith(("MessageChannel", "MessageReplied"))
    ]
    assert len(told) == len(spoken), "messages, edits and deletions; comings and goings are left out"


def _whole(name: str, event: dict[str, Any]) -> dict[str, Any]:
    """A recorded event with an own time and our channel; kinds keep what tells them apart."""
    ts = f"17684784{sum(map(ord, name)) % 90 + 10}.{len(name):06}"
    found: dict[str, Any] = (
        {**event, "channel": GENERAL} if isinstance(event.get("channel"), str) else dict(event)
    )
    if event["type"] == "message":
        found["ts"] = ts
        if isinstance(event.get("message"), dict):
            found["message"] = {**_filled(event["message"], ts)}
        found |= {"deleted_ts": ts} if "deleted_ts" in found else {}
        found |= {"thread_ts": ""} if "thread_ts" in found else {}
    if isinstance(event.get("item"), dict):
        found["item"] = {**event["item"], "channel": GENERAL, "ts": ts}
    return found


def test_the_recorded_export_is_read_and_reading_it_again_adds_nothing(tmp_path: Any) -> None:
    settings = SlackSettings(export=shared_data("recordings/slack-export-zip-a/testarchive.zip"))
    connector = Slack(settings, make_context(tmp_path, GuardedHttp()))
    pages, states = read_all(connector)
    assert sum(len(page.posts) for page in pages) > 100
    again, _ = read_all(connector, states)
    assert not any(page.posts for page in again)
