"""Every change of state leaves exactly one audit entry of its kind, and nothing else does.

Random sequences of what people and the worker do, on a small house. After each act the state of every item and
delivery is compared with the entries that the act left: what changed has one entry, what did not has none, and
an act that was refused has left nothing at all.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import col, select

from gleanery.audit import AuditLog, Line
from gleanery.config import load
from gleanery.errors import BadInput, Denied, Gone
from gleanery.flow import deciding, deliver, exporting, grouping, read, record, run, screen
from gleanery.flow.exporting import Selection
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.trail import trail
from gleanery.model.destinations import Delivery
from gleanery.model.items import Decision, DecisionVerdict, Item
from tests.house import article, file_source, make_house, records

ITEMS = 4
VERDICTS = {
    DecisionVerdict.APPROVE: "item.approved",
    DecisionVerdict.REJECT: "item.rejected",
    DecisionVerdict.RETRACT: "item.retracted",
}
items = st.integers(0, ITEMS - 1)
people = st.sampled_from(["curator", "lead"])

_kept: list[TemporaryDirectory[str]] = []
"""The house every sequence begins with, made once and copied."""


def beginning() -> Path:
    """A house with a few items that wait and two destinations."""
    if not _kept:
        _kept.append(TemporaryDirectory())
        folder = Path(_kept[0].name)
        places = [{"name": name, "adapter": "cartridge"} for name in ("course", "library")]
        records(folder, map(article, range(ITEMS)))
        house = make_house(folder, sources=[file_source(Path("records.jsonl"))], destinations=places)
        run(house)
        house.close()
    return Path(_kept[0].name)


def state_of(house: House) -> dict[str, Any]:
    """What an act can change, by the name the audit log has for it."""
    with house.store.read() as session:
        items = session.exec(select(Item)).all()
        deliveries = session.exec(select(Delivery)).all()
    found: dict[str, Any] = {f"item:{one.id}": (one.state, one.merged_into) for one in items}
    return found | {f"delivery:{one.id}": (one.state, one.action, one.turn) for one in deliveries}


class Acts(RuleBasedStateMachine):
    """What people and the worker do, in any order."""

    @initialize()
    def open(self) -> None:
        self._folder = TemporaryDirectory()
        place = Path(self._folder.name) / "house"
        shutil.copytree(beginning(), place)
        self.house = open_house(load(place / "config.yaml"))
        with self.house.store.read() as session:
            self.ids = [str(one) for one in session.exec(select(Item.id).order_by(col(Item.seq)))]
        self.articles = ITEMS

    def teardown(self) -> None:
        self.house.close()
        self._folder.cleanup()

    def act(self, kind: str | None, deed: Callable[[], object], *, of: str | None = None) -> list[Line]:
        """Do it, and compare what changed with what was told; `kind` must be told once (of `of`)."""
        before, last = state_of(self.house), AuditLog(self.house.store).head().seq
        try:
            deed()
        except (Denied, BadInput, Gone):
            kind = None
            assert state_of(self.house) == before
        after = state_of(self.house)
        told = list(AuditLog(self.house.store).lines(last))
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        subjects = Counter(one.subject for one in told)
        assert {name: subjects[name] for name in changed} == dict.fromkeys(changed, 1)
        unchanged = {name for name in subjects if name in after} - changed
        assert all(one.action == kind for one in told if one.subject in unchanged)
        if kind is not None:
            assert [one.action for one in told].count(kind) == 1
        else:
            assert not changed
            assert told == []
        if of is not None and kind is not None:
            assert [one.subject for one in told if one.action == kind] == [of]
        return told

    @rule(item=items, verdict=st.sampled_from(list(VERDICTS)), by=people)
    def decide(self, item: int, verdict: DecisionVerdict, by: str) -> None:
        before = self.statements()
        key = self.ids[item]
        told = self.act(
            VERDICTS[verdict],
            lambda: deciding.decide(self.house, key, verdict, by, "why"),
            of=f"item:{self.living(item)}",
        )
        assert self.statements() - before == bool(told)

    @rule(item=items, by=people)
    def undo(self, item: int, by: str) -> None:
        before = self.statements()
        told = self.act("decision.undone", lambda: deciding.undo(self.house, by, self.ids[item]))
        assert self.statements() - before == bool(told)

    @rule(by=people)
    def undo_the_last(self, by: str) -> None:
        self.act("decision.undone", lambda: deciding.undo(self.house, by))

    @rule(place=st.sampled_from(["course", "library"]))
    def deliver(self, place: str) -> None:
        self.each_change_told_once(lambda: deliver(self.house, place))

    @rule(one=items, other=items, by=people)
    def merge(self, one: int, other: int, by: str) -> None:
        self.each_change_told_once(lambda: grouping.merge(self.house, self.ids[one], self.ids[other], by))

    @rule()
    def read_and_screen(self) -> None:
        """Something new comes in: one entry for the reading, one for each item made."""
        self.articles += 1
        records(self.house.config.folder, map(article, range(self.articles)))
        self.act("source.read", lambda: read(self.house, "catalogue"), of="source:catalogue")
        before, last = state_of(self.house), AuditLog(self.house.store).head().seq
        screen(self.house)
        made = state_of(self.house).keys() - before.keys()
        told = [one for one in AuditLog(self.house.store).lines(last) if one.action == "item.made"]
        assert sorted(one.subject for one in told) == sorted(made)

    @rule(by=people)
    def export(self, by: str) -> None:
        path = self.house.config.folder / "out.jsonl"
        self.act("record.exported", lambda: exporting.export(self.house, by, Selection(), path), of="audit")

    @rule(item=items)
    def ask(self, item: int) -> None:
        """A reading is told once in a while."""
        last = AuditLog(self.house.store).head().seq
        trail(self.house, "auditor", self.ids[item])
        told = list(AuditLog(self.house.store).lines(last))
        assert [one.action for one in told] in ([], ["record.read"])

    def each_change_told_once(self, deed: Callable[[], object]) -> None:
        """An act that may change several things, or none."""
        before, last = state_of(self.house), AuditLog(self.house.store).head().seq
        try:
            deed()
        except (Denied, BadInput, Gone):
            assert state_of(self.house) == before
        after = state_of(self.house)
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        told = Counter(one.subject for one in AuditLog(self.house.store).lines(last))
        assert told == Counter(dict.fromkeys(changed, 1))

    def living(self, item: int) -> UUID:
        """What an item was merged into, or itself."""
        with self.house.store.read() as session:
            found = session.exec(select(Item).where(Item.id == UUID(self.ids[item]))).one()
            while found.merged_into is not None:
                found = session.exec(select(Item).where(Item.id == found.merged_into)).one()
        return found.id

    def statements(self) -> int:
        return record.count(self.house.store)

    @invariant()
    def every_decision_has_its_entry(self) -> None:
        with self.house.store.read() as session:
            given = [str(one) for one in session.exec(select(Decision.id))]
            undone = [str(one) for one in session.exec(select(Decision.id).where(Decision.undone_at != None))]  # noqa: E711
        lines = list(AuditLog(self.house.store).lines())
        told = [json.loads(one.detail).get("decision") for one in lines if one.action in VERDICTS.values()]
        taken_back = [json.loads(one.detail)["decision"] for one in lines if one.action == "decision.undone"]
        assert sorted(one for one in told if one) == sorted(given)
        assert sorted(taken_back) == sorted(undone)


TestActs = Acts.TestCase
TestActs.settings = settings(
    max_examples=8,
    stateful_step_count=10,
    deadline=None,
    phases=[
        Phase.explicit,
        Phase.generate,
    ],  # a sequence is short as it is, and making it shorter takes minutes
    suppress_health_check=list(HealthCheck),
)
