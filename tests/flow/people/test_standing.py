"""Whatever happens to accounts, persons and bases, every statement that stands rests on a basis not withdrawn.

hypothesis draws long sequences of links, merges, consents, agreements and deeds. A small model that knows nothing of
the tables says beforehand whether a deed may be stated; after every step the record is held against the rows, and
each statement against the basis it rests on.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, select

from gleanery.flow import record
from gleanery.flow.house import House
from gleanery.flow.people import bases
from gleanery.model.bases import Basis, BasisEnd, Purpose, Stated
from gleanery.model.people import Handle, LinkEnd, Person
from gleanery.testing import Clock
from tests.flow.people import deeds
from tests.flow.people.deeds import RECORD, SOCIAL
from xapi.validate import read
from xapi.vocabulary import adl

NAMES = ("U1", "U2", "U3")
PURPOSES = st.sampled_from([RECORD, SOCIAL])
RUNS = count()


class Model:
    """Who holds what and who agreed to what, in four plain collections."""

    def __init__(self) -> None:
        self.holder: dict[str, tuple[Person, bool]] = {}
        self.merged: dict[UUID, UUID] = {}
        self.consents: list[tuple[Person, Basis]] = []
        self.agreements: list[Basis] = []

    def root(self, person: UUID) -> UUID:
        while person in self.merged:
            person = self.merged[person]
        return person

    def same(self, one: Person, other: Person) -> bool:
        return self.root(one.id) == self.root(other.id)

    def may(self, about: str | Person, purpose: Purpose) -> bool:
        """Whether something about an account's holder, or about a person, may be stated."""
        if isinstance(about, str):
            person, verified = self.holder.get(about, (None, False))
            if person is None:
                return False
        else:
            person = about
            verified = any(sure for held, sure in self.holder.values() if self.same(held, person))
        agreed = [basis for basis in self.agreements if basis.purpose is purpose]
        consented = any(
            self.same(giver, person) and basis.purpose is purpose for giver, basis in self.consents
        )
        opened = purpose is RECORD or bool(agreed)
        return verified and opened and (consented or any(not basis.needs_consent for basis in agreed))


