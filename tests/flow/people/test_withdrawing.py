"""Withdrawing consent while others write, after a cut, and over more than one batch."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, func, select

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.flow.people import bases, stating, withdrawing
from gleanery.model.bases import BasisEnd, Stated
from gleanery.model.people import Person
from gleanery.model.record import Entry
from gleanery.store.faults import Overtaken
from gleanery.testing import Clock
from tests.flow.people.deeds import (
    DONE,
    LEAD,
    RECORD,
    SLACK,
    act,
    agreement,
    consent,
    link,
    merge,
    new_person,
    standing_about,
    withdraw,
)
from xapi.statements import viewed

ROOT = Path(__file__).resolve().parents[3]


def standing_rows(house: House) -> int:
    with house.store.read() as session:
        query = select(func.count()).select_from(Stated).where(col(Stated.voided_at).is_(None))
        return session.exec(query).one()


def test_a_withdrawal_that_was_cut_off_is_finished_by_the_next_run(house: House) -> None:
    person = new_person(house, "U1")
    given = consent(house, person)
    for number in range(4):
        act(house, person, f"e{number}")
    with house.change() as change:  # the first transaction of a withdrawal, and then the light went out
        bases.end(change, bases.lock_basis(change.session, given.id), BasisEnd.WITHDRAWN, LEAD)
    assert withdrawing.finish_withdrawals(house) == 4
    assert standing_about(house, person.id) == set()
    assert withdrawing.finish_withdrawals(house) == 0


def test_a_repeated_withdrawal_finishes_and_then_does_nothing(house: House) -> None:
    person = new_person(house, "U1")
    given = consent(house, person)
    act(house, person)
    with house.change() as change:
        bases.end(change, bases.lock_basis(change.session, given.id), BasisEnd.WITHDRAWN, LEAD)
    assert [withdraw(house, given), withdraw(house, given)] == [1, 0]


def test_more_than_a_batch_is_voided_with_progress(house: House) -> None:
    person = new_person(house, "U1")
    given = consent(house, person)
    many = withdrawing.BATCH + 20
    act_often(house, person.id, many)
    seen: list[tuple[int, int]] = []
    done = withdrawing.withdraw(house, [given.id], "lead", lambda done, every: seen.append((done, every)))
    assert done.voided == many
    assert seen == [(withdrawing.BATCH, many), (many, many)]
    assert standing_rows(house) == 0


def act_often(house: House, about: UUID, count: int) -> None:
    """Many deeds in one transaction, as a long first reading brings them."""
    item = house.bridge.item(about, "message", "Slack")

    def building(event: str) -> stating.Build:
        return lambda actor, revision: viewed(
            house.bridge, item, event=event, by=actor, at=DONE, revision=revision
        )

    with house.change() as change:
        person = change.session.get_one(Person, about)
        for event in (f"m{number}" for number in range(count)):
            stating.state(change, stating.Deed(person, RECORD, SLACK, event, DONE), building(event))


def test_an_ended_consent_can_still_be_withdrawn(house: House, clock: Clock) -> None:
    """Somebody left, the consent ended with the last day; the right to withdraw did not."""
    person = new_person(house, "U1")
    given = consent(house, person)
    act(house, person)
    clock.move(timedelta(days=1))
    with house.change() as change:
        bases.end(change, bases.lock_basis(change.session, given.id), BasisEnd.LEFT, LEAD)
    assert withdraw(house, given) == 1


def test_only_consent_is_withdrawn_and_nothing_is_changed_otherwise(house: House) -> None:
    person = new_person(house, "U1")
    given, agreed = consent(house, person), agreement(house)
    act(house, person)
    with pytest.raises(Denied, match="no consent"):
        withdrawing.withdraw(house, [given.id, agreed.id], "lead")
    assert standing_rows(house) == 1


def test_consents_of_every_id_of_a_human_are_withdrawn_together(house: House, clock: Clock) -> None:
    first = new_person(house, "U1")
    clock.move(timedelta(hours=1))
    second = new_person(house, "U2")
    given = {consent(house, one).id for one in (first, second)}
    merge(house, first, second)
    done = withdrawing.withdraw_purpose(house, second.id, RECORD, "lead")
    assert set(done.bases) == given
    with pytest.raises(Denied, match="given no consent"):
        withdrawing.withdraw_purpose(house, first.id, RECORD, "lead")


def test_a_withdrawal_while_others_state_leaves_nothing_standing(house: House) -> None:
    """Writers and the withdrawal at once: whoever comes first, no statement rests on what is withdrawn."""
    person = new_person(house, "U1")
    link(house, "U2", person)
    given = consent(house, person)
    gate = threading.Barrier(4)
    errors: list[Exception] = []

    def write(name: str) -> None:
        gate.wait()
        try:
            for number in range(6):
                try:
                    act(house, person, f"{name}{number}")
                except Overtaken:
                    continue
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    gate.wait()
    withdraw(house, given)
    for thread in threads:
        thread.join()
    assert errors == []
    assert standing_rows(house) == 0
    assert standing_about(house, person.id) == set()


def test_each_batch_is_one_entry_with_its_count(house: House) -> None:
    person = new_person(house, "U1")
    given = consent(house, person)
    for number in range(3):
        act(house, person, f"e{number}")
    withdraw(house, given)
    with house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.subject == f"basis:{given.id}")).all()
    told = {entry.action: entry.detail for entry in entries}
    assert '"count":3' in told["statements.voided"]
    assert '"purpose":"learning-record"' in told["basis.withdrawn"]


def test_no_code_of_the_house_counts_or_groups_by_account() -> None:
    """Authors who are linked to nobody are never profiled: no query adds up what an account did."""
    counted = re.compile(r"group_by\([^)]*(?:handle_id|Handle\.id|external_id)|Counter\([^)]*handle_id")
    found = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in (ROOT / "gleanery").rglob("*.py")
        for hit in counted.finditer(path.read_text("utf-8"))
    ]
    assert found == []
