"""CASE 1.0 and 1.1 packages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from curation.taxonomy.case import Case
from gleanery.errors import BadInput
from gleanery.ports import Competency, Fault, FrameworkReader

HOME = "https://case.example.org/ims/case/v1p1"


def uri(number: int) -> str:
    return f"{HOME}/CFItems/{identifier(number)}"


def identifier(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def item(number: int, statement: str, **more: Any) -> dict[str, Any]:
    return {"identifier": identifier(number), "uri": uri(number), "fullStatement": statement, **more}


def leads(kind: str, origin: int, destination: int | str) -> dict[str, Any]:
    there = identifier(destination) if isinstance(destination, int) else destination
    return {
        "associationType": kind,
        "originNodeURI": {"identifier": identifier(origin).upper(), "uri": uri(origin), "title": "x"},
        "destinationNodeURI": {"identifier": there, "uri": f"{HOME}/{there}", "title": "x"},
    }


def package(*items: dict[str, Any], associations: tuple[dict[str, Any], ...] = (), **document: Any) -> Any:
    return {
        "CFDocument": {"identifier": "d", "title": "Lifting", "creator": "x", **document},
        "CFItems": list(items),
        "CFAssociations": list(associations),
    }


def read(folder: Path, told: Any, name: str = "package.json") -> tuple[dict[str, Competency], list[Fault]]:
    path = folder / name
    path.write_text(told if isinstance(told, str) else json.dumps(told), "utf-8")
    assert Case().recognises(path)
    found = list(Case().read(path, "ours", "en"))
    faults = [one for one in found if isinstance(one, Fault)]
    return {one.iri: one for one in found if isinstance(one, Competency)}, faults


def test_items_have_their_words_their_notation_and_their_place(tmp_path: Path) -> None:
    assert isinstance(Case(), FrameworkReader)
    safe = item(1, "Everything about safety", humanCodingScheme="S")
    lift = item(
        2, "Reads a load chart before each lift", abbreviatedStatement="Load charts", humanCodingScheme="S.1",
        alternativeLabel="lifting tables", conceptKeywords=["crane"], notes="Twice a year.", language="en-GB",
    )  # fmt: skip
    told = package(
        safe, lift, associations=(leads("isChildOf", 2, 1), leads("isChildOf", 1, "d")), language="en"
    )
    competencies, faults = read(tmp_path, told)
    assert faults == []
    assert competencies[uri(1)] == Competency(
        uri(1), (("en", "preferred", "Everything about safety"),), code="S"
    )
    assert competencies[uri(2)] == Competency(
        uri(2),
        (
            ("en-GB", "preferred", "Load charts"),
            ("en-GB", "alternative", "lifting tables"),
            ("en-GB", "hidden", "crane"),
        ),
        parent=uri(1),
        descriptions=(("en-GB", "Reads a load chart before each lift\nTwice a year."),),
        code="S.1",
    )


def test_what_ends_or_was_replaced_says_when_and_by_what(tmp_path: Path) -> None:
    old = item(1, "Uses a telex", statusEndDate="2020-01-31")
    competencies, _ = read(
        tmp_path, package(old, item(2, "Writes mail"), associations=(leads("replacedBy", 1, 2),))
    )
    assert (competencies[uri(1)].retires_on, competencies[uri(1)].replaced_by) == (date(2020, 1, 31), uri(2))
    assert competencies[uri(2)].retires_on is None
    withdrawn, _ = read(tmp_path, package(item(1, "Uses a telex"), adoptionStatus="Deprecated"))
    assert withdrawn[uri(1)].retired


def test_a_part_stands_below_its_whole_only_where_nothing_says_otherwise(tmp_path: Path) -> None:
    told = package(
        *(item(number, f"Skill {number}") for number in (1, 2, 3, 4)),
        associations=(leads("isPartOf", 3, 1), leads("isChildOf", 3, 2), leads("isPartOf", 4, 1)),
    )
    competencies, _ = read(tmp_path, told)
    assert [competencies[uri(number)].parent for number in (3, 4)] == [uri(2), uri(1)]


def test_a_translation_gives_its_words_to_what_it_translates(tmp_path: Path) -> None:
    told = package(
        item(1, "Reads load charts", language="en"),
        item(2, "Liest Lasttabellen", language="de"),
        associations=(leads("isTranslationOf", 2, 1),),
    )
    competencies, _ = read(tmp_path, told)
    assert [one.labels for one in competencies.values()] == [
        (("en", "preferred", "Reads load charts"), ("de", "preferred", "Liest Lasttabellen"))
    ]


def test_broken_items_are_told_and_the_good_ones_kept(tmp_path: Path) -> None:
    told = package(
        item(1, "One"), item(1, "Again"), item(2, " "), {"fullStatement": "Nameless"}, item(3, "Three")
    )
    competencies, faults = read(tmp_path, told)
    assert [one.labels[0][2] for one in competencies.values()] == ["One", "Three"]
    assert [(fault.where, fault.message) for fault in faults] == [
        ("package.json, CFItems 2", "this identifier was there before; the first counts"),
        ("package.json, CFItems 3", "fullStatement is empty"),
        ("package.json, CFItems 4", "it has neither uri nor identifier"),
    ]


@pytest.mark.parametrize(
    "packed", [lambda one: [one], lambda one: {"CFPackages": [one]}, lambda one: {"CFPackage": one}]
)
def test_several_packages_may_stand_in_one_file(tmp_path: Path, packed: Any) -> None:
    assert list(read(tmp_path, packed(package(item(1, "One"))))[0]) == [uri(1)]


def test_an_item_of_1_0_without_an_address_gets_one_of_its_identifier(tmp_path: Path) -> None:
    bare = {"identifier": identifier(7).upper(), "fullStatement": "One"}
    assert list(read(tmp_path, package(bare))[0]) == [f"urn:uuid:{identifier(7)}"]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ('{"CFDocument": {}, "CFItems": [{"identifier": "1",', "breaks off, in line 1"),
        ('{"CFDocuments": [{"identifier": "1"}]}', "lists documents of CASE without their items"),
        ('{"CFDocument": {}}', "holds no CASE package"),
        ('{"CFItems": ' + "[" * 100_000, "deeper than CASE does|breaks off"),
    ],
)
def test_what_is_no_whole_package_is_refused(tmp_path: Path, told: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read(tmp_path, told)


def test_strange_values_are_passed_over(tmp_path: Path) -> None:
    strange = item(1, "One", notes=7, conceptKeywords="crane", statusEndDate="soon", language=None)
    told = package(
        strange, associations=({"associationType": 3}, {"associationType": "isChildOf", "originNodeURI": []})
    )
    told["CFAssociations"].append("nothing")
    competencies, faults = read(tmp_path, told)
    assert (competencies[uri(1)], faults) == (Competency(uri(1), (("en", "preferred", "One"),)), [])


def test_other_files_are_not_taken_for_case(tmp_path: Path) -> None:
    for name, text in (("a.json", '{"items": []}'), ("b.json", "CFItems"), ("c.csv", "id,label\n")):
        (tmp_path / name).write_text(text)
        assert not Case().recognises(tmp_path / name)
