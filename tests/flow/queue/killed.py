"""Goes on with every verdict on many items, and kills itself after so many portions, in the middle of the next one.

python -m tests.flow.queue.killed CONFIG DECISIONS
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.flow.queue import bulk
from gleanery.flow.queue.bulk import portions


def main(config: str, decisions: int) -> None:
    portions.AT_ONCE = 4
    house, written = open_house(load(Path(config))), count(1)

    def die(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "UPDATE item SET state" in statement and next(written) == decisions:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(house.store.engine, "before_cursor_execute", die)
    bulk.work(house)
    house.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
