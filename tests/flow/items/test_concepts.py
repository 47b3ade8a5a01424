"""Competencies found while somebody types (gleanery.flow.items.concepts)."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlmodel import select

from gleanery.flow import import_frameworks
from gleanery.flow.house import House
from gleanery.flow.items.concepts import MOST_FOUND, find_concepts
from gleanery.model.items import CompetencyLabel, CompetencyTerm
from gleanery.model.terms import folded, terms_of
from gleanery.store import Store
from tests.house import make_house


def labels(house: House, typed: str, language: str = "en") -> list[str]:
    return [one.label for one in find_concepts(house, typed, language)]


def test_what_is_typed_finds_the_beginning_of_any_word_in_any_language(either: House) -> None:
    for typed, found in {
        "proj": ["Project management"],
        "PROJ": ["Project management"],
        "management": ["Risk management", "Project management"],
        "management risk": ["Risk management"],
        "ecriture": ["Écriture créative"],
        "creative wr": ["Écriture créative"],
        "schweiss": ["Lichtbogenschweißen"],
        "arc": ["Lichtbogenschweißen"],
        "": [],
        "   ": [],
        "xyzzy": [],
    }.items():
        assert labels(either, typed) == found, typed


def test_another_label_that_matched_and_what_is_above_are_told(house: House) -> None:
    [one] = find_concepts(house, "managing")
    assert (one.label, one.matched, one.above, one.framework) == (
        "Project management",
        "Managing projects",
        (),
        "skills",
    )
    [below] = find_concepts(house, "risk")
    assert below.above == ("Project management",)


HOSTILE = [
    "%",
    "%%%%%",
    "____",
    "' OR 1=1 --",
    '"',
    "\x00",
    "\\",
    "a\x00b",
    "\U0010ffff",
    "x" * 5_000,
    "a " * 300,
]


def test_hostile_input_is_only_text(either: House) -> None:
    for typed in [*HOSTILE, "(((", "𝕡", "\ud800"]:
        found = find_concepts(either, typed)
        assert len(found) <= MOST_FOUND
        assert not found or typed in ("a " * 300, "a\x00b", "𝕡"), typed


def test_a_framework_imported_anew_is_found_by_its_new_labels_only(tmp_path: Path) -> None:
    file = tmp_path / "skills.csv"
    file.write_text("id,label\nurn:c:1,Weaving\nurn:c:2,Knitting\n", "utf-8")
    house = make_house(tmp_path, frameworks=[{"name": "skills", "path": str(file)}])
    import_frameworks(house)
    assert labels(house, "weav") == ["Weaving"]
    file.write_text("id,label\nurn:c:1,Basketry\n", "utf-8")
    import_frameworks(house)
    assert labels(house, "weav") == []
    assert labels(house, "knit") == []
    assert labels(house, "bask") == ["Basketry"]
    house.close()


def test_the_number_of_queries_does_not_grow_with_what_is_found(tmp_path: Path) -> None:
    file = tmp_path / "skills.csv"
    rows = "".join(f"urn:c:{number},Skill number {number}\n" for number in range(2_000))
    file.write_text(f"id,label\n{rows}urn:c:x,Alone\n", "utf-8")
    house = make_house(tmp_path, frameworks=[{"name": "skills", "path": str(file)}])
    import_frameworks(house)
    asked: list[str] = []
    event.listen(house.store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert len(find_concepts(house, "skill")) == MOST_FOUND
    many = len(asked)
    assert len(find_concepts(house, "alone")) == 1
    assert len(asked) - many <= many + 1
    assert many <= 9
    house.close()


def test_a_term_is_the_label_from_each_of_its_words_on() -> None:
    assert terms_of("Risk-based  Çrafts") == [
        (True, "risk-based crafts"),
        (False, "based crafts"),
        (False, "crafts"),
    ]
    assert terms_of("機械学習")[:2] == [(True, "機械学習"), (False, "械学習")]
    assert terms_of("…") == [(True, folded("…"))]
    assert len(terms_of("word " * 50)) <= 8
    assert terms_of("") == []


def test_labels_that_were_imported_before_there_was_an_index_are_found_after_the_upgrade(
    tmp_path: Path,
) -> None:
    """The upgrade numbers them and enters their terms."""
    database = Store(f"sqlite:///{tmp_path / 'house.db'}")
    with database.engine.begin() as connection:
        migrate(connection, "0008")
        rows = [
            {
                "framework": "skills",
                "iri": f"urn:c:{one}",
                "language": "en",
                "kind": "preferred",
                "label": label,
            }
            for one, label in enumerate(("Basket weaving", "Knitting"))
        ]
        table = sa.table("competency_label", *map(sa.column, rows[0]))
        connection.execute(table.insert(), rows)
    database.upgrade()
    with database.read() as session:
        numbers = dict(session.exec(select(CompetencyLabel.number, CompetencyLabel.label)).all())
        terms = {(numbers[one.label], one.term) for one in session.exec(select(CompetencyTerm))}
    assert terms == {
        ("Basket weaving", "basket weaving"),
        ("Basket weaving", "weaving"),
        ("Knitting", "knitting"),
    }
    database.close()


def migrate(connection: sa.Connection, revision: str) -> None:
    """Bring the tables to a version of before."""
    config = Config()
    config.set_main_option("script_location", "gleanery:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
