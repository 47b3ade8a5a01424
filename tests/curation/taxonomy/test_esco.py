"""ESCO in the layout of its official download."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from curation.taxonomy.esco import Esco
from gleanery.errors import BadInput
from gleanery.ports import Competency, Fault, FrameworkReader
from tests.conftest import shared_data
from tests.curation.taxonomy.joining import joined

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "curation" / "esco"
SKILL = "https://skills.example.org/skill/"
HEADER = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,"
    "scopeNote,definition,inScheme,description"
)
COLUMNS = HEADER.split(",")


def _read(path: Path, language: str = "en") -> tuple[dict[str, Competency], list[Fault]]:
    found = list(Esco().read(path, "esco", language))
    return joined(found), [one for one in found if isinstance(one, Fault)]


def _write(path: Path, rows: Iterable[Iterable[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        csv.writer(lines).writerows(rows)
    return path


def test_a_folder_gives_every_language_the_hierarchy_and_what_is_retired() -> None:
    competencies, _ = _read(FOLDER)
    assert competencies[f"{SKILL}1"] == Competency(
        f"{SKILL}1",
        (
            ("en", "preferred", "report incidents"),
            ("en", "alternative", "report an incident"),
            ("en", "alternative", "incident reporting"),
            ("en", "alternative", "report incidents"),
            ("en", "hidden", "incidnet reporting"),
            ("de", "preferred", "Vorfälle melden"),
            ("de", "alternative", "Unfallmeldung"),
            ("de", "alternative", "einen Vorfall melden"),
        ),
        parent=f"{SKILL}S1",
        descriptions=(
            ("en", "Tell the right person, within one day, what happened."),
            ("de", "Innerhalb eines Tages."),
        ),
    )
    assert competencies[f"{SKILL}S1"].code == "S1"
    assert competencies[f"{SKILL}S1"].labels == (("en", "preferred", "workplace safety"),)
    assert competencies[f"{SKILL}2"].parent is None
    assert [iri for iri, one in competencies.items() if one.retired] == [f"{SKILL}3"]


def test_broken_rows_are_named_by_line_and_the_good_ones_kept() -> None:
    competencies, faults = _read(FOLDER / "skills_en.csv")
    assert sorted(competencies) == [f"{SKILL}{number}" for number in (1, 2, 3)]
    assert faults == [
        Fault("skills_en.csv, line 8", "conceptUri is no address"),
        Fault("skills_en.csv, line 9", "preferredLabel is empty"),
        Fault("skills_en.csv, line 10", "this conceptUri was there before; the first row counts"),
        Fault("skills_en.csv, line 11", "more fields than columns; is a comma outside quotes?"),
    ]


def test_a_zip_gives_the_same_as_its_folder(tmp_path: Path) -> None:
    packed = tmp_path / "esco.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in FOLDER.glob("*.csv"):
            archive.write(file, f"ESCO dataset/{file.name}")
    assert Esco().recognises(packed)
    assert _read(packed)[0].keys() == _read(FOLDER)[0].keys()


def test_a_table_whose_name_tells_no_language_is_in_the_one_given(tmp_path: Path) -> None:
    copied = tmp_path / "export.csv"
    copied.write_bytes((FOLDER / "skills_de.csv").read_bytes())
    assert _read(copied, "de")[0][f"{SKILL}2"].labels == (("de", "preferred", "Datenanalyse"),)


def test_a_missing_column_is_named_with_the_nearest_one_found(tmp_path: Path) -> None:
    misspelt = [name.replace("preferredLabel", "preferedLabel") for name in COLUMNS]
    path = _write(tmp_path / "skills_en.csv", [misspelt, ["x"] * len(misspelt)])
    assert Esco().recognises(path)
    with pytest.raises(BadInput) as raised:
        list(Esco().read(path, "esco", "en"))
    assert str(raised.value) == (
        "skills_en.csv: the column 'preferredLabel' is missing; the nearest found is 'preferedLabel'. "
        "Name the column 'preferredLabel'."
    )


def test_a_table_in_another_encoding_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "skills_de.csv"
    path.write_bytes((FOLDER / "skills_de.csv").read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(BadInput, match=r"as UTF-8; .* Windows-1252. Save it as CSV UTF-8."):
        list(Esco().read(path, "esco", "de"))


def test_other_files_are_not_taken_for_esco(tmp_path: Path) -> None:
    reader = Esco()
    assert isinstance(reader, FrameworkReader)
    assert not reader.recognises(FOLDER.parent / "plain.csv")
    assert not reader.recognises(tmp_path)
    assert not reader.recognises(tmp_path / "absent.csv")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 not a zip")
    assert not reader.recognises(tmp_path / "broken.zip")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no ESCO table"):
        list(Esco().read(tmp_path, "esco", "en"))


def test_the_whole_of_esco_is_read(tmp_path: Path) -> None:
    with gzip.open(shared_data("taxonomies/esco/skills_en.jsonl.gz"), "rt", encoding="utf-8") as lines:
        skills = [json.loads(line) for line in lines]
    groups = shared_data("taxonomies/esco/skillGroups_en.csv.gz")
    (tmp_path / "skillGroups_en.csv").write_bytes(gzip.decompress(groups.read_bytes()))
    rows = [[_fields(skill).get(column, "") for column in COLUMNS] for skill in skills]
    _write(tmp_path / "skills_en.csv", [COLUMNS, *rows])
    broader = [["x", skill["uri"], "x", parent] for skill in skills for parent in skill["broader"]]
    _write(
        tmp_path / "broaderRelationsSkillPillar_en.csv",
        [["conceptType", "conceptUri", "broaderType", "broaderUri"], *broader],
    )
    competencies, faults = _read(tmp_path)
    assert faults == []
    assert len(skills) == 13_939
    for skill in skills:
        one = competencies[skill["uri"]]
        assert one.labels[0] == ("en", "preferred", " ".join(skill["label"].split()))
        wanted = {" ".join(label.split()) for label in (skill["label"], *skill["alt"])}
        assert {text for _, _, text in one.labels} == wanted
    assert sum(competencies[skill["uri"]].parent is not None for skill in skills) > 13_000


def _fields(skill: dict[str, Any]) -> dict[str, str]:
    return {
        "conceptType": "KnowledgeSkillCompetence",
        "conceptUri": skill["uri"],
        "preferredLabel": skill["label"],
        "altLabels": "\n".join(skill["alt"]),
        "status": "released",
        "description": skill["description"],
    }
