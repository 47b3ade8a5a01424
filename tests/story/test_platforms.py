"""Every platform's world read by a real house: what must hold of all of them alike.

Access refused takes nothing away and is told; each request is counted; nothing that was sent to prove who we are
stands anywhere; a dry run leaves no trace.
"""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlmodel import text

from gleanery.flow import exporting, read
from gleanery.flow.dry_run import dry_run
from gleanery.flow.exporting import Selection
from gleanery.flow.house import House
from gleanery.flow.standing import alarms
from gleanery.flow.usage import usage
from gleanery.model.tables import metadata
from gleanery.plugins import plugin
from gleanery.testing import NOON, Asked, Clock, Reply, environment
from tests.connectors.worlds import NAME, Driven
from tests.fakes.worlds import WORLDS
from tests.story.test_secrecy import contents, found

every_world = pytest.mark.parametrize("name", WORLDS)

REFUSED = {"slack": Reply(200, {"ok": False, "error": "invalid_auth"})}
"""How a platform refuses access, where it is not by 401."""


@contextmanager
def lived(name: str, folder: Path, seed: int = 7) -> Iterator[Driven]:
    """A world in which something has happened, and a house that has read none of it."""
    clock, chance = Clock(), random.Random(seed)
    with WORLDS[name](clock) as world, environment(world.set_env()):
        for _ in range(40):
            clock.move(timedelta(minutes=1))
            world.change(chance)
        driven = Driven(world, clock, folder, chance)
        yield driven
        driven.house.close()


@every_world
def test_access_refused_once_or_for_long_takes_nothing_away_and_is_told(tmp_path: Path, name: str) -> None:
    """One 401 emptied a token pool of RSSHub's, and its feeds went on in silence with what was a year old."""
    refused = REFUSED.get(name, Reply(401, {}))
    with lived(name, tmp_path) as driven:
        driven.rest()
        held, house, world = driven.holds(), driven.house, driven.world
        assert held
        world.interrupt(refused)
        read(house, NAME)
        world.clear()
        read(house, NAME)
        assert (driven.holds(), alarms(house)) == (held, {})
        with answering(world, lambda _asked: refused):
            for _ in range(5):
                driven.clock.move(timedelta(minutes=house.config.source(NAME).every_minutes))
                assert read(house, NAME).faults
        assert driven.holds() == held
        assert "Not read since" in alarms(house)[NAME]
        read(house, NAME)
        assert (driven.holds(), alarms(house)) == (held, {})


@contextmanager
def answering(world: Any, answer: Callable[[Asked], Reply]) -> Iterator[None]:
    """Everything is answered so."""
    world.answer = answer
    try:
        yield
    finally:
        del world.answer


@pytest.mark.proof
@every_world
def test_every_request_is_in_the_meter(tmp_path: Path, name: str) -> None:
    """Whatever client library sends it, and whatever comes back."""
    with lived(name, tmp_path) as driven:
        for fault in (Reply(503, {}), "cut", "half", Reply(429, {}, {"Retry-After": "1"})):
            driven.world.interrupt(fault, after=1)
            read(driven.house, NAME)
            driven.world.clear()
        driven.rest()
        sent = len(driven.world.asked)
        told = sum(row.requests for row in usage(driven.house, [NAME], 365))
        assert told == sent == driven.house.context("source", NAME).meter.spent("requests", NOON).units > 0


# --------------------------------------------------------------------------- secrets


FIELDS = (
    "message",
    "error",
    "error_description",
    "detail",
    "title",
    "reason",
    "code",
    "serviceErrorCode",
    "type",
)


def echoing(status: int, asked: Asked) -> Reply:
    """An answer that says back whatever proved who asks, in every field in which words are expected."""
    said = " ".join([*asked.headers.values(), asked.search, asked.body.decode("utf-8", "replace")])
    inner = dict.fromkeys(FIELDS, said)
    lists = {"errors": [inner], "details": [inner]}
    return Reply(status, {**inner, **lists, "ok": False, "error": {**inner, **lists}}, {"X-Said": said[:500]})


@every_world
def test_no_token_stands_in_database_log_message_or_export(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also not where a platform, asked in vain, repeats what it was sent."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events, lived(name, tmp_path) as driven:
        watched = sqlite3.connect(tmp_path / "data" / "gleanery.db", isolation_level=None)
        watched.execute("BEGIN")  # keeps the write-ahead log from being folded up
        watched.execute("SELECT count(*) FROM post").fetchall()
        said: list[object] = [read(driven.house, NAME)]
        for status in (200, 400, 401, 403, 404, 409, 429, 500):
            with answering(driven.world, partial(echoing, status)):
                said += [read(driven.house, NAME), _checked(driven.house)]
            driven.clock.move(timedelta(days=1))
        said.append(read(driven.house, NAME))
        for kind in ("jsonl", "csv", "zip"):
            exporting.export(driven.house, "lead", Selection(log="audit"), tmp_path / f"audit.{kind}")
        told = repr([said, events, caplog.text, capfd.readouterr()]).encode()
        searched = [*contents(tmp_path), ("told", told)]
        watched.close()
        assert {"gleanery.db", "gleanery.db-wal", "audit.jsonl"} <= {
            one for one, content in searched if content
        }
        secrets = {one for one in driven.world.set_env().values() if len(one) > 8}
        assert found(secrets, searched) == []
        assert found({driven.world.host}, searched)


def _checked(house: House) -> object:
    try:
        return house.connector(house.config.source(NAME)).check()
    except Exception as error:
        return (repr(error), str(error), repr(error.__cause__))


# --------------------------------------------------------------------------- trying


def rows_of(house: House) -> dict[str, list[Any]]:
    """Everything in the database but the meter, and the token that an app asks for by itself."""
    with house.store.read() as session:
        tables = [one for one in metadata.tables if one not in ("usage", "source_token", "lease")]
        return {
            one: sorted(map(tuple, session.execute(text(f'SELECT * FROM "{one}"'))), key=str)
            for one in tables
        }


@pytest.mark.proof
@every_world
def test_a_dry_run_tells_keeps_nothing_and_changes_nothing_of_the_next_reading(
    tmp_path: Path, name: str
) -> None:
    with lived(name, tmp_path) as driven:
        before = rows_of(driven.house)
        outlooks = list(dry_run(driven.house, NAME))
        assert outlooks
        assert [one.error for one in outlooks if one.error] == []
        assert sum(one.posts or 0 for one in outlooks) > 0
        assert rows_of(driven.house) == before
        driven.rest()
        driven.compare()


# --------------------------------------------------------------------------- what all of them declare


@every_world
def test_a_connector_may_be_pointed_elsewhere_and_first_reads_ninety_days(name: str) -> None:
    """Self-hosted ones have an address of their own only; all others begin at their platform's."""
    fields: Any = plugin("connector", name).Settings.model_fields
    address = fields["base_url"]
    assert address.is_required() or str(address.default).startswith("https://")
    assert fields["first_days"].default == 90
