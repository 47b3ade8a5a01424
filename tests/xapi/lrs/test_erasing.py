"""What is erased is nowhere any more; that it was erased is in the chain for ever."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.xapi.lrs.plain import AUTHORITY, VOIDED, agent, id_of, iri, ready, statement
from tests.xapi.records import NOW, Database, reading, writing
from xapi import chain
from xapi.chain import CheckpointFile
from xapi.errors import InvalidStatement, Tampered, XapiError
from xapi.lrs import database as lrs
from xapi.lrs.store import Prepared, StatementStore, Stored, prepare
from xapi.validate import read
from xapi.vocabulary import own

OFFICER = agent("privacy-officer")


def store(database: Database, *several: Prepared) -> None:
    with writing(database) as connection:
        StatementStore(connection).insert(several, AUTHORITY, NOW)


def erase(database: Database, *names: str) -> list[Any]:
    with writing(database) as connection:
        ids = [id_of(name) for name in names]
        return StatementStore(connection).erase(ids, reason="erasure-request", by=OFFICER, at=NOW)


def redact(database: Database, name: str, raw: bytes) -> Any:
    with writing(database) as connection:
        return StatementStore(connection).redact(
            id_of(name), raw, reason="mention-erased", by=OFFICER, at=NOW
        )


def extensions_of(telling: Stored) -> Any:
    """What the result of a statement says in extensions."""
    return msgspec.json.decode(telling.raw)["result"]["extensions"]


def check(database: Database, folder: Path) -> None:
    """Chain and index are those of the statements."""
    with reading(database) as statements:
        nowhere = CheckpointFile(folder / "none.jsonl")
        verdict = chain.verify(statements, organisation="one", public_key=b"", local=nowhere)
        assert verdict.ok, verdict.reason
        assert statements.index_fault() is None


def found(database: Database, **filters: Any) -> list[Any]:
    with reading(database) as statements:
        return [row.id for row in statements.query(**filters)]


def test_an_erased_statement_is_found_by_nothing_and_the_chain_holds(
    database: Database, tmp_path: Path
) -> None:
    store(database, ready("a", by="leaver", about="book", registration="r"), ready("b"))
    (erased,) = erase(database, "a", "unknown")
    assert (erased.id, erased.seq) == (id_of("a"), 1)
    for filters in ({"agent": agent("leaver")}, {"activity": iri("book")}, {"registration": id_of("r")}):
        assert found(database, **filters) == []
    assert found(database) == [erased.told_by, id_of("b")]
    with reading(database) as statements:
        assert statements.get(id_of("a")) is None
        assert statements.count() == 3
    check(database, tmp_path)


def test_every_erasure_is_told_by_a_statement_with_the_digest_of_what_was(
    database: Database, tmp_path: Path
) -> None:
    store(database, ready("a"))
    with reading(database) as statements:
        before = list(statements.entries())
    (erased,) = erase(database, "a")
    with reading(database) as statements:
        telling = statements.get(erased.told_by)
        assert next(iter(statements.entries())) == before[0]
    assert telling is not None
    told = read(telling.raw)
    assert (told.verb.id, told.object.id, told.actor) == (own.ERASED.id, id_of("a"), OFFICER)
    assert extensions_of(telling)[own.OLD_CONTENT] == erased.content_hash.hex()
    assert erased.content_hash in before[0].parts
    assert telling.authority == '{"mbox":"mailto:privacy-officer@example.org"}'


def test_erasing_twice_erases_and_tells_once(database: Database) -> None:
    store(database, ready("a"))
    assert len(erase(database, "a", "a")) == 1
    assert erase(database, "a") == []


def test_an_erased_statement_that_is_sent_again_stays_erased(database: Database) -> None:
    store(database, ready("a", by="leaver"))
    erase(database, "a")
    with writing(database) as connection:
        inserted = StatementStore(connection).insert([ready("a", by="leaver")], AUTHORITY, NOW)
    assert inserted.known == (id_of("a"),)
    assert found(database, agent=agent("leaver")) == []


def test_what_an_erased_statement_voided_stays_voided(database: Database, tmp_path: Path) -> None:
    store(database, ready("a"), ready("v", by="leaver", verb=VOIDED, refers="a"))
    erase(database, "v")
    with reading(database) as statements:
        assert statements.get_voided(id_of("a")) is not None
    check(database, tmp_path)


def test_those_that_refer_to_an_erased_statement_are_no_longer_found_by_it(
    database: Database, tmp_path: Path
) -> None:
    store(database, ready("c", refers="b"), ready("b", by="lead", refers="a"), ready("a", by="leaver"))
    assert len(found(database, agent=agent("leaver"))) == 3
    erase(database, "a")
    assert found(database, agent=agent("leaver")) == []
    assert found(database, agent=agent("lead")) == [id_of("b"), id_of("c")]
    check(database, tmp_path)


def test_a_path_through_an_erased_statement_ends_there(database: Database, tmp_path: Path) -> None:
    store(database, ready("a", by="leaver"), ready("b", refers="a"), ready("c", by="lead", refers="b"))
    erase(database, "b")
    assert found(database, agent=agent("leaver")) == [id_of("a")]
    check(database, tmp_path)


def test_a_definition_goes_with_the_last_statement_that_gave_it(database: Database, tmp_path: Path) -> None:
    told: dict[str, Any] = {"object": {"id": iri("book"), "definition": {"name": {"en": "by the leaver"}}}}
    store(database, ready("a", **told), ready("b", **told))
    erase(database, "a")
    check(database, tmp_path)
    with reading(database) as statements:
        assert statements.definition(iri("book")) == b'{"name":{"en":"by the leaver"}}'
    erase(database, "b")
    check(database, tmp_path)
    with reading(database) as statements:
        assert statements.definition(iri("book")) is None


def attached(name: str, content: bytes) -> Prepared:
    sha2 = hashlib.sha256(content).hexdigest()
    told = {
        "usageType": iri("usage"),
        "display": {"en": "a file"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": sha2,
    }
    return prepare(statement(name, attachments=[told]), attachments={sha2: ("text/plain", content)})


def test_a_file_goes_with_the_last_statement_that_it_belongs_to(database: Database, tmp_path: Path) -> None:
    content = b"of the leaver"
    store(database, attached("a", content), attached("b", content))
    sha2 = hashlib.sha256(content).hexdigest()
    erase(database, "a")
    with reading(database) as statements:
        assert statements.attachment(sha2) == (sha2, "text/plain", len(content), content)
    erase(database, "b")
    with reading(database) as statements:
        assert statements.attachment(sha2) is None
    check(database, tmp_path)


def test_a_redacted_statement_is_found_by_what_is_left(database: Database, tmp_path: Path) -> None:
    context = {"instructor": {"mbox": "mailto:leaver@example.org"}}
    store(database, ready("a", context=context, about="book"), ready("b", by="lead", refers="a"))
    assert len(found(database, agent=agent("leaver"), related=True)) == 2
    done = redact(database, "a", statement("a", about="book"))
    assert found(database, agent=agent("leaver"), related=True) == []
    assert found(database, activity=iri("book")) == [done.told_by, id_of("b"), id_of("a")]
    with reading(database) as statements:
        row = statements.get(id_of("a"))
        assert row is not None
        assert row.raw == statement("a", about="book")
        telling = statements.get(done.told_by)
    assert telling is not None
    assert len(extensions_of(telling)[own.NEW_CONTENT]) == 64
    check(database, tmp_path)
    redact(database, "a", statement("a", about="film"))
    check(database, tmp_path)
    erase(database, "a")
    check(database, tmp_path)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (statement("b"), "not the id"),
        (statement("a", verb="wrote"), "something else"),
        (statement("a", refers="b"), "something else"),
        (b'{"actor":{}}', "missing"),
    ],
)
def test_a_redaction_to_another_statement_is_refused_and_changes_nothing(
    database: Database, tmp_path: Path, raw: bytes, says: str
) -> None:
    store(database, ready("a"))
    with pytest.raises(InvalidStatement, match=says):
        redact(database, "a", raw)
    assert found(database) == [id_of("a")]
    check(database, tmp_path)


def test_the_statement_that_tells_of_an_erasure_is_not_erased(database: Database) -> None:
    store(database, ready("a"))
    (erased,) = erase(database, "a")
    with writing(database) as connection, pytest.raises(XapiError, match="stays as it is"):
        StatementStore(connection).erase([erased.told_by], reason="no", by=OFFICER, at=NOW)


def test_a_statement_that_cannot_be_read_is_named(database: Database) -> None:
    store(database, ready("a"))
    with writing(database) as connection:
        connection.execute("UPDATE lrs_statement SET raw = salt")
    with pytest.raises(Tampered, match="statement 1 cannot be read"):
        erase(database, "a")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE lrs_statement SET raw = NULL, salt = NULL, content_hash = hash WHERE seq = 2",
        "UPDATE lrs_statement SET content_hash = hash WHERE seq = 2",
        "UPDATE lrs_statement SET raw = (SELECT raw FROM lrs_statement WHERE seq = 2), "
        "salt = (SELECT salt FROM lrs_statement WHERE seq = 2) WHERE seq = 1",
    ],
)
def test_content_that_is_gone_or_changed_without_an_erasure_is_found(
    database: Database, tmp_path: Path, tampering: str
) -> None:
    store(database, ready("a"), ready("b"))
    erase(database, "a")
    check(database, tmp_path)
    with writing(database) as connection:
        connection.execute(tampering)
    with reading(database) as statements:
        nowhere = CheckpointFile(tmp_path / "none.jsonl")
        verdict = chain.verify(statements, organisation="one", public_key=b"", local=nowhere)
    assert not verdict.ok
    assert verdict.first_bad == (1 if "seq = 1" in tampering else 2)


def test_content_taken_out_with_its_true_digest_but_without_a_statement_is_found(
    database: Database, tmp_path: Path
) -> None:
    """Whoever reads this code can keep the digest that the chain covers, and so the chain whole."""
    store(database, ready("a"))
    with reading(database) as statements:
        content = next(iter(statements.entries())).parts[4]
    with writing(database) as connection:
        mark = "?" if database.kind == "sqlite" else "%s"
        connection.execute(
            f"UPDATE lrs_statement SET raw = NULL, salt = NULL, content_hash = {mark} WHERE seq = 1",
            [content],
        )
    with reading(database) as statements:
        nowhere = CheckpointFile(tmp_path / "none.jsonl")
        verdict = chain.verify(statements, organisation="one", public_key=b"", local=nowhere)
    assert (verdict.ok, verdict.first_bad) == (False, 1)


def test_a_canary_in_every_place_is_in_no_file_after_erasure_and_vacuum(tmp_path: Path) -> None:
    canary = "canary" + hashlib.sha256(b"a name").hexdigest()[:16]
    sha2 = hashlib.sha256(canary.encode()).hexdigest()
    named = {"objectType": "Agent", "name": canary, "mbox": f"mailto:{canary}@example.org"}
    told: dict[str, Any] = {
        "actor": named,
        "verb": {"id": iri("read"), "display": {"en": canary}},
        "object": {"id": iri(canary), "definition": {"name": {"en": canary}, "moreInfo": iri(canary)}},
        "result": {"response": canary, "extensions": {iri(canary): canary}},
        "context": {
            "instructor": {"account": {"homePage": iri(canary), "name": canary * 50}},
            "team": {"objectType": "Group", "member": [named]},
            "contextActivities": {"other": [{"id": iri(canary + "/other")}]},
        },
        "attachments": [
            {
                "usageType": iri("usage"),
                "display": {"en": canary},
                "contentType": f"text/plain; name={canary}",
                "length": len(canary),
                "sha2": sha2,
            }
        ],
    }
    path = tmp_path / "data" / "record.db"
    path.parent.mkdir()
    database = lrs.Database(str(path))
    database.migrate()
    files = {sha2: (f"text/plain; name={canary}", canary.encode())}
    with database.write() as connection:
        raw = msgspec.json.encode(msgspec.json.decode(statement("a")) | told)
        one = prepare(raw, attachments=files)
        StatementStore(connection).insert([one, ready("b", refers="a")], AUTHORITY, NOW)
    assert any(canary.encode() in file.read_bytes() for file in path.parent.iterdir())
    with database.write() as connection:
        StatementStore(connection).erase([id_of("a")], reason="erasure-request", by=OFFICER, at=NOW)
    with database.read() as connection:
        connection.rollback()
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in path.parent.iterdir():
        assert canary.encode() not in file.read_bytes(), file
    with database.read() as connection:
        assert StatementStore(connection).index_fault() is None
    database.close()


@pytest.mark.parametrize("seed", range(4))
def test_random_erasures_among_random_references_leave_a_whole_index(
    database: Database, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    labels = [f"s{number}" for number in range(25)]
    told = [
        ready(
            label,
            by=chance.choice("xyz"),
            verb=chance.choice(["read", VOIDED]) if (target := chance.choice(["", *labels])) else "read",
            refers=target,
            registration=chance.choice(["", "r"]),
        )
        for label in labels
    ]
    chance.shuffle(told)
    store(database, *told[:15])
    erase(database, *chance.sample(labels, 8))
    check(database, tmp_path)
    store(database, *told[15:])
    erase(database, *chance.sample(labels, 8))
    check(database, tmp_path)
