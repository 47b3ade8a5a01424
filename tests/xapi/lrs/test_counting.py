"""Counts by verb, week, activity and group."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.xapi.lrs.plain import AUTHORITY, VOIDED, agent, id_of, iri, ready
from tests.xapi.records import NOW, Database, writing
from xapi.lrs.counting import Counts, Group, iso_week
from xapi.lrs.store import Prepared, StatementStore


def store(database: Database, *several: Prepared) -> None:
    with writing(database) as connection:
        StatementStore(connection).insert(several, AUTHORITY, NOW)


def counted(database: Database, name: str, *arguments: object) -> Any:
    connection = database.connect()
    try:
        return getattr(Counts(connection), name)(*arguments)
    finally:
        connection.close()


def test_an_empty_store_counts_nothing(database: Database) -> None:
    for name in ("by_verb", "by_week", "by_activity"):
        assert not counted(database, name)
    assert counted(database, "by_group", {"team": [[agent("learner")]]}) == {}


def test_voided_and_erased_statements_and_lent_rows_do_not_count(database: Database) -> None:
    store(database, ready("a"), ready("b"), ready("c"), ready("r", verb="confirmed", refers="a"))
    store(
        database,
        ready("v", verb=VOIDED, refers="b"),
        ready("again", verb=VOIDED, refers="b"),
        ready("w", verb=VOIDED, refers="v"),
        ready("nothing", verb=VOIDED, refers="unknown"),
    )
    with writing(database) as connection:
        StatementStore(connection).erase([id_of("c")], reason="test", by=agent("officer"), at=NOW)
    verbs = counted(database, "by_verb")
    assert (verbs[iri("read")], verbs[iri("confirmed")], verbs[VOIDED]) == (1, 1, 4)
    assert counted(database, "by_activity") == {iri("item"): 1}
    assert counted(database, "by_week", iri("read")) == [(iri("read"), "2024-W18", 1)]


def test_weeks_are_those_of_the_event_in_utc_and_begin_on_monday(database: Database) -> None:
    times = {
        "a": "2020-12-31T23:00:00Z",
        "b": "2021-01-03T23:59:59.999Z",
        "c": "2021-01-04T00:00:00Z",
        "d": "2021-01-04T01:00:00+02:00",
        "e": "1969-12-28T23:00:00Z",
    }
    store(database, *[ready(name, timestamp=at) for name, at in times.items()], ready("untold"))
    assert counted(database, "by_week") == [
        (iri("read"), "1969-W52", 1),
        (iri("read"), "2020-W53", 3),
        (iri("read"), "2021-W01", 1),
        (iri("read"), "2024-W18", 1),
    ]


def test_a_week_has_its_iso_name() -> None:
    for days in range(0, 3000, 5):
        day = date(2019, 12, 25) + timedelta(days=days)
        year, week, _ = day.isocalendar()
        assert iso_week((day.toordinal() - 1) // 7) == f"{year}-W{week:02}"


def test_activities_come_the_most_frequent_first(database: Database) -> None:
    for number, about in enumerate(["film", "book", "book", "song"]):
        store(database, ready(f"s{number}", about=about))
    assert counted(database, "by_activity", 1) == {iri("book"): 2}
    assert next(iter(counted(database, "by_activity"))) == iri("book")


def test_a_group_of_whom_too_few_did_anything_is_left_out(database: Database) -> None:
    people = [[agent(f"p{number}")] for number in range(7)]
    store(database, *[ready(f"s{number}", by=f"p{number % 5}") for number in range(12)])
    store(database, ready("hidden", by="p5"), ready("v", by="boss", verb=VOIDED, refers="hidden"))
    groups = {"all": people, "few": people[:4], "idle": people[4:]}
    assert counted(database, "by_group", groups) == {"all": Group(12, 5)}
    assert counted(database, "by_group", groups, 4) == {"all": Group(12, 5), "few": Group(10, 4)}


def test_a_member_who_acted_under_two_names_counts_once(database: Database) -> None:
    store(database, *[ready(f"s{number}", by=f"p{number}") for number in range(5)])
    four = [[agent("p0"), agent("p1")], *[[agent(f"p{number}")] for number in range(2, 5)]]
    assert counted(database, "by_group", {"team": four}) == {}
    assert counted(database, "by_group", {"team": four}, 4) == {"team": Group(5, 4)}
