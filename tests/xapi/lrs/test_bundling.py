"""Statements of both databases go into bundles byte by byte; what was erased or redacted goes in by its hash."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.xapi.bundles.ledgers import NOW as MADE
from tests.xapi.bundles.ledgers import ORGANISATION, a_signer
from tests.xapi.lrs.plain import VOIDED, id_of, ready, statement
from tests.xapi.lrs.test_erasing import erase, redact, store
from tests.xapi.records import NOW, Database, reading
from xapi import bundles, chain
from xapi.lrs.bundling import members
from xapi.lrs.referring import referring_to
from xapi.lrs.store import prepare


@pytest.fixture
def told(database: Database) -> Database:
    """Statements of both families, one erased and one redacted since; each erasure is a statement too."""
    hard = b'{ "id":"%s", "actor":{"mbox":"mailto:learner@example.org"},\r\n "verb":{"id":"http://example.org/v"},'
    hard += b'"object":{"id":"http://example.org/a"},"result":{"score":{"raw":1.10000000000000000001}}}'
    store(database, ready("a"), ready("b", "2.0.0"), ready("c"), ready("d", "2.0.0"))
    store(database, prepare(hard % str(id_of("hard")).encode()))
    erase(database, "c")
    redact(database, "d", statement("d", by="somebody"))
    return database


def test_a_bundle_of_all_holds_what_is_there_and_proves_the_rest(told: Database, tmp_path: Path) -> None:
    signer, path = a_signer(), tmp_path / "all.zip"
    with reading(told) as statements:
        head = statements.head()
    sealed = chain.sign(
        signer,
        organisation=ORGANISATION,
        log="statements:main",
        epoch=1,
        seq=head.seq,
        head=head.hash,
        at=NOW,
    )
    connection = told.connect()
    manifest = bundles.write(
        path,
        log="statements:main",
        organisation=ORGANISATION,
        signer=signer,
        wanted=range(1, head.seq + 1),
        members=lambda first, last: members(connection, "main", first, last),
        checkpoints=[sealed],
        asked={},
        at=MADE,
    )
    connection.close()
    assert (manifest.entries, manifest.links) == (head.seq - 2, 2)
    found = bundles.check(path)
    assert found.ok, found.reason
    with zipfile.ZipFile(path) as archive:
        entries = [json.loads(line) for line in archive.open("entries.jsonl")]
    assert {one["seq"]: one.get("version") for one in entries if one["seq"] < 6} == {
        1: None,
        2: "2.0.0",
        5: None,
    }
    with reading(told) as statements:
        kept = statements.get(id_of("hard"))
    assert kept is not None
    assert next(one for one in entries if one["seq"] == 5)["content"].encode() == kept.raw


def test_a_part_is_read_across_pages(database: Database) -> None:
    store(database, *(ready(f"n{number}") for number in range(1_200)))
    connection = database.connect()
    assert [one.seq for one in members(connection, "main", 400, 1_100)] == list(range(400, 1_101))
    assert list(members(connection, "main", 1_201, 1_300)) == []
    assert list(members(connection, "other", 1, 10)) == []
    connection.close()


def test_what_refers_to_a_statement_is_found_at_any_remove(database: Database) -> None:
    store(
        database,
        ready("a"),
        ready("b", refers="a"),
        ready("c", refers="b"),
        ready("v", verb=VOIDED, refers="a"),
    )
    store(database, ready("other"))
    connection = database.connect()
    found = referring_to(connection, "main", id_of("a"))
    assert [one.id for one in found] == [id_of("b"), id_of("c"), id_of("v")]
    assert referring_to(connection, "other", id_of("a")) == []
    connection.close()
