"""Connections held open while the house is served: each on its own, tried again where it failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gleanery.errors import Unreachable
from gleanery.flow import inbox
from gleanery.flow.listening import Listeners
from gleanery.flow.settings import change_settings
from gleanery.flow.sources import pause, resume
from gleanery.ports import Context
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records
from tests.scripted import Script, scripted

__all__ = ["scripted"]

pytestmark = pytest.mark.usefixtures("scripted")


def test_every_connection_is_made_and_ended_and_brings_its_events(tmp_path: Path) -> None:
    told: list[str] = []

    @contextmanager
    def connected(ctx: Context) -> Iterator[None]:
        ctx.inbox.put("e1", {"number": 1})
        told.append("on")
        yield
        told.append("off")

    first = Script(listening=connected).source("first")
    house = make_house(tmp_path, Clock(), sources=[first, file_source(records(tmp_path, [article(1)]))])
    listeners = Listeners(house)
    listeners.tend()
    listeners.tend()
    assert (listeners.names, told) == ({"first"}, ["on"])
    assert inbox.waiting(house.store) == {"first": 1}
    listeners.close()
    assert (listeners.names, told) == (set(), ["on", "off"])


def test_one_that_fails_is_told_does_not_stop_the_others_and_is_tried_again(tmp_path: Path) -> None:
    answers: list[Exception | None] = [Unreachable("The forum does not answer."), KeyError("url"), None]

    @contextmanager
    def connecting(_: Context) -> Iterator[None]:
        if error := answers.pop(0):
            raise error
        yield
        raise OSError("broken off while ending")

    broken = Script(listening=connecting).source("broken")
    house = make_house(tmp_path, Clock(), sources=[broken, Script().source("good")])
    listeners = Listeners(house)
    seen = []
    with capture_logs() as lines:
        for _ in range(3):
            listeners.tend()
            seen.append(listeners.names)
        listeners.close()
    assert seen == [{"good"}, {"good"}, {"good", "broken"}]
    told = [line["error"] for line in lines if line["event"] == "listening.fault"]
    assert told[0] == "The forum does not answer."
    assert ["KeyError" in told[1], "OSError" in told[2], len(told)] == [True, True, 3]


def test_a_paused_source_is_parted_from_until_it_is_resumed(tmp_path: Path) -> None:
    house = make_house(tmp_path, Clock(), sources=[Script().source()])
    listeners = Listeners(house)
    listeners.tend()
    pause(house, "forum", "lead")
    listeners.tend()
    assert listeners.names == set()
    resume(house, "forum", "lead")
    listeners.tend()
    assert listeners.names == {"forum"}
    listeners.close()


def test_a_source_that_is_set_up_anew_is_connected_anew_and_one_taken_out_is_left(tmp_path: Path) -> None:
    told: list[str] = []

    @contextmanager
    def connected(ctx: Context) -> Iterator[None]:
        told.append("on")
        yield
        told.append("off")

    house = make_house(tmp_path, Clock(), sources=[Script(listening=connected).source()])
    listeners = Listeners(house)
    listeners.tend()
    change_settings(house, "lead", lambda document: document["sources"][0].update(every_minutes=30))
    listeners.tend()
    assert told == ["on", "off", "on"]
    change_settings(house, "lead", lambda document: document["sources"].clear())
    listeners.tend()
    assert (told, listeners.names) == (["on", "off", "on", "off"], set())
