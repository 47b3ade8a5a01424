"""kill -9 while a page is read or written, again and again: nothing is lost, nothing is there twice.

The platform plays on in this process; `gleanery read` runs in others, which end amid a request or a little after its
answer. What happens there meanwhile is found by those that come after.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.testing import Asked, Clock, Reply, environment
from tests.connectors.worlds import NAME, Driven
from tests.fakes.worlds import WORLDS

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["gleanery.cli", "gleanery.flow", "gleanery.flow.founding"])
LONGEST = 120.0

every_world = pytest.mark.parametrize("name", WORLDS)


def catch_up(clock: Clock) -> None:
    """Set the clock to the time on the wall, which the other processes see; in between it stands."""
    clock.move(max(timedelta(0), datetime.now(UTC) - clock()))


def read_once(config: str, secrets: Mapping[str, str]) -> None:
    """`gleanery read` in this process."""
    from gleanery.cli import app

    os.environ.update(secrets)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    app(["read", NAME, "--json", "--config", config])


@contextmanager
def ending(process: Any, world: Any, requests: int, delay: float) -> Iterator[None]:
    """Kill the process when the world was asked so often, amid the request or so many seconds later."""
    left, answer, timers = requests, world.answer, []

    def count(asked: Asked) -> Reply:
        nonlocal left
        left -= 1
        if left == 0:
            timers.append(threading.Timer(delay, process.kill))
            timers[-1].start()
        reply: Reply = answer(asked)
        return reply

    world.answer = count
    try:
        yield
    finally:
        del world.answer
        for timer in timers:
            timer.join()


def killed(world: Any, folder: Path, chance: random.Random) -> bool:
    """Read in another process and kill it; False where it came to its end before."""
    config = str(folder / "config.yaml")
    process = PROCESSES.Process(target=read_once, args=(config, world.set_env()))
    requests, delay = chance.choice([1, 1, 2, 3, 4, 6, 9]), chance.choice([0.0, 0.0, 0.003, 0.01, 0.03])
    with ending(process, world, requests, delay):
        process.start()
        process.join(LONGEST)
    assert process.exitcode in (0, -signal.SIGKILL), f"it ended with {process.exitcode}"
    return process.exitcode != 0


def compare(name: str, folder: Path, kills: int, seed: int) -> None:
    """Read with kills while the world goes on, then to rest: what the house holds is what the world holds."""
    chance, clock = random.Random(seed), Clock(datetime.now(UTC))
    with WORLDS[name](clock) as world, environment(world.set_env()):
        driven = Driven(world, clock, folder, chance)
        driven.house.close()
        for _ in range(40):
            world.change(chance)
        done = 0
        while done < kills:
            catch_up(clock)
            if killed(world, folder, chance):
                done += 1
            else:
                for _ in range(10):
                    world.change(chance)
        catch_up(clock)
        driven.house = open_house(load(folder / "config.yaml"), clock)
        driven.rest()
        driven.compare()
        driven.house.close()


@every_world
def test_a_few_kills_lose_nothing(tmp_path: Path, name: str) -> None:
    compare(name, tmp_path, kills=3 if name in ("slack", "x", "youtube") else 1, seed=1)


@pytest.mark.proof
@every_world
def test_sixty_kills_in_mid_page_lose_nothing(tmp_path: Path, name: str) -> None:
    compare(name, tmp_path, kills=60, seed=2)
