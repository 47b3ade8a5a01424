"""A plain table of competencies."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from curation.taxonomy.plain import Plain, iri_of
from gleanery.errors import BadInput
from gleanery.ports import Competency, Fault, FrameworkReader

TABLE = Path(__file__).parent.parent.parent / "fixtures" / "curation" / "plain.csv"
STARTER = Path(__file__).parent.parent.parent.parent / "gleanery" / "demo" / "framework.csv"


def _read(path: Path, language: str = "en") -> tuple[dict[str, Competency], list[Fault]]:
    found = list(Plain().read(path, "our skills", language))
    competencies = {one.iri: one for one in found if isinstance(one, Competency)}
    return competencies, [one for one in found if isinstance(one, Fault)]


def _table(folder: Path, text: str) -> Path:
    path = folder / "framework.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_labels_of_all_rows_of_an_id_come_together() -> None:
    competencies, _ = _read(TABLE)
    assert competencies["urn:gleanery:our%20skills:reporting"] == Competency(
        "urn:gleanery:our%20skills:reporting",
        (
            ("en", "preferred", "Incident reporting"),
            ("de", "preferred", "Vorfälle melden"),
            ("en", "alternative", "report an incident"),
            ("en", "alternative", "near miss"),
            ("de", "alternative", "Unfallmeldung"),
        ),
        parent="urn:gleanery:our%20skills:safety",
    )
    assert competencies["https://skills.example.org/telex"].retired


def test_broken_rows_are_named_by_line_and_the_good_ones_kept() -> None:
    competencies, faults = _read(TABLE)
    assert len(competencies) == 4
    assert [(fault.where, fault.message.split(";")[0]) for fault in faults] == [
        ("plain.csv, line 6", "id is empty"),
        ("plain.csv, line 7", "label is empty"),
        ("plain.csv, line 8", "this id was there before in this language"),
        ("plain.csv, line 10", "'deutsch!' is no language code such as en or de"),
        ("plain.csv, line 11", "more fields than columns"),
        ("plain.csv, line 9", "the broader one 'urn:gleanery:our%20skills:nowhere' is not in this framework"),
    ]


def test_a_table_of_a_spreadsheet_with_semicolons_is_read(tmp_path: Path) -> None:
    path = _table(tmp_path, "\ufeffid;label;alt_labels;parent\r\na;Führung;Leitung|Delegation;\r\n")
    assert _read(path, "de")[0]["urn:gleanery:our%20skills:a"].labels == (
        ("de", "preferred", "Führung"),
        ("de", "alternative", "Leitung"),
        ("de", "alternative", "Delegation"),
    )


def test_a_zipped_table_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "framework.zip", "w") as archive:
        archive.write(TABLE, "framework.csv")
    assert _read(tmp_path / "framework.zip")[0].keys() == _read(TABLE)[0].keys()


@pytest.mark.parametrize(
    ("header", "missing", "hint"),
    [
        ("identifier,label,alt_labels", "id", "the nearest found is 'identifier'"),
        ("id,lable,alt_labels,parent", "label", "the nearest found is 'lable'"),
        ("id,xyz", "label", "found are id, xyz"),
    ],
)
def test_a_missing_column_is_named_with_the_nearest_one_found(
    tmp_path: Path, header: str, missing: str, hint: str
) -> None:
    path = _table(tmp_path, f"{header}\na,b,c,d\n")
    assert Plain().recognises(path)
    with pytest.raises(BadInput) as raised:
        list(Plain().read(path, "ours", "en"))
    assert str(raised.value) == (
        f"framework.csv: the column {missing!r} is missing; {hint}. Name the column {missing!r}."
    )


def test_what_is_no_table_is_not_recognised(tmp_path: Path) -> None:
    assert not Plain().recognises(_table(tmp_path, "<html>not a table</html>\n"))
    assert not Plain().recognises(tmp_path / "absent.csv")
    assert not Plain().recognises(_table(tmp_path, ""))


def test_a_quote_without_end_is_named_by_line(tmp_path: Path) -> None:
    path = _table(tmp_path, 'id,label\na,"' + "x" * 1_100_000)
    with pytest.raises(BadInput, match=r"framework.csv, line 2: field larger than field limit"):
        list(Plain().read(path, "ours", "en"))


def test_an_id_becomes_an_iri_of_its_framework() -> None:
    assert iri_of(" https://skills.example.org/1 ", "f") == "https://skills.example.org/1"
    assert iri_of("A 1/2", "f:g") == "urn:gleanery:f%3Ag:A%201%2F2"


def test_the_starter_framework_is_whole_and_speaks_two_languages() -> None:
    assert isinstance(Plain(), FrameworkReader)
    competencies, faults = _read(STARTER)
    assert faults == []
    assert 60 <= len(competencies) <= 100
    for iri, one in competencies.items():
        assert iri.startswith("https://w3id.org/xapi/gleanery/competency/")
        assert {language for language, kind, _ in one.labels if kind == "preferred"} == {"en", "de"}
        assert {language for language, _ in one.descriptions} == {"en", "de"}
        assert one.parent is None or competencies[one.parent].parent is None
    labels = [label for one in competencies.values() for label in one.labels]
    assert len(labels) == len(set(labels))
