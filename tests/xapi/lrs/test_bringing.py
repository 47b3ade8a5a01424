"""What statements bring along: files, definitions, names, and texts of any length and kind."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.xapi.lrs.plain import AUTHORITY, agent, id_of, iri, ready, statement
from tests.xapi.records import NOW, Database, reading, writing
from xapi.errors import InvalidStatement
from xapi.lrs.store import Prepared, StatementStore, prepare
from xapi.model import Account, Actor, Version

EVERY_BYTE = bytes(range(256)) * 40


def store(database: Database, *several: Prepared, name: str = "main") -> None:
    with writing(database) as connection:
        StatementStore(connection, name).insert(several, AUTHORITY, NOW)


def attached(name: str, *contents: bytes, kind: str = "text/plain", hashing: str = "sha256") -> Prepared:
    """A statement with these files, in the order given."""
    files = {hashlib.new(hashing, content).hexdigest(): (kind, content) for content in contents}
    told = [
        {
            "usageType": iri("usage"),
            "display": {"en": "a file"},
            "contentType": kind,
            "length": len(content),
            "sha2": sha2.upper() if hashing == "sha512" else sha2,
        }
        for sha2, (_, content) in files.items()
    ]
    return prepare(statement(name, attachments=told), attachments=files)


def test_a_file_of_any_bytes_comes_back_and_is_kept_once(database: Database) -> None:
    store(database, attached("a", EVERY_BYTE), attached("b", EVERY_BYTE, b"x", kind="image/png"))
    sha2 = hashlib.sha256(EVERY_BYTE).hexdigest()
    with reading(database) as statements:
        assert list(statements.attachments_of([1])) == [(sha2, "text/plain", 10240, EVERY_BYTE)]
        found = {file.sha2: file for file in statements.attachments_of([1, 2])}
        assert len(found) == 2
        assert found[sha2].content == EVERY_BYTE
        assert statements.attachment(sha2.upper()) == (sha2, "text/plain", 10240, EVERY_BYTE)
        assert statements.attachment("00" * 32) is None
        assert list(statements.attachments_of([3])) == []
        assert statements.index_fault() is None
    with reading(database, "practice") as statements:
        assert statements.attachment(sha2) is None


@pytest.mark.parametrize("hashing", ["sha224", "sha256", "sha384", "sha512"])
def test_every_sha2_names_a_file(database: Database, hashing: str) -> None:
    store(database, attached("a", b"content", hashing=hashing))
    with reading(database) as statements:
        assert statements.attachment(hashlib.new(hashing, b"content").hexdigest()) is not None
        assert statements.index_fault() is None


def test_a_file_that_is_not_what_its_hash_says_is_refused() -> None:
    sha2 = hashlib.sha256(b"one").hexdigest()
    told = {
        "usageType": iri("usage"),
        "display": {"en": "a file"},
        "contentType": "text/plain",
        "length": 5,
        "sha2": sha2,
    }
    with pytest.raises(InvalidStatement, match=r"\$\.attachments\[0\]\.sha2"):
        prepare(statement("a", attachments=[told]), attachments={sha2: ("text/plain", b"other")})


def test_a_file_of_another_statement_is_not_taken_along() -> None:
    assert prepare(statement("a"), attachments={"00" * 32: ("text/plain", b"stray")}).files == ()


def test_a_file_that_was_exchanged_is_named(database: Database) -> None:
    store(database, ready("a"), attached("b", b"content"))
    with writing(database) as connection:
        connection.execute("UPDATE lrs_attachment SET content = sha2")
    with reading(database) as statements:
        assert statements.index_fault() == 2


def test_definitions_are_merged_and_the_later_word_counts(database: Database) -> None:
    def about(label: str, /, **definition: Any) -> Prepared:
        return ready(label, object={"id": iri("book"), "definition": definition})

    store(database, about("a", name={"en": "A book"}, type=iri("book-type")))
    store(database, about("b", name={"de": "Ein Buch"}, extensions={iri("x"): 12345678901234567890.5}))
    store(database, about("c", name={"en": "The book"}, description={"en": "of books"}))
    store(database, about("d", name={"en": "A book"}, type=iri("book-type")))
    store(database, ready("e", context={"contextActivities": {"other": [{"id": iri("film")}]}}))
    with reading(database) as statements:
        merged = msgspec.json.decode(statements.definition(iri("book")) or b"")
        assert merged == {
            "name": {"en": "The book", "de": "Ein Buch"},
            "type": iri("book-type"),
            "description": {"en": "of books"},
            "extensions": {iri("x"): 12345678901234567890.5},
        }
        assert statements.definition(iri("film")) is None
        assert statements.definition(iri("never")) is None


def test_numbers_of_a_definition_keep_their_digits(database: Database) -> None:
    raw = statement("a", object={"id": iri("book"), "definition": {"extensions": {iri("x"): "here"}}})
    digits = b"123456789012345678901234567890"
    store(database, prepare(raw.replace(b'"here"', digits)))
    with reading(database) as statements:
        assert digits in (statements.definition(iri("book")) or b"")
        assert statements.index_fault() is None


def test_an_agent_has_the_names_it_was_given(database: Database) -> None:
    def named(by: str, name: str, **more: Any) -> Prepared:
        actor = {"mbox": f"mailto:{by}@example.org", "name": name}
        return ready(f"{by} {name}", actor=actor, **more)

    group = {"objectType": "Group", "member": [{"mbox": "mailto:x@example.org", "name": "as a member"}]}
    store(database, named("x", "first"), named("y", "other"), named("x", "second"), named("x", "first"))
    store(database, ready("team", context={"team": group}))
    with reading(database) as statements:
        assert statements.agent_names(agent("x")) == ["as a member", "second", "first"]
        assert statements.agent_names(agent("z")) == []


@pytest.mark.parametrize("name", ["\0", "a\0b", "\\0", "a b", "ü" * 3000, "x" * 5000, "\u2028"])
def test_any_text_identifies_an_account(database: Database, name: str) -> None:
    home = "https://people.example.org"
    several = [ready("a", actor={"account": {"homePage": home, "name": name}})]
    several += [ready(f"other {n}", actor={"account": {"homePage": home, "name": n}}) for n in ("0", "a")]
    store(database, *several)
    with reading(database) as statements:
        actor = Actor(account=Account(home_page=home, name=name))
        assert [row.id for row in statements.query(agent=actor)] == [id_of("a")]
        assert statements.index_fault() is None


def test_addresses_longer_than_an_index_entry_are_found(database: Database) -> None:
    noise = "".join(hashlib.sha256(str(number).encode()).hexdigest() for number in range(200))
    long, other = f"http://example.org/{noise}a", f"http://example.org/{noise}b"
    authority = msgspec.json.encode({"account": {"homePage": long, "name": "school"}}).decode()
    with writing(database) as connection:
        store = StatementStore(connection)
        store.insert([ready("a", verb=long, object={"id": long})], authority, NOW)
        store.insert([ready("b", verb=other, object={"id": other})], authority, NOW)
    with reading(database) as statements:
        found = statements.query(verb=long, activity=long)
        assert [(row.id, row.authority) for row in found] == [(id_of("a"), authority)]
        assert statements.index_fault() is None
        assert len(list(statements.entries())) == 2


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_statement_keeps_its_family(database: Database, version: Version) -> None:
    store(database, ready("a", version))
    with reading(database) as statements:
        assert statements.query()[0].version == version


def test_a_family_that_is_altered_breaks_the_chain(database: Database, tmp_path: Path) -> None:
    from xapi import chain
    from xapi.chain import CheckpointFile

    store(database, ready("a"), ready("b", "2.0.0"), ready("c"))
    nowhere = CheckpointFile(tmp_path / "none.jsonl")
    for first_bad, family in ((None, 2), (2, 1)):
        with writing(database) as connection:
            connection.execute(f"UPDATE lrs_statement SET version = {family} WHERE seq = 2")
        with reading(database) as statements:
            verdict = chain.verify(statements, organisation="one", public_key=b"", local=nowhere)
        assert verdict.first_bad == first_bad


def test_agents_of_a_context_are_found_as_related(database: Database) -> None:
    context = {
        "contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:coach@example.org"}}],
        "contextGroups": [
            {
                "objectType": "contextGroup",
                "group": {"objectType": "Group", "member": [{"mbox": "mailto:peer@example.org"}]},
            }
        ],
    }
    store(database, ready("a", "2.0.0", context=context))
    with reading(database) as statements:
        for name in ("coach", "peer"):
            assert statements.query(agent=agent(name)) == []
            assert len(statements.query(agent=agent(name), related_agents=True)) == 1
