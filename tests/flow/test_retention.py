"""What was kept long enough goes; what somebody wanted, and the audit log, stay."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4, uuid5

import pytest
from sqlmodel import col, select

from gleanery.config.record import PurposeName
from gleanery.errors import ConfigError
from gleanery.flow import deciding, desk, read, retention, run, screen
from gleanery.flow.house import House
from gleanery.flow.record import driver, record
from gleanery.flow.verifying import verdicts
from gleanery.model.bases import Purpose, Stated
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.model.people import Handle
from gleanery.model.posts import Content, Post, PostVersion
from gleanery.model.record import Entry
from gleanery.testing import Clock
from gleanery.worker import work
from tests.house import FIELDS, article, file_source, items_of, make_house, records
from xapi import statements as say
from xapi.lrs.store import StatementStore

DAY = timedelta(days=1)
APPROVE, REJECT, RETRACT = DecisionVerdict.APPROVE, DecisionVerdict.REJECT, DecisionVerdict.RETRACT


def founded(folder: Path, clock: Clock, count: int = 4, **retention_settings: Any) -> House:
    """A house whose catalogue was read and judged, and waits for a curator."""
    fields = {**FIELDS, "author": "by"}
    rows = [article(number, by=f"author {number}") for number in range(count)]
    source = file_source(records(folder, rows), fields=fields)
    house = make_house(folder, clock, sources=[source], retention=retention_settings)
    run(house)
    return house


def decide(house: House, number: int, verdict: DecisionVerdict) -> None:
    deciding.decide(house, str(named(house)[number]), verdict, "curator", "off-topic")


def named(house: House) -> dict[int, Any]:
    """The items by the number of their article."""
    return {int(title.rpartition(" ")[2]): item.id for title, item in items_of(house).items()}


def kept(house: House) -> set[int]:
    """The articles whose words are still there."""
    with house.store.read() as session:
        bodies = session.exec(select(Content.body).where(col(Content.gone).is_(None))).all()
    return {int(body["title"].rpartition(" ")[2]) for body in bodies if body}


def counts(applied: list[retention.Applied]) -> Mapping[str, int]:
    return {one.rule: one.count for one in applied}


def test_unset_the_words_nobody_decided_on_or_turned_down_go_after_ninety_days(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock)
    decide(house, 0, APPROVE)
    decide(house, 1, REJECT)
    decide(house, 2, APPROVE)
    decide(house, 2, RETRACT)
    clock.move(89 * DAY)
    assert counts(retention.apply(house)) == {"undecided": 0, "rejected": 0}
    clock.move(2 * DAY)
    assert counts(retention.apply(house)) == {"undecided": 1, "rejected": 1}
    assert kept(house) == {0, 2}
    assert counts(retention.apply(house)) == {"undecided": 0, "rejected": 0}


def test_the_days_of_a_rejection_count_from_the_verdict(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 1, undecided_days=30, rejected_days=30)
    clock.move(29 * DAY)
    decide(house, 0, REJECT)
    clock.move(29 * DAY)
    assert counts(retention.apply(house)) == {"undecided": 0, "rejected": 0}
    clock.move(2 * DAY)
    assert counts(retention.apply(house)) == {"undecided": 0, "rejected": 1}


def test_a_rejection_that_was_undone_is_none(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 1, undecided_days=None)
    decide(house, 0, REJECT)
    deciding.undo(house, "curator", None)
    clock.move(400 * DAY)
    assert counts(retention.apply(house)) == {"rejected": 0}
    assert kept(house) == {0}


def test_retracted_words_go_only_where_a_time_is_set(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 1, retracted_days=10)
    decide(house, 0, APPROVE)
    decide(house, 0, RETRACT)
    clock.move(11 * DAY)
    assert counts(retention.apply(house)) == {"undecided": 0, "rejected": 0, "retracted": 1}


def test_words_that_wait_again_after_an_approval_stay(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 1)
    decide(house, 0, APPROVE)
    clock.move(DAY)
    records(
        tmp_path, [article(0, by="author 0", text="The author wrote all of this anew, at greater length.")]
    )
    run(house)
    assert desk.counts(house) == {"waiting": 1}
    clock.move(100 * DAY)
    assert counts(retention.apply(house)) == {"undecided": 0, "rejected": 0}
    assert kept(house) == {0}


def test_what_went_leaves_the_queue_and_does_not_come_back_with_the_next_reading(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 2)
    clock.move(91 * DAY)
    retention.apply(house)
    screen(house)
    assert desk.counts(house) == {"dropped": 2}
    assert {row.title for row in desk.queue(house, tuple(ItemState)).rows} == {""}
    read(house, "catalogue")
    screen(house)
    assert kept(house) == set()
    for path in house.config.data.rglob("*.db*"):
        assert b"Working with ladders" not in path.read_bytes(), path


def test_authors_nobody_is_linked_to_are_forgotten_with_their_last_words(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 2)
    decide(house, 0, APPROVE)
    clock.move(91 * DAY)
    retention.apply(house)
    with house.store.read() as session:
        assert len(session.exec(select(Handle)).all()) == 1
        linked = session.exec(select(Post.handle_id).order_by(col(Post.seq))).all()
    assert [one is not None for one in linked] == [True, False]


def test_every_rule_is_an_audit_entry_also_where_it_found_nothing(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 1)
    retention.apply(house, by="lead")
    clock.move(91 * DAY)
    retention.apply(house)
    with house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.action == "retention.applied")).all()
    told = [(one.actor.partition(":")[0], one.subject, '"count":1' in one.detail) for one in entries]
    assert told == [
        ("person", "retention:undecided", False),
        ("person", "retention:rejected", False),
        ("policy", "retention:undecided", True),
        ("policy", "retention:rejected", False),
    ]
    assert all(verdict.ok for _, verdict in house.verify())


def test_a_dry_run_counts_the_same_and_changes_no_byte(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock)
    decide(house, 1, REJECT)
    clock.move(91 * DAY)
    house.store.forget_log()
    before = digest(house)
    assert counts(retention.apply(house, dry_run=True)) == {"undecided": 3, "rejected": 1}
    house.store.forget_log()
    assert digest(house) == before
    assert counts(retention.apply(house)) == {"undecided": 3, "rejected": 1}
    house.store.forget_log()
    assert digest(house) != before


def digest(house: House) -> str:
    assert house.store.path is not None
    return hashlib.sha256(house.store.path.read_bytes()).hexdigest()


def test_the_worker_applies_the_rules_once_a_day(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 1)

    def applied() -> int:
        with house.store.read() as session:
            return len(session.exec(select(Entry).where(Entry.action == "retention.applied")).all())

    work(house)
    work(house)
    assert applied() == 2
    clock.move(timedelta(hours=25))
    work(house)
    assert applied() == 4
    clock.move(91 * DAY)
    work(house)
    assert kept(house) == set()
    assert desk.counts(house) == {"dropped": 1}


def test_a_second_worker_leaves_the_rules_to_the_first(tmp_path: Path) -> None:
    from gleanery.leases import held

    house = founded(tmp_path, Clock(), 1)
    with held(house.store, "retention", house.now) as lease:
        assert lease is not None
        assert retention.apply(house) == []


def test_progress_tells_what_went_under_each_rule(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 5)
    decide(house, 1, REJECT)
    clock.move(91 * DAY)
    told: Counter[str] = Counter()
    retention.apply(house, progress=lambda rule, count: told.update({rule: count}))
    assert told == {"undecided": 4, "rejected": 1}


def test_the_configuration_knows_the_purposes_there_are() -> None:
    assert set(get_args(PurposeName)) == {purpose.value for purpose in Purpose}


def test_newer_words_of_a_post_have_their_own_time(tmp_path: Path) -> None:
    clock = Clock()
    house = founded(tmp_path, clock, 1)
    clock.move(80 * DAY)
    records(
        tmp_path, [article(0, by="author 0", text="The author wrote all of this anew, at greater length.")]
    )
    run(house)
    clock.move(80 * DAY)
    assert counts(retention.apply(house)) == {"undecided": 0, "rejected": 0}
    clock.move(11 * DAY)
    assert counts(retention.apply(house)) == {"undecided": 1, "rejected": 0}
    with house.store.read() as session:
        assert len(session.exec(select(PostVersion)).all()) == 2


# --------------------------------------------------------------------------- statements


def tell(house: House, number: int, verb: str = "viewed", purpose: Purpose | None = None) -> Any:
    """Record a statement about learner `number`; returns its id."""
    learner = house.bridge.person(uuid5(house.organisation.id, f"learner {number}"))
    item = house.bridge.item(uuid5(house.organisation.id, f"item {number}"), "video", "YouTube")
    with house.change() as change:
        act = {"event": f"{verb} {number}", "by": learner, "at": change.at}
        built = getattr(say, verb)(house.bridge, item, **act)
        change.state([built])
        if purpose is not None:
            change.session.add(
                Stated(
                    statement_id=built.id, deed=uuid4(), person_id=uuid4(), basis_id=uuid4(),
                    purpose=purpose, at=change.at,
                )
            )  # fmt: skip
    return built.id


def standing(house: House, ids: list[Any]) -> list[bool]:
    """Whether each statement still has its content."""
    with record(house.store) as statements:
        return [statements.get(one) is not None for one in ids]


VIEWED = "http://id.tincanapi.com/verb/viewed"


def test_statements_of_a_verb_are_erased_after_their_days_and_the_record_still_verifies(
    tmp_path: Path,
) -> None:
    clock = Clock()
    rules = [{"name": "views", "days": 30, "verb": VIEWED}]
    house = make_house(tmp_path, clock, retention={"statements": rules})
    old = [tell(house, 1), tell(house, 1, "launched")]
    clock.move(31 * DAY)
    new = tell(house, 2)
    assert counts(retention.apply(house))["views"] == 1
    assert standing(house, [*old, new]) == [False, True, True]
    assert counts(retention.apply(house))["views"] == 0
    assert all(one["ok"] for one in verdicts(house))
    clock.move(31 * DAY)
    assert counts(retention.apply(house))["views"] == 1
    assert standing(house, [*old, new]) == [False, True, False]


def test_statements_of_a_purpose_are_erased_and_no_others(tmp_path: Path) -> None:
    clock = Clock()
    rules = [{"name": "learning", "days": 30, "purpose": "learning-record"}]
    house = make_house(tmp_path, clock, retention={"statements": rules})
    learning = tell(house, 1, purpose=Purpose.LEARNING_RECORD)
    social = tell(house, 2, purpose=Purpose.SOCIAL_ACTIVITY)
    nobodys = tell(house, 3)
    clock.move(31 * DAY)
    assert counts(retention.apply(house, dry_run=True))["learning"] == 1
    assert counts(retention.apply(house))["learning"] == 1
    assert standing(house, [learning, social, nobodys]) == [False, True, True]


def test_a_rule_without_verb_and_purpose_takes_all_but_what_tells_of_the_erasures(tmp_path: Path) -> None:
    clock = Clock()
    house = make_house(tmp_path, clock, retention={"statements": [{"name": "all", "days": 30}]})
    ids = [tell(house, number) for number in range(3)]
    clock.move(31 * DAY)
    assert counts(retention.apply(house))["all"] == 3
    clock.move(31 * DAY)
    assert counts(retention.apply(house))["all"] == 0
    assert standing(house, ids) == [False] * 3
    assert all(one["ok"] for one in verdicts(house))


def test_a_statement_that_voids_is_not_taken_for_what_it_voids(tmp_path: Path) -> None:
    """Looked for by verb, a reference is found too; it has a verb of its own."""
    clock = Clock()
    house = make_house(tmp_path, clock, retention={"statements": [{"name": "v", "days": 1, "verb": VIEWED}]})
    told = tell(house, 1)
    with house.change() as change:
        by = house.bridge.machine("policy:withdrawal")
        voiding = say.voided(house.bridge, told, event="1", by=by, at=change.at)
        change.state([voiding])
    clock.move(2 * DAY)
    assert counts(retention.apply(house))["v"] == 1
    assert standing(house, [told, voiding.id]) == [False, True]


def test_the_rules_hold_for_every_store_of_statements(tmp_path: Path) -> None:
    clock = Clock()
    house = make_house(tmp_path, clock, retention={"statements": [{"name": "v", "days": 1, "verb": VIEWED}]})
    tell(house, 1)
    with record(house.store) as statements:
        raw = statements.query(verb=VIEWED)[0].raw
    with house.store.write() as session:
        other = StatementStore(driver(session), "other")
        other.insert([raw], house.bridge.machine("sender"), clock())
    clock.move(2 * DAY)
    assert counts(retention.apply(house))["v"] == 2
    with record(house.store, "other") as statements:
        assert statements.query(verb=VIEWED) == []
    assert counts(retention.apply(house))["v"] == 0


def test_more_days_bring_nothing_back_and_fewer_take_what_stayed(tmp_path: Path) -> None:
    clock = Clock()
    house = make_house(tmp_path, clock, retention={"statements": [{"name": "v", "days": 30, "verb": VIEWED}]})
    first = tell(house, 1)
    clock.move(20 * DAY)
    second = tell(house, 2)
    clock.move(15 * DAY)
    assert counts(retention.apply(house))["v"] == 1
    house.store.close()
    shorter = make_house(
        tmp_path, clock, retention={"statements": [{"name": "v", "days": 5, "verb": VIEWED}]}
    )
    assert counts(retention.apply(shorter))["v"] == 1
    assert standing(shorter, [first, second]) == [False, False]


def test_the_actor_of_an_erased_statement_is_in_no_file_of_the_data(tmp_path: Path) -> None:
    clock = Clock()
    house = make_house(tmp_path, clock, retention={"statements": [{"name": "all", "days": 1}]})
    tell(house, 1)
    person = str(uuid5(house.organisation.id, "learner 1")).encode()
    house.store.forget_log()
    assert any(person in path.read_bytes() for path in house.config.data.rglob("*.db*"))
    clock.move(2 * DAY)
    retention.apply(house)
    for path in house.config.data.rglob("*"):
        assert not path.is_file() or person not in path.read_bytes(), path


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two of them"):
        make_house(tmp_path, retention={"statements": [{"name": "v", "days": 1}, {"name": "v", "days": 2}]})
