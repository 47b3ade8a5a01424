"""Somebody with full access to the database, but neither to the key nor to the second place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.xapi.records import (
    BRIDGE,
    CURATOR,
    NOW,
    Database,
    approval,
    approvals,
    reading,
    record,
    writing,
)
from xapi import chain
from xapi import statements as say
from xapi.chain import CheckpointFile, Signer, Verdict, entry_hash, genesis
from xapi.lrs import codec, rows
from xapi.lrs.dialect import Dialect, dialect_of
from xapi.lrs.tables.statements import TABLES
from xapi.lrs.terms import Terms

COUNT = 40
LAST_SEALED = 30


class Evidence:
    """The signer and both places; sealed after 10, 20 and 30 of 40 statements."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.signer = Signer.load_or_create(folder / "outside" / "signing.pem")
        self.local = CheckpointFile(folder / "data" / "checkpoints.jsonl")
        self.elsewhere = CheckpointFile(folder / "elsewhere" / "checkpoints.jsonl")
        self.at: datetime = NOW
        for first in range(1, COUNT, 10):
            record(database, approvals(10, first))
            if first < LAST_SEALED:
                self.seal(database)

    def seal(self, database: Database) -> None:
        self.at += timedelta(minutes=1)
        with reading(database) as store:
            files = [self.local, self.elsewhere]
            chain.seal(store, signer=self.signer, organisation="one", files=files, at=self.at)

    def verify(self, database: Database, *, local_only: bool = False) -> Verdict:
        with reading(database) as store:
            return chain.verify(
                store,
                organisation="one",
                public_key=self.signer.public_bytes(),
                local=self.local,
                elsewhere=None if local_only else self.elsewhere,
            )


@pytest.fixture
def evidence(database: Database, tmp_path: Path) -> Evidence:
    return Evidence(tmp_path, database)


Attack = Callable[[Dialect], None]


def alter(sql: Dialect) -> None:
    sql.execute("UPDATE lrs_statement SET raw = ? WHERE seq = 12", [codec.pack(approval(99).raw)])


def alter_the_time(sql: Dialect) -> None:
    sql.execute("UPDATE lrs_statement SET stored = stored + 1 WHERE seq = 12")


def alter_the_authority(sql: Dialect) -> None:
    sql.execute("UPDATE lrs_term SET value = ? WHERE kind = 4", ['{"mbox":"mailto:x@example.org"}'])


def delete(sql: Dialect) -> None:
    sql.execute("DELETE FROM lrs_statement WHERE seq = 12")


def empty(sql: Dialect) -> None:
    sql.execute("UPDATE lrs_statement SET raw = NULL, salt = NULL WHERE seq = 12")


def swap(sql: Dialect) -> None:
    for before, after in ((12, 1000), (25, 12), (1000, 25)):
        sql.execute("UPDATE lrs_statement SET seq = ? WHERE seq = ?", [after, before])


def insert(sql: Dialect) -> None:
    """Puts a statement between 11 and 12, hashed as if it belonged there."""
    store, _, _, head, *rest = sql.execute(
        "SELECT store, seq, id, hash, stored, verb, authority, dictionary, salt, raw "
        "FROM lrs_statement WHERE seq = 11"
    )[0]
    for seq in range(COUNT, 11, -1):
        sql.execute("UPDATE lrs_statement SET seq = ? WHERE seq = ?", [seq + 1, seq])
    columns = ("store", "seq", "id", "hash", "stored", "verb", "authority", "dictionary", "salt", "raw")
    forged = entry_hash(bytes(head), b"made up")
    sql.insert("lrs_statement", columns, [(store, 12, b"made up", forged, *rest)])
    sql.execute("UPDATE lrs_head SET seq = seq + 1")


def truncate_after(last: int) -> Attack:
    def attack(sql: Dialect) -> None:
        """Cuts the tail off and moves the head, links included."""
        for table in TABLES:
            if table.startswith(("lrs_statement", "lrs_reference", "lrs_definition")):
                sql.execute(f"DELETE FROM {table} WHERE seq > {last}")
        head = sql.execute("SELECT seq, stored, hash FROM lrs_statement WHERE seq = ?", [last])[0]
        sql.execute("UPDATE lrs_head SET seq = ?, stored = ?, hash = ?", list(head))

    return attack


def recompute(sql: Dialect) -> None:
    """Alters a statement and computes the whole chain anew, as somebody who has read this code can."""
    alter(sql)
    head = genesis("statements:main")
    terms = Terms(sql, 1)
    page = rows.page(sql, 1, 0, 1000)
    for row in page:
        content = hashlib.sha256(bytes(row.salt or b"") + codec.unpack(1, bytes(row.raw or b""))).digest()
        vouched = terms.authority(row.authority).encode()
        head = entry_hash(head, *rows.parts(row.seq, bytes(row.id), row.stored, vouched, content))
        sql.execute("UPDATE lrs_statement SET hash = ? WHERE seq = ?", [head, row.seq])
    sql.execute("UPDATE lrs_head SET hash = ?", [head])


