"""A record of the first version is brought to this one: nothing is lost, and what is new is filled."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.xapi.lrs.plain import VOIDED, agent, id_of, iri, statement
from tests.xapi.records import NOW, Database, PostgresDatabase, SqliteFile, reading, writing
from xapi import chain
from xapi.chain import CheckpointFile, entry_hash, genesis
from xapi.lrs import codec, rows, schema
from xapi.lrs.dialect import Dialect, dialect_of
from xapi.lrs.store import StatementStore
from xapi.validate import read

AUTHORITY = '{"mbox":"mailto:school@example.org"}'


@pytest.fixture
def old(database: Database, tmp_path: Path) -> Database:
    """An empty database with the tables of the first version."""
    if isinstance(database, PostgresDatabase):
        with writing(database) as connection:
            connection.execute(f"DROP TABLE {', '.join(schema.TABLES)}")
        made: Database = database
    else:
        made = SqliteFile(tmp_path / "old.db")
    with writing(made) as connection:
        dialect = dialect_of(connection)
        dialect.execute("CREATE TABLE lrs_version (version BIGINT NOT NULL)")
        schema.apply(dialect, schema.FIRST)
        dialect.execute("INSERT INTO lrs_version (version) VALUES (1)")
    return made


def write(sql: Dialect, statements: list[bytes]) -> None:
    """Stores statements as the first version did, without the link rows, which nobody reads any more."""
    terms = {AUTHORITY: (4, 1)} | {iri("read"): (1, 2), VOIDED: (1, 3)}
    for value, (kind, number) in terms.items():
        sql.execute("INSERT INTO lrs_term VALUES (1, ?, ?, ?)", [kind, value, number])
    head, stored = genesis("statements:main"), rows.micros(NOW)
    for seq, raw in enumerate(statements, 1):
        salt = os.urandom(16)
        key, verb = read(raw).id.bytes, read(raw).verb.id  # type: ignore[union-attr]
        stored += 1
        content = rows.digest(salt, raw)
        head = entry_hash(head, *rows.parts(seq, key, stored, AUTHORITY.encode(), content))
        sql.execute(
            "INSERT INTO lrs_statement VALUES (1, ?, ?, ?, ?, 1, 1, ?, NULL, ?, ?)",
            [seq, key, stored, terms[verb][1], head, salt, codec.pack(raw)],
        )
    sql.execute("INSERT INTO lrs_head VALUES (1, 'main', ?, ?, ?, 3)", [len(statements), stored, head])


def test_statements_of_the_first_version_are_found_by_what_is_new(old: Database, tmp_path: Path) -> None:
    told: dict[str, Any] = {"object": {"id": iri("book"), "definition": {"name": {"en": "A book"}}}}
    context = {"registration": str(id_of("r"))}
    several = [
        statement("d", by="lead", refers="a", timestamp="2024-05-01T10:00:00Z"),
        statement("a", context=context, **told),
        statement("v", by="lead", verb=VOIDED, refers="b"),
        statement("b"),
        *[statement(f"s{number}", by="other", refers=f"s{number + 7}") for number in range(300)],
    ]
    with writing(old) as connection:
        write(dialect_of(connection), several)
    with writing(old) as connection:
        assert schema.migrate(connection) == schema.VERSION
    with reading(old) as store:
        assert store.index_fault() is None
        assert [row.id for row in store.query(registration=id_of("r"))] == [id_of("a"), id_of("d")]
        assert [row.id for row in store.query(agent=agent("learner"))] == [id_of(n) for n in "vad"]
        assert store.definition(iri("book")) == b'{"name":{"en":"A book"}}'
        nowhere = CheckpointFile(tmp_path / "none.jsonl")
        verdict = chain.verify(store, organisation="one", public_key=b"", local=nowhere)
        assert (verdict.ok, verdict.entries) == (True, len(several))
        assert [row.raw for row in store.query(limit=2000, ascending=True, voided=True)] == several


def test_the_chain_goes_on_from_the_first_version(old: Database, tmp_path: Path) -> None:
    with writing(old) as connection:
        write(dialect_of(connection), [statement("a")])
        schema.migrate(connection)
        inserted = StatementStore(connection).insert([statement("a"), statement("b")], AUTHORITY, NOW)
    assert inserted == ((id_of("b"),), (id_of("a"),))
    with reading(old) as store:
        nowhere = CheckpointFile(tmp_path / "none.jsonl")
        verdict = chain.verify(store, organisation="one", public_key=b"", local=nowhere)
        assert (verdict.ok, verdict.entries) == (True, 2)
        assert store.index_fault() is None


def test_a_migration_that_meets_an_unreadable_statement_changes_nothing(old: Database) -> None:
    with writing(old) as connection:
        write(dialect_of(connection), [statement("a")])
        connection.execute("UPDATE lrs_statement SET raw = salt")
    with pytest.raises(Exception, match="cannot be unpacked"), writing(old) as connection:
        schema.migrate(connection)
    connection = old.connect()
    assert connection.execute("SELECT max(version) FROM lrs_version").fetchone()[0] == 1
    connection.close()
