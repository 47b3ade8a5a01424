"""Changes the token keys of a house in children that are killed; run by test_rotating.py in a process of its own.

    python -m tests.flow.rotating CONFIG KILLS SEED

A child is forked when everything is imported, so that a kill falls into the work and not into its beginning.
Prints what each child left: how many of the tokens open, and how many keys there are.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
from pathlib import Path

from cryptography.fernet import InvalidToken
from sqlmodel import select as select_rows

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.flow.rotating import rotate
from gleanery.model.sources import SourceToken


def main(config: Path, kills: int, seed: int) -> None:
    """Kill so many children at random moments, count after each, and let the last one end."""
    chance = random.Random(seed)
    batches = _run(config) or 1
    done = 0
    while done < kills:
        if _run(config, chance.randint(0, batches), chance.uniform(0, 0.01)) is None:
            done += 1
            print(json.dumps(_left(config)), flush=True)
    _run(config)
    print(json.dumps(_left(config)), flush=True)


def _run(config: Path, batches: int | None = None, seconds: float = 0) -> int | None:
    """Let a child end; how many batches it did. Or kill it some time after so many batches: None."""
    ours, its = os.pipe()
    child = os.fork()
    if child == 0:
        rotate(open_house(load(config)), "lead", lambda _: os.write(its, b"."))
        os._exit(0)
    os.close(its)
    told = 0
    while (batches is None or told < batches) and os.read(ours, 1):
        told += 1
    if batches is not None:
        _wait(child, seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(ours)
    assert batches is not None or status == 0, status
    return None if os.WIFSIGNALED(status) else told


def _wait(child: int, seconds: float) -> None:
    """Returns when the child has ended, or the time is over."""
    descriptor = os.pidfd_open(child)
    select.select([descriptor], [], [], seconds)
    os.close(descriptor)


def _left(config: Path) -> dict[str, int]:
    house = open_house(load(config))
    ring = house.token_keys.ring()
    with house.store.read() as session:
        sealed = session.exec(select_rows(SourceToken.sealed)).all()
    house.store.close()
    return {"open": sum(_opens(ring, one) for one in sealed), "keys": len(house.token_keys.listed())}


def _opens(ring: object, sealed: bytes) -> bool:
    try:
        ring.decrypt(sealed)  # type: ignore[attr-defined]
    except InvalidToken:
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
