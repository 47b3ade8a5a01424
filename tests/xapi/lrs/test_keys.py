"""Keys and tokens as the store keeps them, on SQLite and on PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from tests.xapi.records import NOW, Database, writing
from xapi.errors import BadKey, KeyRefused
from xapi.lrs import scopes
from xapi.lrs.hashing import Verified
from xapi.lrs.keys import TOKEN_SECONDS, Key, Keys, authority

HOME = "https://lrs.example.org/xapi"
AUTHORITY = authority(HOME, "course")
HOUR = timedelta(seconds=TOKEN_SECONDS)


@pytest.fixture
def keys(database: Database) -> Iterator[Keys]:
    """The keys of an empty database."""
    with writing(database) as connection:
        yield Keys(connection)


def test_a_key_opens_its_store_as_its_authority_for_what_the_specification_grants(keys: Keys) -> None:
    secret = keys.add("course", AUTHORITY, NOW, "tenant-a")
    expected = Key(
        "course", "tenant-a", AUTHORITY, frozenset({"statements/write", "statements/read/mine"}), NOW
    )
    assert keys.check("course", secret) == expected
    assert keys.list() == [expected]
    assert msgspec.json.decode(AUTHORITY) == {
        "objectType": "Agent",
        "account": {"homePage": HOME, "name": "course"},
    }


def test_two_keys_have_different_secrets_of_256_bits(keys: Keys) -> None:
    one, other = (keys.add(name, AUTHORITY, NOW) for name in ("one", "other"))
    assert one != other
    assert min(len(one), len(other)) >= 43


@pytest.mark.parametrize("name", ["course2", "", "cours", "COURSE", "course\x00", "x" * 10_000, "ł"])
def test_an_unknown_name_is_refused_like_a_wrong_secret(keys: Keys, name: str) -> None:
    secret = keys.add("course", AUTHORITY, NOW)
    with pytest.raises(KeyRefused) as wrong:
        keys.check("course", secret + "x")
    with pytest.raises(KeyRefused) as unknown:
        keys.check(name, secret)
    assert str(unknown.value) == str(wrong.value)


def test_a_revoked_key_is_refused_at_once_also_where_its_secret_was_verified(keys: Keys) -> None:
    secret = keys.add("course", AUTHORITY, NOW)
    token = keys.issue(keys.check("course", secret), scopes.DEFAULT, NOW)
    ended = keys.revoke("course", NOW + timedelta(seconds=1))
    assert ended.revoked == NOW + timedelta(seconds=1)
    for attempt in (lambda: keys.check("course", secret), lambda: keys.bearer(token, NOW)):
        with pytest.raises(KeyRefused):
            attempt()
    assert keys.known("course", secret) is None
    assert keys.revoke("course", NOW + timedelta(days=1)) == ended, "the first time counts"


def test_the_name_of_a_revoked_key_is_never_given_again(keys: Keys) -> None:
    keys.add("course", AUTHORITY, NOW)
    keys.revoke("course", NOW)
    with pytest.raises(BadKey, match="choose another name"):
        keys.add("course", AUTHORITY, NOW)


def test_one_name_is_one_key_over_all_stores(keys: Keys) -> None:
    keys.add("course", AUTHORITY, NOW, "tenant-a")
    with pytest.raises(BadKey, match="choose another name"):
        keys.add("course", AUTHORITY, NOW, "tenant-b")
    assert [key.store for key in keys.list()] == ["tenant-a"]
    assert keys.list("tenant-b") == []


@pytest.mark.parametrize(
    ("name", "store", "granted", "secret"),
    [
        ("a:b", "main", ["all"], None),
        ("", "main", ["all"], None),
        ("a b", "main", ["all"], None),
        ("x" * 101, "main", ["all"], None),
        ("course", "Main", ["all"], None),
        ("course", "", ["all"], None),
        ("course", "main", [], None),
        ("course", "main", ["statements/delete"], None),
        ("course", "main", ["all"], ""),
        ("course", "main", ["all"], "a\nb"),
        ("course", "main", ["all"], "\udc80"),
        ("course", "main", ["all"], "x" * 1025),
    ],
)
def test_what_cannot_be_a_key_is_refused_with_the_remedy(
    keys: Keys, name: str, store: str, granted: list[str], secret: str | None
) -> None:
    with pytest.raises(BadKey, match="has"):
        keys.add(name, AUTHORITY, NOW, store, granted, secret)
    assert keys.list() == []


def test_revoking_what_is_no_key_says_so(keys: Keys) -> None:
    with pytest.raises(BadKey, match="no key 'nobody'"):
        keys.revoke("nobody", NOW)


def test_a_key_is_ensured_once_and_its_secret_never_changed(keys: Keys) -> None:
    secret = secrets.token_urlsafe(9)
    for _ in range(2):
        keys.ensure("course", AUTHORITY, NOW, secret)
    assert keys.check("course", secret).scopes == {"all"}
    with pytest.raises(BadKey, match="another secret"):
        keys.ensure("course", AUTHORITY, NOW, secrets.token_urlsafe(9))
    with pytest.raises(BadKey, match="characters"):
        keys.ensure("lesson", AUTHORITY, NOW, "")


# --------------------------------------------------------------------------- tokens


def test_a_token_stands_for_its_key_with_its_own_scopes_for_an_hour(keys: Keys) -> None:
    key = keys.check("course", keys.add("course", AUTHORITY, NOW, "tenant-a", ["all"]))
    token = keys.issue(key, frozenset({"state"}), NOW)
    found = keys.bearer(token, NOW + HOUR - timedelta(microseconds=1))
    assert (found.name, found.store, found.authority, found.scopes) == (
        "course",
        "tenant-a",
        AUTHORITY,
        {"state"},
    )
    for at, text in ((NOW + HOUR, token), (NOW, token + "x"), (NOW, ""), (NOW, "\x00")):
        with pytest.raises(KeyRefused):
            keys.bearer(text, at)


def test_tokens_that_are_over_are_removed_when_another_is_given(database: Database) -> None:
    with writing(database) as connection:
        keys = Keys(connection)
        key = keys.check("course", keys.add("course", AUTHORITY, NOW))
        for hours in range(3):
            keys.issue(key, scopes.DEFAULT, NOW + hours * HOUR)
        assert connection.execute("SELECT count(*) FROM lrs_token").fetchone() == (1,)


def test_a_key_that_was_revoked_meanwhile_gets_no_token(keys: Keys) -> None:
    key = keys.check("course", keys.add("course", AUTHORITY, NOW))
    keys.revoke("course", NOW)
    with pytest.raises(KeyRefused):
        keys.issue(key, scopes.DEFAULT, NOW)


# --------------------------------------------------------------------------- what is kept


def test_neither_secrets_nor_tokens_stand_in_the_database(database: Database) -> None:
    with writing(database) as connection:
        keys = Keys(connection)
        secret = keys.add("course", AUTHORITY, NOW)
        token = keys.issue(keys.check("course", secret), scopes.DEFAULT, NOW)
        rows = [
            repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row])
            for table in ("lrs_key", "lrs_token")
            for row in connection.execute(f"SELECT * FROM {table}").fetchall()
        ]
    assert len(rows) == 2
    assert not [row for row in rows for text in (secret, token) if text in row]


def test_a_verified_secret_is_known_by_its_row_alone_and_the_oldest_is_forgotten() -> None:
    verified = Verified(most=2)
    for number in range(3):
        verified.add(b"%d" % number, "secret")
    held = [verified.holds(b"%d" % number, "secret") for number in range(3)]
    assert held == [False, True, True]
    assert not verified.holds(b"2", "Secret")


# --------------------------------------------------------------------------- scopes


@pytest.mark.parametrize(
    ("held", "wanted", "granted"),
    [
        ("all", "statements/write", "statements/write"),
        ("all", "all", "all"),
        ("statements/write state", "all", "statements/write state"),
        ("statements/read", "statements/read/mine", "statements/read/mine"),
        ("statements/read/mine", "statements/read", "statements/read/mine"),
        ("all/read", "statements/read state", "statements/read"),
        ("statements/write statements/read/mine", "profile", ""),
    ],
)
def test_a_token_may_do_what_is_asked_as_far_as_its_key_may(held: str, wanted: str, granted: str) -> None:
    assert scopes.narrowed(held.split(), wanted.split()) == frozenset(granted.split())


def test_the_scopes_by_the_names_of_known_senders_are_those_of_the_specification() -> None:
    named = scopes.scopes_in(["xapi:write", "xapi:read", "xapi:all", "define"])
    assert named == {"statements/write", "statements/read", "all", "define"}
    with pytest.raises(ValueError, match="'xapi:delete' is no scope"):
        scopes.scopes_in(["xapi:delete"])