class People(RuleBasedStateMachine):
    """The house and the model, side by side."""

    house: House
    clock: Clock
    persons: Bundle[Person] = Bundle("persons")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.run = f"r{next(RUNS)}"
        self.actors: dict[UUID, UUID] = {}
        self.born: list[UUID] = []
        self.handles: dict[str, Handle] = {
            name: deeds.new_handle(self.house, self.run + name) for name in NAMES
        }

    def teardown(self) -> None:
        for basis in self.model.agreements:
            self._end(basis)

    def _end(self, basis: Basis) -> None:
        with self.house.change() as change:
            bases.end(change, basis, BasisEnd.ENDED, deeds.LEAD)

    def _tick(self) -> None:
        self.clock.move(timedelta(seconds=1))

    # ------------------------------------------------------------------ people and accounts

    @initialize(target=persons)
    def two_who_have_said_yes(self) -> MultipleResults[Person]:
        first, second = self.somebody_new(), self.somebody_new()
        for name, person in zip(NAMES, (first, second), strict=False):
            self.link(name, person, True, False)
            self.consent(person, RECORD)
        return multiple(first, second)

    @rule(target=persons)
    def somebody_new(self) -> Person:
        self._tick()
        person = deeds.new_person(self.house)
        self.born.append(person.id)
        return person

    @rule(
        name=st.sampled_from(NAMES),
        person=persons,
        verified=st.sampled_from([True, True, False]),
        move=st.booleans(),
    )
    def link(self, name: str, person: Person, verified: bool, move: bool) -> None:
        self._tick()
        held, sure = self.model.holder.get(name, (None, False))
        if held is not None and not self.model.same(held, person) and not move:
            return
        deeds.link(self.house, self.run + name, person, verified=verified, move=move)
        if held is None or not self.model.same(held, person):
            self.model.holder[name] = (person, verified)
        elif verified and not sure:
            self.model.holder[name] = (person, True)

    @rule(name=st.sampled_from(NAMES), why=st.sampled_from([LinkEnd.ASKED, LinkEnd.MISTAKE]))
    def unlink(self, name: str, why: LinkEnd) -> None:
        self._tick()
        if self.model.holder.pop(name, None) is not None:
            deeds.unlink(self.house, self.handles[name], why)

    @rule(one=persons, other=persons)
    def merge(self, one: Person, other: Person) -> None:
        self._tick()
        if self.model.same(one, other):
            return
        kept = deeds.merge(self.house, one, other)
        roots = (self.model.root(one.id), self.model.root(other.id))
        older, younger = sorted(roots, key=self.born.index)
        assert kept.id == older
        self.model.merged[younger] = older

    @rule(person=persons)
    def split(self, person: Person) -> None:
        self._tick()
        if self.model.merged.pop(person.id, None) is not None:
            deeds.split(self.house, person)

    # ------------------------------------------------------------------ bases

    @rule(person=persons, purpose=PURPOSES)
    def consent(self, person: Person, purpose: Purpose) -> None:
        self._tick()
        given = deeds.consent(self.house, person, purpose)
        if given.id not in {basis.id for _, basis in self.model.consents}:
            self.model.consents.append((person, given))

    @precondition(lambda self: self.model.consents)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        self._tick()
        place = data.draw(st.integers(0, len(self.model.consents) - 1))
        _, basis = self.model.consents[place]
        self.every_account_acts({0, 1}, basis.purpose)
        self.model.consents.pop(place)
        deeds.withdraw(self.house, basis)
        self.every_account_acts({0, 1}, basis.purpose)

    @rule(purpose=PURPOSES, needs_consent=st.booleans())
    def agree(self, purpose: Purpose, needs_consent: bool) -> None:
        self._tick()
        given = deeds.agreement(self.house, purpose, needs_consent=needs_consent)
        if given.id not in {basis.id for basis in self.model.agreements}:
            self.model.agreements.append(given)

    @precondition(lambda self: self.model.agreements)
    @rule()
    def agree_no_more(self) -> None:
        self._tick()
        self._end(self.model.agreements.pop())

    # ------------------------------------------------------------------ deeds

    @rule(events=st.sets(st.integers(0, 5), min_size=2), purpose=PURPOSES)
    def some_acts(self, events: set[int], purpose: Purpose) -> None:
        self.every_account_acts(events, purpose)

    def every_account_acts(self, events: set[int], purpose: Purpose) -> None:
        """Each account does these things; the answer must be what the model says."""
        for name in NAMES:
            for event in events:
                self._act(self.handles[name], name, event, purpose)

    @rule(person=persons, event=st.integers(4, 6), purpose=PURPOSES)
    def somebody_acts(self, person: Person, event: int, purpose: Purpose) -> None:
        self._act(person, person, event, purpose)

    def _act(self, about: Person | Handle, known: str | Person, event: int, purpose: Purpose) -> None:
        self._tick()
        answer = deeds.act(self.house, about, f"{self.run} {known_as(known)} {event} {purpose}", purpose)
        assert isinstance(answer, Stated) is self.model.may(known, purpose)

    # ------------------------------------------------------------------ what must hold at every moment

    @invariant()
    def the_record_and_the_rows_agree_and_every_standing_statement_has_its_basis(self) -> None:
        with self.house.store.read() as session:
            rows = session.exec(
                select(Stated, Basis).join(Basis, col(Basis.id) == col(Stated.basis_id))
            ).all()
        with record.record(self.house.store) as statements:
            kept = {
                one.id: read(one.raw).actor
                for one in statements.query(limit=10_000)
                if read(one.raw).verb.id != adl.VOIDED.id
            }
        assert set(kept) == {row.statement_id for row, _ in rows if row.voided_at is None}
        for row, basis in rows:
            assert basis.purpose is row.purpose
            assert basis.since <= row.at
            assert basis.until is None or row.at <= basis.until
            assert (basis.ended_why is BasisEnd.WITHDRAWN) is (row.voided_at is not None)
            actor = self.actors.setdefault(row.statement_id, row.person_id)
            assert actor == row.person_id
            if row.voided_at is None:
                assert kept[row.statement_id] == self.house.bridge.person(row.person_id)


def known_as(known: str | Person) -> str:
    return known if isinstance(known, str) else str(known.id)


def walk(house: House, clock: Clock, examples: int, steps: int) -> None:
    class Here(People):
        pass

    Here.house, Here.clock = house, clock
    phases = (Phase.explicit, Phase.generate, Phase.shrink)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_at_every_moment_what_stands_rests_on_a_basis_in_force_then_and_not_withdrawn(
    house: House, clock: Clock
) -> None:
    walk(house, clock, examples=7, steps=35)


@pytest.mark.proof
def test_the_same_over_long_lives(house: House, clock: Clock) -> None:
    walk(house, clock, examples=60, steps=80)
