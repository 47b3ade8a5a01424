"""What readers get: the members as they were sent, and what the store adds."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tests.xapi.lrs.plain import AUTHORITY, id_of, statement
from tests.xapi.records import NOW
from xapi.errors import Conflict
from xapi.lrs.committing import Committer
from xapi.lrs.database import Database
from xapi.lrs.render import exact
from xapi.lrs.store import StatementStore, Stored, prepare
from xapi.model import Version

_PATIENCE = 30


def kept(committer: Committer, database: Database, raw: bytes, version: Version = "1.0.3") -> Stored:
    ready = prepare(raw, version)
    committer.submit("main", [ready], AUTHORITY).result(_PATIENCE)
    with database.read() as connection:
        found = StatementStore(connection).get(ready.uuid)
    assert found is not None
    return found


def test_what_a_sender_leaves_out_is_added_at_the_end(committer: Committer, opened: Database) -> None:
    raw = b'{"actor": {"mbox":"mailto:a@example.org"}, "verb":{"id":"http://v.example.org"},"object":{"id":"http://o.example.org"}}'
    found = kept(committer, opened, raw)
    told: dict[str, Any] = json.loads(exact(found))
    assert list(told) == ["actor", "verb", "object", "id", "timestamp", "stored", "authority", "version"]
    assert told["id"] == str(found.id)
    assert told["timestamp"] == told["stored"] == "2024-05-01T10:00:00.123456Z"
    assert told["authority"] == json.loads(AUTHORITY)
    assert told["version"] == "1.0.3"


def test_every_member_comes_back_in_the_bytes_it_was_sent_in(committer: Committer, opened: Database) -> None:
    raw = statement("a", timestamp="2024-05-01T10:00:00.123456789+02:00", version="1.0.1").replace(
        b'"object":',
        b'"result":{"extensions":{"http://x.example.org":12345678901234567890.12345}} ,"object" : ',
    )
    told = exact(kept(committer, opened, raw))
    assert b'"timestamp":"2024-05-01T10:00:00.123456789+02:00"' in told
    assert b"12345678901234567890.12345" in told
    assert b'"version":"1.0.1"' in told


def test_stored_and_authority_are_the_stores_own(committer: Committer, opened: Database) -> None:
    raw = statement("a", stored="1999-01-01T00:00:00Z", authority={"mbox": "mailto:fake@example.org"})
    told = exact(kept(committer, opened, raw))
    assert b"1999" not in told
    assert b"fake" not in told


def test_a_statement_of_the_second_family_says_so(committer: Committer, opened: Database) -> None:
    found = kept(committer, opened, statement("a"), "2.0.0")
    assert found.version == "2.0.0"
    assert b'"version":"2.0.0"' in exact(found)
    with opened.read() as connection:
        assert StatementStore(connection).index_fault() is None


def test_what_was_read_here_is_a_repeat_when_it_is_sent_again(committer: Committer, opened: Database) -> None:
    raw = msgspec.json.encode({k: v for k, v in json.loads(statement("a")).items() if k != "id"})
    found = kept(committer, opened, raw)
    for again in (exact(found), raw.replace(b"{", b'{"id":"%s",' % str(found.id).encode(), 1)):
        assert committer.submit("main", [prepare(again)], AUTHORITY).result(_PATIENCE).known == (found.id,)
    other = exact(found).replace(b'"timestamp":"2024', b'"timestamp":"2023')
    with pytest.raises(Conflict):
        committer.submit("main", [prepare(other)], AUTHORITY).result(_PATIENCE)


def test_a_statement_without_an_id_gets_a_random_one() -> None:
    raw = msgspec.json.encode({k: v for k, v in json.loads(statement("a")).items() if k != "id"})
    one, other = prepare(raw), prepare(raw)
    assert one.uuid != other.uuid
    assert one.uuid.version == 4
    assert prepare(statement("a")).uuid == id_of("a")


def test_the_clock_of_the_store_is_told_to_the_microsecond(committer: Committer, opened: Database) -> None:
    assert kept(committer, opened, statement("a")).stored == NOW
