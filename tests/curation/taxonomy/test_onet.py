"""O*NET in the layout of its database's text files."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.taxonomy.onet import Onet
from gleanery.errors import BadInput
from gleanery.ports import Competency, Fault, FrameworkReader
from tests.conftest import shared_data

MODEL = """Element ID\tElement Name\tDescription
9\tMade up\tAll of it
9.A\tHandling\tHow things are handled
9.A.1.b\tLifting\tTo lift with a crane
9.A\tAgain\tA second time
\tNameless\t
"""
ACTIVITIES = """Element ID\tIWA ID\tDWA ID\tDWA Title
9.A.1.b\t9.A.1.b.I01\t9.A.1.b.I01.D01\tRead load charts.
9.A.1.b\t9.A.1.b.I01\t9.A.1.b.I01.D02\tGive signals.
"""
STEPS = "Element ID\tIWA ID\tIWA Title\n9.A.1.b\t9.A.1.b.I01\tPlan lifts.\n"
TOOLS = """O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand
99-1.00\tHoistware\t99000001\tLifting software\tN\tN
99-2.00\tHoistware\t99000001\tLifting software\tN\tN
99-2.00\tCranelog\t99000001\tLifting software\tY\tN
"""
RATINGS = """O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value
99-1.00\t9.B.1\tReading\tIM\t3.00
99-1.00\t9.B.1\tReading\tLV\t2.00
"""
JOBS = "O*NET-SOC Code\tTitle\tDescription\n99-1.00\tCrane operator\tLifts.\n"
FILES = {
    "Content Model Reference.txt": MODEL,
    "DWA Reference.txt": ACTIVITIES,
    "IWA Reference.txt": STEPS,
    "Technology Skills.txt": TOOLS,
    "Skills.txt": RATINGS,
    "Occupation Data.txt": JOBS,
}


def iri(code: str) -> str:
    return f"urn:gleanery:onet:{code}"


def _read(path: Path) -> tuple[dict[str, Competency], list[Fault]]:
    assert Onet().recognises(path)
    found = list(Onet().read(path, "onet", "en"))
    faults = [one for one in found if isinstance(one, Fault)]
    return {one.iri: one for one in found if isinstance(one, Competency)}, faults


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_tree_is_that_of_the_numbers(folder: Path) -> None:
    assert isinstance(Onet(), FrameworkReader)
    competencies, faults = _read(folder)
    assert competencies[iri("9.A.1.b")] == Competency(
        iri("9.A.1.b"),
        (("en", "preferred", "Lifting"),),
        iri("9.A"),
        descriptions=(("en", "To lift with a crane"),),
        code="9.A.1.b",
    )
    places = {one.code: one.parent for one in competencies.values()}
    assert places["9"] is None
    assert places["9.A.1.b.I01"] == iri("9.A.1.b")
    assert places["9.A.1.b.I01.D02"] == iri("9.A.1.b.I01")
    assert places["9.B.1"] == iri("9")
    assert [(fault.where, fault.message) for fault in faults] == [
        ("Content Model Reference.txt, line 5", "Element ID 9.A was there before; the first row counts"),
        ("Content Model Reference.txt, line 6", "Element ID or Element Name is empty"),
    ]


def test_a_technology_stands_once_below_its_class_whoever_uses_it(folder: Path) -> None:
    competencies, _ = _read(folder / "Technology Skills.txt")
    assert [(one.labels[0][2], one.parent) for one in competencies.values()] == [
        ("Lifting software", None),
        ("Hoistware", iri("99000001")),
        ("Cranelog", iri("99000001")),
    ]


def test_occupations_alone_are_no_framework(folder: Path) -> None:
    assert not Onet().recognises(folder / "Occupation Data.txt")
    with pytest.raises(BadInput, match="holds no table of O\\*NET"):
        list(Onet().read(folder / "Occupation Data.txt", "onet", "en"))


def test_a_file_that_breaks_off_is_refused(folder: Path) -> None:
    whole = (folder / "DWA Reference.txt").read_text()
    (folder / "DWA Reference.txt").write_text(whole[:-25])
    with pytest.raises(BadInput, match=r"DWA Reference.txt breaks off in line 3"):
        _read(folder)


def test_the_files_of_a_release_are_read(tmp_path: Path) -> None:
    for name in ("content_model.csv", "dwa_reference.csv", "technology_skills_unique.csv"):
        (tmp_path / name).write_bytes(shared_data(f"taxonomies/onet/{name}").read_bytes())
    competencies, faults = _read(tmp_path)
    assert faults == []
    assert len(competencies) > 12_000
    codes = {one.code for one in competencies.values()}
    assert all(one.parent in competencies for one in competencies.values() if "." in one.code)
    assert sum(".D" in code and ".I" in code for code in codes) == 2_087
