"""Work of the clock that people can watch: a run opens with the first thing done, so that idle ticks leave none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from gleanery.flow import runs
from gleanery.flow.delivering import deliver
from gleanery.flow.house import House
from gleanery.flow.screening import screen

SCREEN, DELIVER = "screen", "deliver"
CLOCK = "clock"

Tell = Callable[[int, int | None], None]


def screen_watched(house: House) -> None:
    """Screen, shown as a run."""
    with _watched(house, SCREEN, "") as tell:
        screen(house, lambda _what, done, total: tell(done, total))


def deliver_watched(house: House, name: str) -> None:
    """Deliver to one destination, shown as a run."""
    brought = 0

    def told(_name: str, count: int) -> None:
        nonlocal brought
        brought += count
        tell(brought, None)

    with _watched(house, DELIVER, name) as tell:
        deliver(house, name, told)


@contextmanager
def _watched(house: House, kind: str, subject: str) -> Iterator[Tell]:
    with ExitStack() as stack:
        opened: list[runs.Progress] = []

        def tell(done: int, total: int | None) -> None:
            if not opened:
                with house.store.write() as session:
                    run = runs.ask(session, house, kind, subject, CLOCK)
                opened.append(stack.enter_context(runs.working(house, run.id)))
            opened[0].at(done, total)

        yield tell
