"""Carries an erasure out and kills itself, as a power cut would, when it has told so and so often how far it is.

python -m tests.flow.erasing.killed CONFIG ERASURE TELLINGS
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from uuid import UUID

from gleanery.config import load
from gleanery.flow.erasing import cases
from gleanery.flow.founding import open_house


def main(config: str, case: str, tellings: int) -> None:
    told = count(1)

    def tell(_what: str, _done: int, _all: int | None) -> None:
        if next(told) == tellings:
            os.kill(os.getpid(), signal.SIGKILL)

    house = open_house(load(Path(config)))
    cases.finish(house, UUID(case), tell)
    house.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