@pytest.mark.parametrize(
    ("attack", "first_bad", "says"),
    [
        (alter, 12, "not what was recorded"),
        (alter_the_time, 12, "not what was recorded"),
        (alter_the_authority, 1, "not what was recorded"),
        (empty, 12, "not what was recorded"),
        (delete, 12, "missing"),
        (swap, 12, "not what was recorded"),
        (insert, 12, "not what was recorded"),
        (truncate_after(25), 26, "tail was cut off"),
        (truncate_after(LAST_SEALED - 1), LAST_SEALED, "tail was cut off"),
        (recompute, 11, "rewritten"),
    ],
)
def test_tampering_is_found_and_the_first_bad_statement_is_named(
    database: Database, evidence: Evidence, attack: Attack, first_bad: int, says: str
) -> None:
    assert evidence.verify(database).ok
    with writing(database) as connection:
        attack(dialect_of(connection))
    verdict = evidence.verify(database)
    assert (verdict.ok, verdict.first_bad) == (False, first_bad)
    assert says in verdict.reason


def test_an_older_backup_with_its_own_checkpoints_is_found(
    database: Database, evidence: Evidence, tmp_path: Path
) -> None:
    _restore(database, evidence, last=15)
    assert evidence.verify(database, local_only=True).ok
    verdict = evidence.verify(database)
    assert (verdict.ok, verdict.first_bad) == (False, 16)
    assert "older backup" in verdict.reason


def test_an_accepted_restore_verifies_and_is_told_for_ever(database: Database, evidence: Evidence) -> None:
    _restore(database, evidence, last=15)
    record(database, approvals(3, first=100))
    with reading(database) as store:
        chain.accept_restore(
            store,
            signer=evidence.signer,
            organisation="one",
            local=evidence.local,
            elsewhere=evidence.elsewhere,
            at=evidence.at,
            note="disk failure",
        )
    record(database, approvals(3, first=200))
    evidence.seal(database)
    verdict = evidence.verify(database)
    assert (verdict.ok, verdict.epoch, verdict.entries, verdict.unprotected) == (True, 2, 21, 0)
    assert "disk failure" in verdict.notes[0]
    with writing(database) as connection:
        delete(dialect_of(connection))
    assert evidence.verify(database).first_bad == 12


def test_the_tail_after_the_last_checkpoint_is_stated_as_unprotected(
    database: Database, evidence: Evidence
) -> None:
    verdict = evidence.verify(database)
    assert (verdict.ok, verdict.scope) == (True, "verified elsewhere")
    assert (verdict.protected_until, verdict.unprotected) == (LAST_SEALED, COUNT - LAST_SEALED)


def test_with_checkpoints_beside_the_database_only_verify_says_so(
    database: Database, evidence: Evidence
) -> None:
    assert evidence.verify(database, local_only=True).scope == "local only"


def test_a_chain_of_many_pages_is_verified(database: Database, evidence: Evidence) -> None:
    record(database, approvals(2100, first=1000))
    verdict = evidence.verify(database)
    assert (verdict.ok, verdict.entries) == (True, COUNT + 2100)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE lrs_statement SET verb = verb + 1 WHERE seq = 12",
        "UPDATE lrs_statement_agent SET roles = 2 WHERE seq = 12",
        "DELETE FROM lrs_statement_agent WHERE seq = 12",
        "UPDATE lrs_statement_activity SET seq = 100 WHERE seq = 12",
        "DELETE FROM lrs_statement_activity WHERE seq = 12",
        "DELETE FROM lrs_statement_verb WHERE seq = 12",
        "UPDATE lrs_statement_verb SET week = week - 1 WHERE seq = 12",
        "UPDATE lrs_statement_agent SET via = 3 WHERE seq = 12",
        "INSERT INTO lrs_reference SELECT 1, id, 12, 1 FROM lrs_statement WHERE seq = 3",
        "UPDATE lrs_definition SET digest = digest - 1 WHERE seq = 12",
    ],
)
def test_an_index_that_does_not_follow_from_the_statements_is_named(
    database: Database, evidence: Evidence, sql: str
) -> None:
    with reading(database) as store:
        assert store.index_fault() is None
    with writing(database) as connection:
        connection.execute(sql)
    assert evidence.verify(database).ok
    with reading(database) as store:
        assert store.index_fault() == 12


def test_a_void_that_was_taken_out_of_the_index_is_named(database: Database, evidence: Evidence) -> None:
    void = say.voided(BRIDGE, approval(1).id, event="undo", by=CURATOR, at=NOW)
    record(database, [void])
    with reading(database) as store:
        assert store.index_fault() is None
    with writing(database) as connection:
        connection.execute("UPDATE lrs_reference SET voids = 0")
    with reading(database) as store:
        assert store.index_fault() == COUNT + 1


def _restore(database: Database, evidence: Evidence, last: int) -> None:
    """Puts the database back to `last` statements, and the checkpoints beside it with it."""
    with writing(database) as connection:
        truncate_after(last)(dialect_of(connection))
    lines = evidence.local.path.read_bytes().splitlines(keepends=True)
    kept: list[Any] = [line for line in lines if int(line.split(b'"seq":')[1].split(b",")[0]) <= last]
    evidence.local.path.write_bytes(b"".join(kept))
