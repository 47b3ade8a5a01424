"""Whatever a file holds, a reader tells competencies and faults, or refuses it with a remedy: nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.taxonomy.case import Case
from curation.taxonomy.esco import Esco
from curation.taxonomy.onet import Onet
from curation.taxonomy.plain import Plain
from gleanery.errors import BadInput
from gleanery.ports import Competency, Fault, FrameworkReader

READERS: tuple[FrameworkReader, ...] = (Case(), Esco(), Onet(), Plain())
HEADERS = (
    b"",
    b"id,label,alt_labels,parent\n",
    b"conceptUri,preferredLabel,altLabels,status\n",
    b"Element ID\tElement Name\tDescription\n",
    b'{"CFItems": [',
)
CELLS = st.sampled_from(
    [
        "https://a.example.org/1",
        "https://a.example.org/2",
        "x",
        "",
        '"',
        '""',
        "\n",
        ",",
        "\t",
        ";",
        "é",
        "\0",
        "ا",
        "🚢",
    ]
)
WITHIN = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["1", "2", "", "isChildOf", "replacedBy"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["CFItems", "CFDocument", "CFAssociations", "identifier", "uri", "fullStatement", "associationType",
             "originNodeURI", "destinationNodeURI", "language", "conceptKeywords", "statusEndDate"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


def check(reader: FrameworkReader, path: Path) -> None:
    """The reader tells what the contract says, and of parents only such as it tells too."""
    assert reader.recognises(path) in (True, False)
    told: list[Competency | Fault] = []
    refusals: list[BadInput] = []
    try:
        told = list(reader.read(path, "ours", "en"))
    except BadInput as refused:
        refusals.append(refused)
    assert all(refused.remedy for refused in refusals)
    competencies = [one for one in told if isinstance(one, Competency)]
    assert len(competencies) + sum(isinstance(one, Fault) for one in told) == len(told)
    known = {one.iri for one in competencies}
    assert {one.parent for one in competencies} <= {None, *known}
    assert all(text.strip() for one in competencies for _, _, text in one.labels)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@given(header=st.sampled_from(HEADERS), body=st.binary(max_size=200))
@WITHIN
def test_any_bytes_are_read_or_refused(
    tmp_path: Path, reader: FrameworkReader, header: bytes, body: bytes
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(header + body)
    check(reader, path)


@pytest.mark.parametrize("reader", READERS[1:], ids=lambda reader: reader.name)
@given(header=st.sampled_from(HEADERS), cells=st.lists(CELLS, max_size=40))
@WITHIN
def test_any_cells_are_read_or_refused(
    tmp_path: Path, reader: FrameworkReader, header: bytes, cells: list[str]
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(header + ",".join(cells).encode())
    check(reader, path)


@given(told=JSON)
@WITHIN
def test_any_json_is_read_or_refused(tmp_path: Path, told: object) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps(told))
    check(Case(), path)


@given(items=st.lists(JSON, max_size=5), associations=st.lists(JSON, max_size=5))
@WITHIN
def test_any_package_of_case_is_read_or_refused(
    tmp_path: Path, items: list[object], associations: list[object]
) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps({"CFItems": items, "CFAssociations": associations}))
    check(Case(), path)
