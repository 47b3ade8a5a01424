"""Nothing is stated about a person without a verified handle and a basis for its purpose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gleanery.errors import GleaneryError
from gleanery.flow import record
from gleanery.flow.house import House
from gleanery.flow.people.asking import No, Origin, Refusal
from gleanery.flow.people.bases import Scope
from gleanery.model.bases import Basis, Purpose, Stated
from gleanery.model.people import LinkEnd
from gleanery.testing import Clock
from tests.flow.people.deeds import (
    REPORT,
    SOCIAL,
    act,
    agreement,
    consent,
    link,
    merge,
    new_handle,
    new_person,
    rows,
    split,
    standing_about,
    unlink,
    withdraw,
)
from xapi.statements import posted


def refusal(answer: Stated | Refusal) -> No:
    assert isinstance(answer, Refusal)
    return answer.reason


def stated(answer: Stated | Refusal) -> Stated:
    assert isinstance(answer, Stated)
    return answer


def test_an_unlinked_author_is_never_stated_about_and_leaves_no_row(house: House) -> None:
    agreement(house)
    before = record.count(house.store)
    assert refusal(act(house, new_handle(house, "U1"))) is No.UNLINKED
    assert (rows(house), record.count(house.store)) == (0, before)


def test_a_claimed_account_carries_nothing_until_it_is_verified(house: House, clock: Clock) -> None:
    agreement(house)
    person = new_person(house)
    handle = link(house, "U1", person, verified=False)
    assert refusal(act(house, handle)) is No.UNVERIFIED
    assert refusal(act(house, person)) is No.UNVERIFIED
    clock.move(timedelta(hours=1))
    link(house, "U1", person, verified=True)
    assert stated(act(house, handle)).person_id == person.id


def test_without_a_basis_nothing_is_written_at_all(house: House) -> None:
    person = new_person(house, "U1")
    before = record.count(house.store)
    assert refusal(act(house, person)) is No.NO_BASIS
    assert (rows(house), record.count(house.store)) == (0, before)


def test_a_statement_names_the_pseudonym_and_rests_on_one_basis(house: House) -> None:
    person = new_person(house, "U1")
    given = consent(house, person)
    row = stated(act(house, person))
    assert (row.person_id, row.basis_id) == (person.id, given.id)
    assert standing_about(house, person.id) == {row.statement_id}
    assert stated(act(house, person)).statement_id == row.statement_id
    assert rows(house) == 1


@pytest.mark.parametrize("purpose", [SOCIAL, REPORT])
def test_social_activity_and_reports_stay_off_until_an_agreement_is_entered(
    house: House, purpose: Purpose
) -> None:
    person = new_person(house, "U1")
    consent(house, person, purpose)
    assert refusal(act(house, person, purpose=purpose)) is No.NO_AGREEMENT
    opened = agreement(house, purpose, needs_consent=True)
    row = stated(act(house, person, purpose=purpose))
    assert row.basis_id != opened.id
    assert refusal(act(house, new_person(house, "U2"), purpose=purpose)) is No.NO_BASIS


def test_a_basis_carries_its_own_purpose_and_no_other(house: House) -> None:
    agreement(house, SOCIAL)
    person = new_person(house, "U1")
    assert refusal(act(house, person)) is No.NO_BASIS


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({"platform": "slack"}, True),
        ({"source": "workspace"}, True),
        ({"platform": "youtube"}, False),
        ({"source": "other"}, False),
    ],
)
def test_a_basis_covers_its_platform_and_source_only(
    sqlite_house: House, scope: dict[str, str], covered: bool
) -> None:
    person = new_person(sqlite_house, "U1")
    consent(sqlite_house, person, **scope)
    answer = act(sqlite_house, person, source=Origin("slack", "workspace"))
    assert isinstance(answer, Stated) is covered


def test_a_basis_for_a_unit_covers_those_in_it(house: House) -> None:
    agreement(house, scope=Scope(unit="dock"))
    inside, outside = new_person(house, "U1"), new_person(house, "U2")
    with house.change() as change:
        inside.unit = "dock"
        change.session.add(inside)
    assert isinstance(act(house, inside), Stated)
    assert refusal(act(house, outside, "e2")) is No.NO_BASIS


def test_a_withdrawn_consent_voids_what_rests_on_it_and_nothing_else(house: House) -> None:
    person, other = new_person(house, "U1"), new_person(house, "U2")
    mine, theirs = consent(house, person), consent(house, other)
    social = consent(house, person, SOCIAL)
    agreement(house, SOCIAL, needs_consent=True)
    rested = {stated(act(house, person, f"e{number}")).statement_id for number in range(3)}
    kept = stated(act(house, person, "s1", SOCIAL)).statement_id
    foreign = stated(act(house, other, "o1")).statement_id
    assert standing_about(house, person.id) == rested | {kept}
    assert withdraw(house, mine) == 3
    assert standing_about(house, person.id) == {kept}
    assert standing_about(house, other.id) == {foreign}
    assert refusal(act(house, person, "e9")) is No.NO_BASIS
    assert withdraw(house, mine) == 0
    with house.store.read() as session:
        assert session.get_one(Basis, theirs.id).ended_at is None
        assert session.get_one(Basis, social.id).ended_at is None


def test_what_rests_on_another_basis_outlives_a_consent(house: House, clock: Clock) -> None:
    person = new_person(house, "U1")
    given = consent(house, person)
    first = stated(act(house, person, "e1"))
    clock.move(timedelta(hours=1))
    agreed = agreement(house)
    second = stated(act(house, person, "e2"))
    assert (first.basis_id, second.basis_id) == (given.id, agreed.id)
    withdraw(house, given)
    assert standing_about(house, person.id) == {second.statement_id}
    assert stated(act(house, person, "e1")).basis_id == agreed.id


def test_consent_given_anew_states_the_same_deed_under_a_new_revision(house: House, clock: Clock) -> None:
    person = new_person(house, "U1")
    given = consent(house, person)
    first = stated(act(house, person))
    withdraw(house, given)
    clock.move(timedelta(days=1))
    again = consent(house, person)
    second = stated(act(house, person))
    assert (second.revision, second.deed) == (1, first.deed)
    assert standing_about(house, person.id) == {second.statement_id}
    assert withdraw(house, again) == 1
    assert standing_about(house, person.id) == set()


def test_a_merge_states_nothing_twice_and_a_split_rewrites_nothing(house: House, clock: Clock) -> None:
    older = new_person(house, "U1")
    clock.move(timedelta(hours=1))
    younger = new_person(house, "U2")
    given = consent(house, younger)
    before = stated(act(house, younger, "e1"))
    assert merge(house, younger, older).id == older.id
    assert stated(act(house, younger, "e1")).statement_id == before.statement_id
    during = stated(act(house, younger, "e2"))
    assert during.person_id == older.id
    assert during.basis_id == given.id
    split(house, younger)
    assert standing_about(house, younger.id) == {before.statement_id}
    assert standing_about(house, older.id) == {during.statement_id}
    assert refusal(act(house, older, "e3")) is No.NO_BASIS
    assert stated(act(house, younger, "e3")).person_id == younger.id


def test_an_account_that_changed_hands_takes_no_earlier_deed_along(house: House, clock: Clock) -> None:
    agreement(house)
    first, second = new_person(house), new_person(house)
    handle = link(house, "U1", first)
    row = stated(act(house, handle, "e1"))
    clock.move(timedelta(days=1))
    link(house, "U1", second, move=True)
    clock.move(timedelta(days=1))
    assert standing_about(house, first.id) == {row.statement_id}
    assert stated(act(house, handle, "e2")).person_id == second.id


def test_a_deed_of_a_former_holder_is_nobodys_deed_any_more(house: House, clock: Clock) -> None:
    agreement(house)
    handle = link(house, "U1", new_person(house))
    done = house.now()
    clock.move(timedelta(days=1))
    link(house, "U1", new_person(house), move=True)
    assert refusal(act(house, handle, "e1", done_at=done)) is No.OTHER_HOLDER


def test_a_link_by_mistake_does_not_count_as_a_former_holder(house: House, clock: Clock) -> None:
    agreement(house)
    wrong, right = new_person(house), new_person(house)
    handle = link(house, "U1", wrong)
    done = house.now()
    clock.move(timedelta(days=1))
    unlink(house, handle, LinkEnd.MISTAKE)
    assert refusal(act(house, handle, "e1", done_at=done)) is No.UNLINKED
    link(house, "U1", right)
    assert stated(act(house, handle, "e1", done_at=done)).person_id == right.id


def test_a_builder_that_names_somebody_else_or_hides_a_social_act_is_refused(house: House) -> None:
    person = new_person(house, "U1")
    consent(house, person)
    with pytest.raises(GleaneryError, match="another actor"):
        act(house, person, by=house.bridge.machine("connector:slack:workspace"))
    with pytest.raises(GleaneryError, match="social activity"):
        act(house, person, tell=posted)
    assert rows(house) == 0
