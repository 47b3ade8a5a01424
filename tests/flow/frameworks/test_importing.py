"""Frameworks are imported once per state of their file, and every open house notices."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.config import load
from gleanery.errors import BadInput, ConfigError, Denied
from gleanery.flow import import_frameworks, run
from gleanery.flow.founding import open_house
from gleanery.flow.frameworks import applying, importing, looking
from gleanery.flow.frameworks.comparing import compare
from gleanery.flow.frameworks.reading import digest_of
from gleanery.flow.house import House
from gleanery.flow.items import tagging
from gleanery.flow.items.concepts import find_concepts
from gleanery.model.frameworks import VersionState
from gleanery.model.items import CompetencyLabel, CompetencyRow, Tag
from gleanery.model.record import Entry
from gleanery.ports import Concept
from gleanery.testing import Clock
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


def labels_of(house: House, name: str) -> set[str]:
    with house.store.read() as session:
        query = select(CompetencyLabel.label).where(CompetencyLabel.iri == competency(name))
        return set(session.exec(query))


def many(*without: int, words: str = "") -> list[str]:
    return [f"skill-{number},skill {number}{words},,," for number in range(40) if number not in without]


def test_a_version_tells_what_it_changed(tmp_path: Path) -> None:
    house = house_with(tmp_path, "a,a,,,", "b,b,,,", "c,c,,,", "d,d,,,retired")
    [first] = import_frameworks(house)
    assert (first.number, first.counts) == (1, {"added": 4})
    table(tmp_path, "a,A,,,", f"b,b,beta,{competency('a')},", "d,d,,,", "e,e,,,")
    seen = importing.preview(house, "ours")
    assert rows_of(house)["b"] == (None, False)
    [second] = import_frameworks(house)
    told = {"added": 1, "back": 1, "labels": 1, "moved": 1, "renamed": 1, "retired": 1}
    assert seen.counts == second.counts == told
    assert [(one.kind.value, one.label, one.was, one.now) for one in looking.changes(house, "ours", 2)] == [
        ("added", "e", "", "e"),
        ("back", "d", "", ""),
        ("labels", "b", "", "beta (en)"),
        ("moved", "b", "", "A"),
        ("renamed", "A", "a (en)", "A (en)"),
        ("retired", "c", "", ""),
    ]
    assert [
        (one.number, one.state.value, one.concepts, one.retired) for one in looking.versions(house, "ours")
    ] == [
        (2, "applied", 4, 1),
        (1, "applied", 3, 1),
    ]


def test_what_the_file_tells_no_more_keeps_its_words_and_is_offered_to_nobody(tmp_path: Path) -> None:
    house = house_with(tmp_path, "feedback,feedback,critique,,", "ropes,ropes,,,")
    run(house)
    table(tmp_path, "ropes,ropes,,,")
    import_frameworks(house)
    assert labels_of(house, "feedback") == {"feedback", "critique"}
    assert find_concepts(house, "feedb") == []
    assert [one.iri for one in house.concepts] == [competency("ropes")]
    [orphan] = looking.orphans(house, "ours")
    assert (orphan.label, orphan.items, orphan.by_persons) == ("feedback", 1, 0)
    table(tmp_path, "ropes,ropes,,,", "feedback,feedback,critique,,")
    import_frameworks(house)
    assert [one.label for one in find_concepts(house, "critiq")] == ["feedback"]
    assert looking.orphans(house, "ours") == []


def test_a_retired_one_that_a_person_tagged_is_told_with_what_replaced_it(tmp_path: Path) -> None:
    house = house_with(tmp_path, "feedback,feedback,,,", "advice,advice,,,")
    run(house)
    with house.store.read() as session:
        item = session.exec(select(Tag.item_id)).first()
    tagging.add_tag(house, str(item), "curator", tagging.Concept("ours", competency("feedback")))
    (tmp_path / "competencies.csv").write_text(
        f"id,label,status,replaced_by\n{competency('feedback')},feedback,retired,{competency('advice')}\n"
        f"{competency('advice')},advice,,\n"
    )
    run(house)
    [orphan] = looking.orphans(house, "ours")
    assert (orphan.items, orphan.by_persons, orphan.successor_label) == (1, 1, "advice")


def test_a_file_of_which_much_is_missing_waits_until_somebody_says(tmp_path: Path) -> None:
    house = house_with(tmp_path, *many())
    import_frameworks(house)
    table(tmp_path, *many(*range(20)))
    [held] = import_frameworks(house)
    assert (held.held_for, held.counts) == ("lost", {"retired": 20})
    assert len(house.concepts) == 40
    assert import_frameworks(house) == []
    importing.answer(house, "ours", held.number, "curator", bring_in=False)
    assert import_frameworks(house) == []
    with pytest.raises(Denied, match="does not wait"):
        importing.answer(house, "ours", held.number, "curator", bring_in=True)
    table(tmp_path, *many(*range(21)))
    [again] = import_frameworks(house)
    importing.answer(house, "ours", again.number, "curator", bring_in=True)
    [done] = import_frameworks(house)
    assert (done.number, done.held_for, len(house.concepts)) == (2, "", 19)


def test_a_change_of_a_reviewed_framework_waits_and_a_person_brings_it_in(tmp_path: Path) -> None:
    path = table(tmp_path, "ropes,ropes,,,")
    house = make_house(tmp_path, frameworks=[{"name": "ours", "path": str(path), "review": True}])
    import_frameworks(house)
    table(tmp_path, "ropes,ropes,rigging,,")
    [held] = import_frameworks(house)
    assert held.held_for == "review"
    assert labels_of(house, "ropes") == {"ropes"}
    done = importing.import_framework(house, "ours", "person:x")
    assert done is not None
    assert labels_of(house, "ropes") == {"ropes", "rigging"}
    assert importing.import_framework(house, "ours", "person:x") is None


def test_a_ring_is_cut_at_one_place_and_told(tmp_path: Path) -> None:
    c, b, a = competency("c"), competency("b"), competency("a")
    house = house_with(tmp_path, f"a,a,,{b},", f"b,b,,{c},", f"c,c,,{a},", f"d,d,,{a},")
    [report] = import_frameworks(house)
    assert [fault.message for fault in report.faults] == [
        f"stands below itself: {a} > {b} > {c} > {a}; kept without its broader {a!r}"
    ]
    assert rows_of(house) == {"a": (b, False), "b": (c, False), "c": (None, False), "d": (a, False)}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'id,label\nropes,ropes\nnets,"nets', "breaks off in line 3"),
        ("id,label\nropes,Käse\n".encode("cp1252"), "may be Windows-1252"),
        ("id,label\nropes,Kä".encode()[:-1], "in the middle of a letter"),
        (b"id,label\n", "holds no competency"),
        (b"PK\x03\x04 the beginning of a zip", "zip that breaks off"),
        (b'{"CFItems": [{"identifier": "1", "fullSt', "no JSON, or breaks off"),
        (b"\x00\x01\x02 nothing", "no framework file that is known here"),
    ],
)
def test_a_file_that_cannot_be_read_whole_leaves_the_version_before(
    tmp_path: Path, content: bytes, told: str
) -> None:
    house = house_with(tmp_path, "ladders,ladders,,,")
    import_frameworks(house)
    (tmp_path / "competencies.csv").write_bytes(content)
    [report] = import_frameworks(house)
    assert (report.held_for, re.search(told, report.faults[0].message) is not None) == ("unreadable", True)
    assert import_frameworks(house) == []
    with pytest.raises(BadInput, match=told):
        importing.import_framework(house, "ours", "person:x")
    assert [one.iri for one in house.concepts] == [competency("ladders")]
    assert [one.state.value for one in looking.versions(house, "ours")] == ["unreadable", "applied"]
    assert not list((tmp_path / "data" / "files").glob("framework-*"))


def test_only_the_languages_wanted_are_brought_in(tmp_path: Path) -> None:
    path = tmp_path / "competencies.csv"
    path.write_text("id,label,language\nropes,ropes,en\nropes,Seile,de\nnets,filets,fr\n")
    framework = {"name": "ours", "path": str(path), "languages": ["en", "de"]}
    house = make_house(tmp_path, frameworks=[framework])
    [report] = import_frameworks(house)
    assert [one.labels for one in house.concepts] == [("Seile", "ropes")]
    assert [fault.message for fault in report.faults] == ["it has no label in the languages wanted; left out"]


def test_an_import_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    house = house_with(tmp_path, *many())
    import_frameworks(house)
    table(tmp_path, *many(words=" anew"))
    settings = house.config.frameworks[0]
    with importing._read(house, settings, lambda *_: None) as stage, house.store.read() as session:
        found = compare(session, "ours", stage)
        digest = digest_of(house, settings)
        version = importing._version(session, settings, digest, stage, house.now())
    with house.change() as change:
        applying.write_version(change.session, version, VersionState.BEGUN, found)
    [report] = import_frameworks(house)
    assert (report.number, labels_of(house, "skill-7")) == (2, {"skill 7 anew"})
    assert [one.state.value for one in looking.versions(house, "ours")] == ["applied", "applied"]


def test_the_one_who_brought_a_framework_in_stands_in_the_log_of_changes(tmp_path: Path) -> None:
    house = house_with(tmp_path, "ladders,ladders,,,")
    importing.import_framework(house, "ours", "person:somebody")
    with house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.action == "framework.imported")).all()
        assert [entry.actor for entry in entries] == ["person:somebody"]


def standards(folder: Path, ends: str) -> dict[str, str]:
    """A package of CASE with a competency that ends on a day, and the framework over it."""
    items = [
        {"identifier": "1", "uri": competency("telex"), "fullStatement": "telex", "statusEndDate": ends},
        {"identifier": "2", "uri": competency("mail"), "fullStatement": "mail"},
    ]
    replaced = {
        "associationType": "replacedBy",
        "originNodeURI": {"identifier": "1"},
        "destinationNodeURI": {"identifier": "2"},
    }
    path = folder / "standards.json"
    path.write_text(json.dumps({"CFDocument": {}, "CFItems": items, "CFAssociations": [replaced]}))
    return {"name": "ours", "path": str(path)}


def test_a_competency_retires_on_the_day_that_its_framework_names(tmp_path: Path) -> None:
    clock = Clock()
    day = (clock() + timedelta(days=2)).date().isoformat()
    house = make_house(tmp_path, clock, frameworks=[standards(tmp_path, day)])
    import_frameworks(house)
    assert [one.labels for one in house.concepts] == [("mail",), ("telex",)]
    clock.move(timedelta(days=2))
    assert import_frameworks(house) == []
    assert [one.labels for one in house.concepts] == [("mail",)]
    assert find_concepts(house, "telex") == []
    [newest, _] = looking.versions(house, "ours")
    assert (newest.number, newest.counts, newest.concepts, newest.retired) == (2, {"retired": 1}, 1, 1)
    [change] = looking.changes(house, "ours", 2)
    assert (change.label, change.now) == ("telex", "mail")
    assert importing.preview(house, "ours").counts == {}
    import_frameworks(house)
    assert len(looking.versions(house, "ours")) == 2


def test_one_that_waits_keeps_its_number_though_another_retires_meanwhile(tmp_path: Path) -> None:
    clock = Clock()
    settings = standards(tmp_path, (clock() + timedelta(days=2)).date().isoformat())
    house = make_house(tmp_path, clock, frameworks=[{**settings, "review": True}])
    import_frameworks(house)
    file = tmp_path / "standards.json"
    file.write_text(file.read_text().replace('"mail"', '"letters"'))
    [held] = import_frameworks(house)
    clock.move(timedelta(days=2))
    import_frameworks(house)
    importing.answer(house, "ours", held.number, "curator", bring_in=True)
    [done] = import_frameworks(house)
    assert (held.number, done.number, [one.labels for one in house.concepts]) == (2, 2, [("letters",)])
    assert [one.state.value for one in looking.versions(house, "ours")] == ["applied"] * 3


def test_a_broken_framework_keeps_no_other_from_coming_in(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_bytes("id,label\na,K\u00e4se\n".encode("cp1252"))
    good = table(tmp_path, "ropes,ropes,,,")
    paths = {"broken": "broken.csv", "gone": "gone.csv", "ours": str(good)}
    house = make_house(tmp_path, frameworks=[{"name": name, "path": path} for name, path in paths.items()])
    with pytest.raises(ConfigError, match=r"gone.*there is no"):
        import_frameworks(house)
    assert [one.iri for one in house.concepts] == [competency("ropes")]
    (tmp_path / "broken.csv").write_text("id,label\na,K\u00e4se\n", "utf-8")
    with pytest.raises(ConfigError, match="gone"):
        import_frameworks(house)
    assert len(house.concepts) == 2
    assert [(one.name, one.in_use) for one in looking.listed(house)] == [
        ("broken", 1),
        ("gone", 0),
        ("ours", 1),
    ]
