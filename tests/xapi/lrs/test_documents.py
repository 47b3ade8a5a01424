"""Documents as the store keeps them, on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.xapi.records import NOW, Database, PostgresDatabase, prepare, writing
from xapi.errors import NotMergeable
from xapi.lrs.documents import Document, Documents, Place
from xapi.lrs.schema import migrate

COURSE = "https://example.org/courses/1"
LEARNER = "account https://people.example.org learner"
STATE = Place("state", COURSE, LEARNER)
EVERY_PLACE = (
    STATE,
    Place("state", COURSE, LEARNER, "a1b2c3d4-0000-4000-8000-000000000001"),
    Place("state", COURSE + "2", LEARNER),
    Place("state", COURSE, LEARNER + "2"),
    Place("agent", agent=LEARNER),
    Place("activity", COURSE),
)


def test_a_document_comes_back_byte_for_byte_with_its_type_and_time(database: Database) -> None:
    every_byte = bytes(range(256)) * 3
    with writing(database) as connection:
        documents = Documents(connection)
        documents.put(STATE, "bookmark", every_byte, "image/x-odd; q=1", NOW)
        found = documents.get(STATE, "bookmark")
    assert found is not None
    assert (found.content, found.type, found.updated) == (every_byte, "image/x-odd; q=1", NOW)
    assert found.etag == hashlib.sha1(every_byte, usedforsecurity=False).hexdigest()


def test_a_later_document_takes_the_place_of_the_earlier(database: Database) -> None:
    with writing(database) as connection:
        documents = Documents(connection)
        documents.put(STATE, "bookmark", b"1", "text/plain", NOW)
        documents.put(STATE, "bookmark", b"2", "text/html", NOW + timedelta(seconds=1))
        found = documents.get(STATE, "bookmark")
        names = documents.names(STATE)
    assert found is not None
    assert (found.content, found.type) == (b"2", "text/html")
    assert names == (["bookmark"], NOW + timedelta(seconds=1))


def test_places_do_not_see_each_other(database: Database) -> None:
    with writing(database) as connection:
        documents = Documents(connection)
        for number, place in enumerate(EVERY_PLACE):
            documents.put(place, "one", b"%d" % number, "text/plain", NOW)
        found = [documents.get(place, "one") for place in EVERY_PLACE]
        assert [one.content for one in found if one] == [b"0", b"1", b"2", b"3", b"4", b"5"]
        assert documents.delete(STATE) == 1
        assert [documents.get(place, "one") is None for place in EVERY_PLACE] == [True] + [False] * 5


def test_stores_do_not_see_each_other(database: Database) -> None:
    with writing(database) as connection:
        ours, theirs = Documents(connection, "ours"), Documents(connection, "theirs")
        ours.put(STATE, "one", b"1", "text/plain", NOW)
        assert (theirs.get(STATE, "one"), theirs.names(STATE), theirs.of_agent(LEARNER)) == (
            None,
            ([], None),
            [],
        )
        assert theirs.delete(STATE, "one") == theirs.delete(STATE) == theirs.forget(LEARNER) == 0
        assert ours.get(STATE, "one") is not None


def test_ids_since_a_time_are_those_changed_after_it(database: Database) -> None:
    with writing(database) as connection:
        documents = Documents(connection)
        for second, name in enumerate(("first", "second", "third")):
            documents.put(STATE, name, b"", "text/plain", NOW + timedelta(seconds=second))
        documents.put(STATE, "first", b"again", "text/plain", NOW + timedelta(seconds=9))
        newest = NOW + timedelta(seconds=9)
        assert documents.names(STATE) == (["second", "third", "first"], newest)
        assert documents.names(STATE, NOW + timedelta(seconds=1)) == (["third", "first"], newest)
        assert documents.names(STATE, newest) == ([], None)


def test_who_is_about_to_change_a_document_sees_what_another_was_committing(postgres_url: str) -> None:
    """Of two processes that saw nothing there the second is not let write over the first."""
    database = prepare(PostgresDatabase(postgres_url))

    def look() -> Document | None:
        with writing(database) as connection:
            documents = Documents(connection)
            documents.lock()
            return documents.get(STATE, "one")

    with writing(database) as connection, ThreadPoolExecutor(1) as pool:
        documents = Documents(connection)
        documents.lock()
        documents.put(STATE, "one", b"first", "text/plain", NOW)
        looking = pool.submit(look)
        waits = "SELECT 1 FROM pg_locks WHERE NOT granted"
        while not looking.done() and connection.execute(waits).fetchone() is None:
            pass
        connection.commit()
        found = looking.result()
    assert found is not None


@pytest.mark.parametrize("name", ["", "a\x00b", "ø" * 5000, "'; DROP TABLE lrs_document; --", "../../etc"])
def test_any_text_is_an_id(database: Database, name: str) -> None:
    with writing(database) as connection:
        documents = Documents(connection)
        documents.put(STATE, name, b"here", "text/plain", NOW)
        found = documents.get(STATE, name)
        assert found is not None
        assert found.content == b"here"
        assert documents.names(STATE)[0] == [name]


def test_an_address_longer_than_an_index_entry_is_a_place(database: Database) -> None:
    place = Place("state", COURSE + "/" + "x" * 20_000, LEARNER + "\x00")
    with writing(database) as connection:
        documents = Documents(connection)
        documents.put(place, "one", b"1", "text/plain", NOW)
        assert documents.get(place, "one") is not None
        assert [kept for kept, _, _ in documents.of_agent(LEARNER + "\x00")] == [place]


def test_a_merge_sets_members_and_keeps_the_bytes_of_the_others(database: Database) -> None:
    kept = b'{"a": 12345678901234567890.12345, "b" : {"deep":[1.0, 1e400]}, "c":1}'
    with writing(database) as connection:
        documents = Documents(connection)
        documents.put(STATE, "one", kept, "application/json; charset=utf-8", NOW)
        documents.merge(STATE, "one", b'{"c":{"x":0.10}, "d":"\xc3\xa9"}', "application/json", NOW)
        found = documents.get(STATE, "one")
    assert found is not None
    expected = '{"a":12345678901234567890.12345,"b":{"deep":[1.0, 1e400]},"c":{"x":0.10},"d":"é"}'
    assert found.content.decode() == expected
    assert found.type == "application/json; charset=utf-8"


def test_a_merge_into_nothing_keeps_the_bytes_as_they_came(database: Database) -> None:
    with writing(database) as connection:
        documents = Documents(connection)
        documents.merge(STATE, "one", b' {"a" : 1} ', "Application/JSON", NOW)
        found = documents.get(STATE, "one")
    assert found is not None
    assert found.content == b' {"a" : 1} '


@pytest.mark.parametrize(
    ("kept", "kept_type", "sent", "sent_type"),
    [
        (b'{"a":1}', "application/json", b'{"b":2}', "text/plain"),
        (b'{"a":1}', "text/plain", b'{"b":2}', "application/json"),
        (b"[1]", "application/json", b'{"b":2}', "application/json"),
        (b'{"a":1}', "application/json", b"[2]", "application/json"),
        (b'{"a":1}', "application/json", b"null", "application/json"),
        (b'{"a":1}', "application/json", b'{"b":2', "application/json"),
        (b'{"a":1}', "application/json", b'{"b":2,"b":3}', "application/json"),
        (b'{"a":1}', "application/json", b'{"b":NaN}', "application/json"),
        (b'{"a":1}', "application/json", b'{"b":"\\ud800"}', "application/json"),
        (b'{"a":1}', "application/json", b'{"b":' + b"[" * 500 + b"]" * 500 + b"}", "application/json"),
        (b'{"a":1}', "application/json", b"", "application/json"),
    ],
)
def test_what_is_no_json_object_is_not_merged_and_changes_nothing(
    database: Database, kept: bytes, kept_type: str, sent: bytes, sent_type: str
) -> None:
    with writing(database) as connection:
        documents = Documents(connection)
        documents.put(STATE, "one", kept, kept_type, NOW)
        with pytest.raises(NotMergeable):
            documents.merge(STATE, "one", sent, sent_type, NOW + timedelta(1))
        found = documents.get(STATE, "one")
    assert found is not None
    assert (found.content, found.type, found.updated) == (kept, kept_type, NOW)


def test_what_is_kept_about_an_agent_is_found_and_forgotten_and_nothing_else(database: Database) -> None:
    with writing(database) as connection:
        documents = Documents(connection)
        for place in EVERY_PLACE:
            documents.put(place, "one", b"1", "text/plain", NOW)
        about = {place for place, _, _ in documents.of_agent(LEARNER)}
        assert about == {place for place in EVERY_PLACE if place.agent == LEARNER}
        assert documents.forget(LEARNER) == len(about)
        assert documents.of_agent(LEARNER) == []
        left = [place for place in EVERY_PLACE if documents.get(place, "one") is not None]
        assert left == [place for place in EVERY_PLACE if place.agent != LEARNER]


VALUES = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = some.dictionaries(some.text(max_size=5), VALUES, max_size=4)


@pytest.fixture(scope="module")
def documents() -> Iterator[Documents]:
    """The documents of a database in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    yield Documents(connection)
    connection.close()


@settings(max_examples=100, deadline=None)
@given(kept=OBJECTS, sent=OBJECTS)
def test_a_merge_is_the_update_of_one_object_by_the_other(
    documents: Documents, kept: dict[str, object], sent: dict[str, object]
) -> None:
    documents.delete(STATE)
    for value in (kept, sent):
        content = json.dumps(value, ensure_ascii=False).encode()
        documents.merge(STATE, "one", content, "application/json", NOW)
    found = documents.get(STATE, "one")
    assert found is not None
    assert json.loads(found.content) == kept | sent
