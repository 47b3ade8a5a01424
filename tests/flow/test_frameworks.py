"""Frameworks are imported once per state of their file, and every open house notices."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.config import load
from gleanery.errors import ConfigError
from gleanery.flow import import_frameworks, run
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.model.items import CompetencyRow, Tag
from gleanery.ports import Concept
from tests.house import article, file_source, make_house, records

HEADER = "id,label,alt_labels,parent,status\n"


def competency(name: str) -> str:
    return f"https://skills.example.org/{name}"


def table(folder: Path, *rows: str) -> Path:
    """A plain table of competencies: name, label, other labels, parent, status."""
    path = folder / "competencies.csv"
    path.write_text(HEADER + "".join(f"https://skills.example.org/{row}\n" for row in rows))
    return path


def house_with(folder: Path, *rows: str) -> House:
    path = table(folder, *rows)
    source = file_source(records(folder, map(article, range(3))))
    return make_house(folder, sources=[source], frameworks=[{"name": "ours", "path": str(path)}])


def rows_of(house: House) -> dict[str, tuple[str | None, bool]]:
    with house.store.read() as session:
        rows = session.exec(select(CompetencyRow)).all()
    return {row.iri.rpartition("/")[2]: (row.parent, row.retired) for row in rows}


def test_a_report_names_the_framework_its_size_and_the_rows_that_could_not_be_read(tmp_path: Path) -> None:
    house = house_with(tmp_path, "ladders,ladders,,,", "nameless,,,,")
    [report] = import_frameworks(house)
    assert (report.name, report.competencies) == ("ours", 1)
    assert [(fault.where, bool(fault.message)) for fault in report.faults] == [
        ("competencies.csv, line 3", True)
    ]
    assert import_frameworks(house) == []


def test_an_open_house_notices_what_another_process_imported(tmp_path: Path) -> None:
    serving = house_with(tmp_path, "feedback,feedback,,,")
    run(serving)
    judged_as = serving.screened_as
    table(tmp_path, "feedback,feedback,,,", "ladders,ladders,,,")
    other = open_house(load(tmp_path / "config.yaml"))
    assert len(import_frameworks(other)) == 1
    other.close()
    assert import_frameworks(serving) == []
    assert {one.iri for one in serving.concepts} == {competency("feedback"), competency("ladders")}
    assert serving.screened_as != judged_as
    run(serving)
    with serving.store.read() as session:
        assert competency("ladders") in session.exec(select(Tag.concept)).all()


def test_what_did_not_change_is_not_made_anew(tmp_path: Path) -> None:
    house = house_with(tmp_path, "ladders,ladders,,,")
    run(house)
    judges, steps = house.judges, house.steps
    run(house)
    assert house.judges is judges
    assert house.steps is steps


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """The paths that this process opens meanwhile, as the interpreter itself reports them."""
    found: list[str] = []
    watching = True

    def note(name: str, arguments: tuple[object, ...]) -> None:
        if watching and name == "open":
            found.append(str(arguments[0]))

    sys.addaudithook(note)
    yield found
    watching = False


def test_a_file_that_looks_as_before_is_not_read_again(tmp_path: Path) -> None:
    house = house_with(tmp_path, "ladders,ladders,,,")
    path = str(tmp_path / "competencies.csv")
    with opened_files() as opened:
        import_frameworks(house)
        assert path in opened
        opened.clear()
        import_frameworks(house)
        assert path not in opened
        table(tmp_path, "ropes,ropes,,,")
        assert len(import_frameworks(house)) == 1


def test_retired_and_parent_are_taken_from_the_file_at_every_import(tmp_path: Path) -> None:
    house = house_with(tmp_path, "a,a,,,", "b,b,,,", f"c,c,,{competency('a')},", "d,d,,,retired")
    import_frameworks(house)
    assert rows_of(house) == {
        "a": (None, False),
        "b": (None, False),
        "c": (competency("a"), False),
        "d": (None, True),
    }
    table(tmp_path, "a,a,,,retired", f"c,c and more,,{competency('d')},", "d,d,,,retired")
    import_frameworks(house)
    assert rows_of(house) == {
        "a": (None, True),
        "b": (None, True),
        "c": (competency("d"), False),
        "d": (None, True),
    }
    assert [one.iri for one in house.concepts] == [competency("c")]
    table(tmp_path, "a,a,,,", "d,d,,,")
    import_frameworks(house)
    assert {one.iri for one in house.concepts} == {competency("a"), competency("d")}


def test_a_framework_that_is_not_there_is_named(tmp_path: Path) -> None:
    house = house_with(tmp_path, "ladders,ladders,,,")
    (tmp_path / "competencies.csv").unlink()
    with pytest.raises(ConfigError, match=r"ours.*there is no"):
        import_frameworks(house)


def test_steps_are_told_what_a_competency_is_called_first_and_what_it_means(tmp_path: Path) -> None:
    house = house_with(tmp_path, "ladders,ladders,,,")
    (tmp_path / "competencies.csv").write_text(
        "id,label,alt_labels,language,description\n"
        "https://skills.example.org/ropes,ropes,rigging,en,Work with  ropes.\n"
        "https://skills.example.org/ropes,Seile,rigging|Tauwerk,de,Arbeiten mit Seilen.\n"
        "https://skills.example.org/nets,nets,,en,\n"
    )
    import_frameworks(house)
    assert house.concepts == (
        Concept("ours", competency("nets"), ("nets",), ("nets",)),
        Concept(
            "ours",
            competency("ropes"),
            ("Seile", "Tauwerk", "rigging", "ropes"),
            ("Seile", "ropes"),
            "Arbeiten mit Seilen.\nWork with ropes.",
        ),
    )


def test_a_new_description_has_items_judged_again(tmp_path: Path) -> None:
    house = house_with(tmp_path, "ladders,ladders,,,")
    header = "id,label,description\n"
    (tmp_path / "competencies.csv").write_text(f"{header}ladders,ladders,To climb.\n")
    import_frameworks(house)
    judged_as = house.screened_as
    (tmp_path / "competencies.csv").write_text(f"{header}ladders,ladders,To climb safely.\n")
    import_frameworks(house)
    assert house.screened_as != judged_as
