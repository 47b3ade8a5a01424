"""Houses with a history: two sources, goals, a destination, verdicts, learners; and what may happen to them next."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from gleanery.config import load
from gleanery.errors import GleaneryError
from gleanery.flow import deciding, deliver, grouping, purge, read, record, screen
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.model.items import DecisionVerdict, Item
from gleanery.model.posts import Content
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records
from xapi import statements
from xapi.grades import Grade
from xapi.statements import Built

GOALS = [
    {"name": "heights", "title": "Nobody falls", "words": ["ladders"]},
    {"name": "money", "title": "Everyone reckons", "words": ["budgets", "spreadsheets"]},
]
LEARNERS = [UUID(int=number, version=4) for number in range(1, 8)]


def house_with_items(folder: Path, clock: Clock, items: int = 10, **changes: Any) -> House:
    """A house that has read and screened the items of two sources."""
    rows = [article(number) for number in range(items)]
    sources = [
        file_source(records(folder, rows[::2], "one.jsonl"), "one"),
        file_source(records(folder, rows[1::2], "two.jsonl"), "two"),
    ]
    house = make_house(
        folder,
        clock,
        sources=sources,
        goals=GOALS,
        destinations=[{"name": "library", "adapter": "cartridge"}],
        curation={"steps": [{"step": "language"}, {"step": "substance"}]},
        **changes,
    )
    for source in house.config.sources:
        read(house, source.name)
    screen(house)
    return house


def reopened(template: Path, folder: Path, clock: Clock) -> House:
    """A copy of a closed house."""
    shutil.copytree(template, folder)
    return open_house(load(folder / "config.yaml"), clock)


class History:
    """What happens to a house, an act at a time; `number` chooses whom or what it happens to."""

    def __init__(self, house: House, clock: Clock) -> None:
        self.house, self.clock = house, clock
        self.told: list[Built] = []
        self._more = 100

    def items(self) -> list[UUID]:
        with self.house.store.read() as session:
            living = select(Item.id).where(col(Item.merged_into).is_(None)).order_by(col(Item.seq))
            return list(session.exec(living))

    def acts(self) -> dict[str, Callable[[int], None]]:
        """Every act by its name."""
        verdicts = {one.value: partial(self._decide, one) for one in DecisionVerdict}
        return verdicts | {
            "undo": self.undo,
            "read": self.read,
            "deliver": self.deliver,
            "view": self.view,
            "all view": self.all_view,
            "complete": self.complete,
            "void": self.void,
            "erase": self.erase,
            "purge": self.purge,
            "merge": self.merge,
            "wait": self.wait,
        }

    def _item(self, number: int) -> UUID:
        found = self.items()
        return found[number % len(found)]

    def _decide(self, verdict: DecisionVerdict, number: int) -> None:
        self._try(lambda: deciding.decide(self.house, str(self._item(number)), verdict, "curator", "ok"))

    def _try(self, act: Callable[[], object]) -> None:
        """What cannot follow is refused, and that is an act too."""
        try:
            act()
        except GleaneryError:
            return

    def undo(self, number: int) -> None:
        self._try(lambda: deciding.undo(self.house, "curator", str(self._item(number))))

    def read(self, number: int) -> None:
        """New items come in, seen by one source or by the other."""
        self._more += 1
        path = self.house.config.folder / ("one.jsonl" if number % 2 else "two.jsonl")
        rows = [*path.read_text().splitlines(), _line(article(self._more))]
        path.write_text("\n".join(rows) + "\n")
        for source in self.house.config.sources:
            read(self.house, source.name)
        screen(self.house)

    def deliver(self, _: int) -> None:
        deliver(self.house, "library")

    def view(self, number: int) -> None:
        self.view_by(number % 7, number)

    def view_by(self, learner: int, number: int) -> None:
        self._tell(self._viewed(learner, number))

    def all_view(self, number: int) -> None:
        self._tell(*(self._viewed(learner, number) for learner in range(6)))

    def complete(self, number: int) -> None:
        self._tell(
            *(
                statements.completed(
                    self.house.bridge, self._thing(number), evidence=Grade.LMS_REPORTED, **self._by(learner)
                )
                for learner in range(5 + number % 2 - 1)
            )
        )

    def _viewed(self, learner: int, number: int) -> Built:
        return statements.viewed(self.house.bridge, self._thing(number), **self._by(learner))

    def _thing(self, number: int) -> statements.Item:
        return self.house.bridge.item(self._item(number), "article", "File")

    def _by(self, learner: int) -> dict[str, Any]:
        return {"event": str(uuid4()), "by": self.house.bridge.person(LEARNERS[learner]), "at": self.clock()}

    def _tell(self, *built: Built) -> None:
        self.told += built
        with self.house.change() as change:
            change.state(built)

    def void(self, number: int) -> None:
        if self.told:
            one = self.told[number % len(self.told)]
            by = self.house.bridge.machine("policy:test")
            self._tell(
                statements.voided(self.house.bridge, one.id, event=str(uuid4()), by=by, at=self.clock())
            )

    def erase(self, number: int) -> None:
        if self.told:
            with self.house.change() as change:
                change.erase(record.Removal([self.told[number % len(self.told)].id], "test", "policy:test"))

    def purge(self, number: int) -> None:
        """The time of some words is over."""
        with self.house.store.write() as session:
            contents = session.exec(select(Content).order_by(col(Content.id))).all()
            contents[number % len(contents)].purge_at = self.clock()
            session.add(contents[number % len(contents)])
        purge(self.house)
        screen(self.house)

    def merge(self, number: int) -> None:
        one, other = self._item(number), self._item(number + 1)
        self._try(lambda: grouping.merge(self.house, str(one), str(other), "curator"))
        screen(self.house)

    def wait(self, number: int) -> None:
        self.clock.move(timedelta(hours=5 * (1 + number % 9)))


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row)
