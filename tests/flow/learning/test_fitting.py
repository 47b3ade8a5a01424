"""A goal's model: fitted from what persons decided on words that may be learned from, again when these change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from gleanery.audit import AuditLog
from gleanery.errors import BadInput
from gleanery.flow import deciding, purge, run
from gleanery.flow.house import House
from gleanery.flow.learning import emptying, fitting
from gleanery.flow.learning.examples import STEP, goals_learned, material
from gleanery.flow.learning.fitting import current, fit_due
from gleanery.flow.learning.rating import rate_due
from gleanery.leases import held
from gleanery.model.items import FindingRow, Item
from gleanery.model.learned import LearnedFrom, LearnedModel
from gleanery.model.posts import Content
from gleanery.ports import UNWANTED
from gleanery.testing import Clock
from tests.flow.learning.decided import (
    APPROVE,
    OTHER_WORDS,
    REJECT,
    WANTED_WORDS,
    bees,
    decide,
    house_of,
    trains,
)


def model_of(house: House, goal: str = "bees") -> LearnedModel | None:
    with house.store.read() as session:
        return current(session, goal)


def catalogue(wanted: int = 6, other: int = 6) -> list[dict[str, object]]:
    return [*(bees(n) for n in range(wanted)), *(trains(100 + n) for n in range(other))]


def test_before_any_decision_the_goals_own_words_rate(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    model = model_of(house)
    assert model is not None
    assert (model.why, model.wanted, model.unwanted) == ("first", 0, 0)
    with house.store.read() as session:
        rated = {
            row.item_id: row.scores[STEP]
            for row in session.exec(select(FindingRow).where(FindingRow.step == STEP))
        }
        items = session.exec(select(Item)).all()
    assert len(rated) == 12
    assert {item.score for item in items} == set(rated.values())


def test_a_new_decision_makes_a_new_version_of_both_kinds(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    decide(house, WANTED_WORDS, APPROVE, 3)
    decide(house, OTHER_WORDS, REJECT, 3)
    assert fit_due(house) == ["bees"]
    model = model_of(house)
    assert model is not None
    assert (model.number, model.why, model.wanted, model.unwanted) == (2, "decisions", 3, 3)
    assert model.measures["auc"] is not None
    assert fit_due(house) == []


def test_decisions_of_one_kind_only_make_a_model_that_says_nothing_of_how_good_it_is(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    decide(house, WANTED_WORDS, APPROVE)
    assert fit_due(house) == ["bees"]
    model = model_of(house)
    assert model is not None
    assert (model.wanted, model.unwanted, model.measures) == (6, 0, {})


def test_an_undone_decision_is_not_learned_from(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    decide(house, WANTED_WORDS, APPROVE, 2)
    fit_due(house)
    deciding.undo(house, "curator")
    assert fit_due(house) == ["bees"]
    model = model_of(house)
    assert model is not None
    assert model.wanted == 1


def test_what_a_policy_decided_is_not_learned_from(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(), curation={"auto_approve": "keep"})
    with house.store.read() as session:
        assert material(house, session, goals_learned(house)[0]).learnt == []


def test_words_whose_terms_forbid_it_are_neither_learned_from_nor_read_for_it(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(), learn_from=False)
    decide(house, WANTED_WORDS, APPROVE)
    fit_due(house)
    model = model_of(house)
    assert model is not None
    assert (model.wanted, model.background) == (0, 0)


def test_the_last_decision_on_an_item_counts(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(1, 0))
    decide(house, WANTED_WORDS, APPROVE)
    with house.store.read() as session:
        [item] = session.exec(select(Item)).all()
    deciding.decide(house, str(item.id), deciding.DecisionVerdict.RETRACT, "curator", "")
    with house.store.read() as session:
        [learnt] = material(house, session, goals_learned(house)[0]).learnt
    assert learnt.label == UNWANTED


def test_a_model_does_not_know_who_decided(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    decide(house, WANTED_WORDS, APPROVE)
    fit_due(house)
    model = model_of(house)
    assert model is not None
    assert model.data is not None
    with house.store.read() as session:
        assert house.person(session, "curator").bytes not in model.data
    assert b"curator" not in model.data


def test_a_text_that_is_purged_empties_what_was_learned_from_it_and_it_is_learned_again_without(
    tmp_path: Path,
) -> None:
    house = house_of(tmp_path, catalogue(), clock=(clock := Clock()))
    decide(house, WANTED_WORDS, APPROVE)
    fit_due(house)
    with house.store.write() as session:
        for content in session.exec(select(Content).limit(1)):
            content.purge_at = clock()
            session.add(content)
    assert purge(house) == 1
    with house.store.read() as session:
        rows = session.exec(select(LearnedModel).order_by(col(LearnedModel.number))).all()
    assert [(row.data, row.emptied_why) for row in rows] == [(None, "gone"), (None, "gone")]
    run(house)
    model = model_of(house)
    assert model is not None
    assert (model.number, model.why, model.wanted) == (3, "gone", 5)
    assert b"meadow" not in (model.data or b"")


def test_deleting_what_was_learned_keeps_the_decisions(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    decide(house, WANTED_WORDS, APPROVE)
    fit_due(house)
    emptying.remove(house, "bees", "lead")
    assert fit_due(house) == []
    assert model_of(house) is None
    rate_due(house)
    with house.store.read() as session:
        assert session.exec(select(LearnedFrom)).all() == []
        assert session.exec(select(FindingRow).join(Item, col(Item.id) == col(FindingRow.item_id)).where(
            FindingRow.step == STEP, Item.state == "waiting")).all() == []  # fmt: skip
    emptying.switch(house, "bees", "lead", on=True)
    assert fit_due(house) == ["bees"]
    model = model_of(house)
    assert model is not None
    assert (model.wanted, model.why) == (6, "asked")
    actions = [line.action for line in AuditLog(house.store).lines()]
    assert {"model.deleted", "model.switched", "model.fitted"} <= set(actions)


def test_switching_on_what_is_on_is_told(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(1, 0))
    with pytest.raises(BadInput, match="on already"):
        emptying.switch(house, "bees", "lead", on=True)


def test_a_few_new_decisions_wait_where_there_are_many(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(30, 20), clock=(clock := Clock()))
    decide(house, WANTED_WORDS, APPROVE)
    decide(house, OTHER_WORDS, REJECT, 18)
    fit_due(house)
    decide(house, OTHER_WORDS, REJECT, 1)
    assert fit_due(house) == []
    clock.move(timedelta(hours=1))
    assert fit_due(house) == ["bees"]


def test_while_another_worker_fits_nothing_is_fitted(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    decide(house, WANTED_WORDS, APPROVE)
    with held(house.store, fitting.LEASE, house.now):
        assert fit_due(house) == []
    assert fit_due(house) == ["bees"]


def test_another_goal_makes_it_due(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    house.config = house.config.model_copy(
        update={"goals": (house.config.goals[0].model_copy(update={"words": ("wax",)}),)}
    )
    assert fit_due(house) == ["bees"]
    model = model_of(house)
    assert model is not None
    assert model.why == "changed"


def test_without_goals_there_is_one_for_everything(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue(), goals=[])
    assert model_of(house, "everything") is None
    decide(house, WANTED_WORDS, APPROVE, 2)
    assert fit_due(house) == ["everything"]


def test_the_same_decisions_make_the_same_bytes(tmp_path: Path) -> None:
    house = house_of(tmp_path, catalogue())
    decide(house, WANTED_WORDS, APPROVE, 3)
    decide(house, OTHER_WORDS, REJECT, 3)
    fit_due(house)
    first = model_of(house)
    assert fitting.refit(house, goals_learned(house)[0], "person:x")
    second = model_of(house)
    assert first is not None
    assert second is not None
    assert (second.number, second.why) == (first.number + 1, "asked")
    assert (second.digest, second.data) == (first.digest, first.data)
