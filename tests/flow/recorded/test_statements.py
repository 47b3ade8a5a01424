"""Statements are found by every filter, page by page, and each tells its place in the chain."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from gleanery.errors import BadInput
from gleanery.flow.exporting import Selection
from gleanery.flow.house import House
from gleanery.flow.record import driver
from gleanery.flow.recorded import statements
from gleanery.flow.recorded.statements import BOOKKEEPING
from tests.flow.recorded.conftest import REGISTRATION, Lived, record_foreign, statement
from xapi.vocabulary import activity_streams, adl, own

SHOWN = Selection(log="statements", voided=False, without=BOOKKEEPING)
ALL = Selection(log="statements")
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"


def seqs(house: House, selection: Selection, **more: Any) -> list[int]:
    return [one.seq for one in statements.find(house, "auditor", selection, **more).rows]


def verbs(house: House, selection: Selection) -> list[str]:
    return [one.verb for one in statements.find(house, "auditor", selection).rows]


def test_what_was_taken_back_and_what_takes_back_is_hidden_until_asked_for(day: Lived) -> None:
    hidden = set(seqs(day.house, ALL)) - set(seqs(day.house, SHOWN))
    found = {one.seq: one for one in statements.find(day.house, "auditor", ALL).rows}
    assert sorted(found[seq].verb for seq in hidden) == sorted(
        [activity_streams.APPROVED.id, adl.VOIDED.id, own.ERASED.id]
    )
    with_voided = replace(SHOWN, voided=True)
    assert verbs(day.house, with_voided).count(activity_streams.APPROVED.id) == 3
    assert adl.VOIDED.id not in verbs(day.house, with_voided)


def test_each_filter_finds_what_it_names_and_nothing_else(day: Lived) -> None:
    learner = json.dumps({"mbox": "mailto:learner1@example.org"})
    activity = f"{day.house.organisation.bridge_home}/items/{day.items[0]}"
    completed = replace(SHOWN, verb=COMPLETED)
    assert len(seqs(day.house, completed)) == 3
    assert seqs(day.house, replace(SHOWN, agent=learner)) == seqs(day.house, completed)[1:2]
    assert verbs(day.house, replace(SHOWN, activity=activity)) == [
        activity_streams.APPROVED.id,
        adl.IMPORTED.id,
    ]
    assert set(verbs(day.house, replace(SHOWN, person="curator"))) == {activity_streams.APPROVED.id}
    assert seqs(day.house, replace(SHOWN, registration=REGISTRATION)) == seqs(day.house, completed)
    assert seqs(day.house, replace(SHOWN, registration=uuid4())) == []
    first = statements.find(day.house, "auditor", ALL).rows[-1].stored
    assert len(seqs(day.house, replace(ALL, until=first))) == 1
    assert len(seqs(day.house, replace(ALL, since=first))) == len(seqs(day.house, ALL)) - 1


def test_pages_put_together_are_the_whole_list(day: Lived) -> None:
    whole, paged, before = seqs(day.house, SHOWN), [], None
    while True:
        found = statements.find(day.house, "auditor", SHOWN, before=before, limit=2)
        paged += [one.seq for one in found.rows]
        before = found.next
        if before is None:
            break
    assert paged == whole == sorted(whole, reverse=True)


def test_the_count_is_that_of_the_list_and_ends_where_it_is_told_to(day: Lived) -> None:
    for selection in (ALL, SHOWN, replace(SHOWN, verb=COMPLETED), replace(SHOWN, person="curator")):
        assert statements.count(day.house, selection) == len(seqs(day.house, selection))
    assert statements.count(day.house, SHOWN, 3) == 4


def test_a_page_costs_the_same_queries_for_six_rows_as_for_all(day: Lived) -> None:
    assert queries_of(day.house, 6) == queries_of(day.house, 50)


def queries_of(house: House, limit: int) -> int:
    statements.find(house, "auditor", SHOWN, limit=limit)  # the reading is entered; the next is not
    seen: list[str] = []
    event.listen(house.store.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    before = len(seen)
    statements.find(house, "auditor", SHOWN, limit=limit)
    return len(seen) - before


def test_a_statement_tells_its_place_and_the_checkpoint_that_leads_to_it(day: Lived) -> None:
    found = statements.show(day.house, "auditor", "main", day.foreign[0])
    assert found.standing.follows
    assert not found.standing.is_erased
    assert found.proof is not None
    assert found.proof.is_met
    assert found.proof.is_elsewhere
    assert found.proof.checkpoint.seq >= found.standing.seq
    assert found.telling is not None
    assert found.telling.thing.names == {"en": "Course 0"}


def test_an_erased_statement_keeps_its_place_and_says_who_erased_it(day: Lived) -> None:
    found = statements.show(day.house, "auditor", "main", day.erased)
    assert found.standing.is_erased
    assert found.standing.follows
    assert found.stored is None
    assert not found.is_voided
    assert [one.verb for one in found.refers] == [own.ERASED.id]


def test_a_statement_that_was_taken_back_names_what_takes_it_back(day: Lived) -> None:
    taken = next(one for one in statements.find(day.house, "auditor", ALL).rows if one.voided)
    found = statements.show(day.house, "auditor", "main", taken.id)
    assert found.is_voided
    assert [one.verb for one in found.refers] == [adl.VOIDED.id]
    assert not found.standing.is_erased


def test_a_changed_statement_no_longer_follows_and_meets_no_checkpoint(own: Lived) -> None:
    found = statements.show(own.house, "auditor", "main", own.foreign[0])
    with own.house.store.write() as session:
        driver(session).execute(
            "UPDATE lrs_statement SET stored = stored - 1 WHERE seq = ?", [found.standing.seq]
        )
    again = statements.show(own.house, "auditor", "main", own.foreign[0])
    assert not again.standing.follows
    assert again.proof is not None
    assert again.proof.is_met is False


def test_one_after_the_last_checkpoint_is_not_said_to_be_sealed(own: Lived) -> None:
    (new,) = record_foreign(own.house, [statement(9)])
    assert statements.show(own.house, "auditor", "main", new).proof is None
    own.house.checkpoint()
    proof = statements.show(own.house, "auditor", "main", new).proof
    assert proof is not None
    assert proof.is_met


def test_the_checkpoint_is_found_among_years_of_them(own: Lived, clock: Any) -> None:
    kept: list[UUID] = []
    for number in range(10, 130):
        clock.move(timedelta(minutes=1))
        kept += record_foreign(own.house, [statement(number)])
        own.house.checkpoint()
    assert own.house.local_checkpoints.path.stat().st_size > 2 * 16 * 1024
    for one in (kept[0], kept[55], kept[-1]):
        found = statements.show(own.house, "auditor", "main", one)
        assert found.proof is not None
        assert found.proof.is_met
        assert found.proof.checkpoint.seq == found.standing.seq


def test_reading_is_entered_once_and_names_the_person_looked_for(own: Lived) -> None:
    from gleanery.flow.recorded import entries

    for _ in range(3):
        statements.find(own.house, "auditor", replace(SHOWN, person="curator"))
    read = entries.find(own.house, "lead", Selection(action="record.read")).rows
    person = statements.find(own.house, "auditor", replace(SHOWN, person="curator")).rows[0].actor.person
    assert [one.line.subject for one in read] == [f"person:{person}"]
    assert read[0].detail == {"what": "list"}


@pytest.mark.parametrize(
    "wrong",
    [{"person": "zz"}, {"agent": "{"}, {"agent": '{"mbox":"mailto:a@example.org"}', "person": "curator"}],
)
def test_a_filter_that_means_nobody_is_refused_with_a_remedy(day: Lived, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        statements.find(day.house, "auditor", replace(SHOWN, **wrong))
    assert refused.value.remedy


def test_an_unknown_statement_is_refused(day: Lived) -> None:
    with pytest.raises(BadInput, match="no such statement"):
        statements.show(day.house, "auditor", "main", uuid4())


def test_a_statement_of_a_megabyte_is_listed_by_its_few_words(own: Lived) -> None:
    huge = statement(7, result={"response": "x" * 1_000_000})
    (key,) = record_foreign(own.house, [huge])
    newest = statements.find(own.house, "auditor", SHOWN).rows[0]
    assert newest.id == key
    assert newest.thing.names == {"en": "Course 7"}
