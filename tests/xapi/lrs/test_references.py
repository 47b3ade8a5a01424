"""A statement about a statement is found by what the other is found by, whichever came first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import pytest

from tests.xapi.lrs.plain import AUTHORITY, VOIDED, agent, id_of, iri, ready
from tests.xapi.records import NOW, Database, reading, writing
from xapi.lrs.references import DEPTH
from xapi.lrs.store import Prepared, StatementStore


def store(database: Database, *several: Prepared, later: int = 0) -> None:
    with writing(database) as connection:
        StatementStore(connection).insert(several, AUTHORITY, NOW + timedelta(seconds=later))


def found(database: Database, **filters: object) -> list[str]:
    """The names of the statements found, newest first."""
    with reading(database) as statements:
        assert statements.index_fault() is None
        return [names[row.id] for row in statements.query(**filters)]  # type: ignore[arg-type]


names = {id_of(name): name for name in (*"abcdefghij", *(f"s{number}" for number in range(60)))}


def test_a_reference_is_found_by_the_filters_of_its_target(database: Database) -> None:
    store(database, ready("a", by="learner", verb="read", about="book", registration="r"))
    store(database, ready("b", by="lead", verb="confirmed", refers="a"))
    for filters in (
        {"agent": agent("learner")},
        {"verb": iri("read")},
        {"activity": iri("book")},
        {"registration": id_of("r")},
        {"agent": agent("learner"), "verb": iri("read"), "activity": iri("book"), "registration": id_of("r")},
    ):
        assert found(database, **filters) == ["b", "a"]
    assert found(database, agent=agent("lead")) == ["b"]


def test_a_reference_that_comes_first_is_found_once_its_target_is_there(database: Database) -> None:
    store(database, ready("b", by="lead", verb="confirmed", refers="a"))
    assert found(database, agent=agent("learner")) == []
    store(database, ready("a", by="learner"))
    assert found(database, agent=agent("learner")) == ["a", "b"]


def test_filters_are_met_by_one_statement_of_the_path_and_not_by_several_together(database: Database) -> None:
    store(
        database, ready("a", by="learner", verb="read"), ready("b", by="lead", verb="confirmed", refers="a")
    )
    assert found(database, agent=agent("lead"), verb=iri("read")) == []
    assert found(database, agent=agent("learner"), verb=iri("confirmed")) == []
    assert found(database, agent=agent("lead"), verb=iri("confirmed")) == ["b"]


def test_times_and_cursors_are_those_of_the_statement_that_refers(database: Database) -> None:
    store(database, ready("a", by="learner"))
    store(database, ready("b", by="lead", refers="a"), later=10)
    assert found(database, agent=agent("learner"), since=NOW + timedelta(seconds=5)) == ["b"]
    assert found(database, agent=agent("learner"), until=NOW + timedelta(seconds=5)) == ["a"]
    assert found(database, agent=agent("learner"), limit=1) == ["b"]
    assert found(database, agent=agent("learner"), before_seq=2) == ["a"]


@pytest.mark.parametrize("order", ["abcd", "dcba", "bdac", "cabd"])
def test_a_chain_of_references_is_followed_whatever_the_order_of_arrival(
    database: Database, order: str
) -> None:
    chain = {
        "a": ready("a", by="learner"),
        "b": ready("b", by="x", refers="a"),
        "c": ready("c", by="x", refers="b"),
        "d": ready("d", by="x", refers="c"),
    }
    for name in order:
        store(database, chain[name])
    assert found(database, agent=agent("learner"), ascending=True) == list(order)
    assert found(database, agent=agent("x")) == [name for name in reversed(order) if name != "a"]


def test_references_in_a_circle_are_each_found_once(database: Database) -> None:
    store(database, ready("a", by="x", refers="c"), ready("b", by="y", refers="a"))
    store(database, ready("c", by="z", refers="b"), ready("d", by="self", refers="d"))
    for name in "xyz":
        assert sorted(found(database, agent=agent(name))) == ["a", "b", "c"]
    assert found(database, agent=agent("self")) == ["d"]


def test_a_path_ends_after_thirty_two_steps(database: Database) -> None:
    several = [ready("s0", by="learner")]
    several += [ready(f"s{number}", by="x", refers=f"s{number - 1}") for number in range(1, DEPTH + 5)]
    store(database, *several[1:])
    store(database, several[0])
    reached = found(database, agent=agent("learner"), ascending=True)
    assert sorted(reached, key=lambda name: int(name[1:])) == [f"s{number}" for number in range(DEPTH + 1)]


def test_a_target_with_many_referrers_arrives_late(database: Database) -> None:
    store(database, *[ready(f"s{number}", by="x", refers="a") for number in range(60)])
    store(database, ready("a", by="learner"))
    assert len(found(database, agent=agent("learner"))) == 61


def test_whoever_refers_to_a_voided_statement_is_still_found(database: Database) -> None:
    store(database, ready("b", by="lead", refers="a"))
    store(database, ready("v", by="lead", verb=VOIDED, refers="a"))
    store(database, ready("a", by="learner"))
    with reading(database) as statements:
        rows = statements.query(agent=agent("learner"))
        assert [row.id for row in rows] == [id_of("v"), id_of("b")]
        assert statements.get_voided(id_of("a")) is not None
        assert statements.get_voided(id_of("b")) is None


def test_a_voider_that_is_voided_keeps_its_effect_and_is_itself_shown(database: Database) -> None:
    store(database, ready("w", verb=VOIDED, refers="v"), ready("v", verb=VOIDED, refers="a"), ready("a"))
    with reading(database) as statements:
        assert [row.id for row in statements.query()] == [id_of("v"), id_of("w")]
        assert statements.get_voided(id_of("v")) is None
        assert statements.get_voided(id_of("a")) is not None


def test_the_authority_of_a_target_counts_among_related_agents(database: Database) -> None:
    with writing(database) as connection:
        StatementStore(connection).insert([ready("a")], '{"mbox":"mailto:school@example.org"}', NOW)
    store(database, ready("b", by="lead", refers="a"), ready("c", by="lead"))
    assert found(database, agent=agent("school"), related_agents=True) == ["b", "a"]
    assert found(database, agent=agent("school")) == []
    assert found(database, agent=agent("school"), related_agents=True, limit=1) == ["b"]
    assert found(database, agent=agent("lead"), related_agents=True) == ["c", "b"]
    assert found(database, agent=agent("lead"), related_agents=True, verb=iri("nothing")) == []


class Told(NamedTuple):
    """A made-up statement as the oracle sees it."""

    name: str
    by: str
    verb: str
    about: str
    refers: str


def oracle(told: Sequence[Told], by: str, verb: str) -> list[str]:
    """The names that must be found, in the order of arrival, by the words of the specification."""
    by_name = {one.name: one for one in told}

    def matches(one: Told) -> bool:
        seen: list[str] = []
        current: Told | None = one
        while current is not None and current.name not in seen and len(seen) <= DEPTH:
            if (not by or current.by == by) and (not verb or current.verb == verb):
                return True
            seen.append(current.name)
            current = by_name.get(current.refers)
        return False

    return [one.name for one in told if matches(one)]


@pytest.mark.parametrize("seed", range(6))
def test_random_references_are_found_as_the_specification_says(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    labels = [f"s{number}" for number in range(40)]
    told = [
        Told(
            label,
            chance.choice("xyz"),
            chance.choice(["read", "wrote"]),
            chance.choice(["book", "film"]),
            chance.choice(labels) if chance.random() < 0.6 else "",
        )
        for label in labels
    ]
    chance.shuffle(told)
    position = 0
    while position < len(told):
        size = chance.randint(1, 7)
        several = told[position : position + size]
        store(
            database,
            *[ready(o.name, by=o.by, verb=o.verb, about=o.about, refers=o.refers) for o in several],
        )
        position += size
    for by in ("", "x", "y"):
        for verb in ("", "read", "wrote"):
            filters: dict[str, object] = {"ascending": True}
            if by:
                filters["agent"] = agent(by)
            if verb:
                filters["verb"] = iri(verb)
            assert found(database, **filters) == oracle(told, by, verb)
