"""Rows of labelled data: every form, our names of columns, and broken rows that end nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from gleanery.errors import BadInput
from gleanery.flow.evaluating.cases import Shape, Task, gathered
from gleanery.flow.evaluating.rows import Row, read_rows
from gleanery.ports import Fault

ROWS = [{"sentence": "Call the trainer.", "lang": "en"}, {"sentence": "Ruf an.", "lang": "de"}]


def test_lines_tables_and_gzip_give_the_same_rows_under_our_names(tmp_path: Path) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    table = 'sentence,lang\n"Call the trainer.",en\nRuf an.,de\n'
    (tmp_path / "a.jsonl").write_text(lines)
    (tmp_path / "b.csv").write_text("\ufeff" + table)
    (tmp_path / "c.tsv").write_text(table.replace(",", "\t"))
    for name in ("a.jsonl", "b.csv"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    for path in sorted(tmp_path.iterdir()):
        rows = list(read_rows(path, {"text": "sentence", "language": "lang"}))
        told = [(row.values["text"], row.values["language"]) for row in rows if isinstance(row, Row)]
        assert told == [("Call the trainer.", "en"), ("Ruf an.", "de")], path.name


def test_a_broken_line_is_a_fault_with_its_place_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"text": "one"}\n{"text": \n\n[1]\n{"text": "\xff"}\n{"text": "two"}\n' + b"[" * 100_000 + b"\n"
    )
    rows = list(read_rows(path, {}))
    assert [row.line for row in rows if isinstance(row, Row)] == [1, 6]
    assert [row.where for row in rows if isinstance(row, Fault)] == ["line 2", "line 4", "line 5", "line 7"]


def test_a_table_row_of_another_width_or_encoding_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"text,language\nGood words,en\nonly one\nsch\xf6n,de\nMore words,en\n")
    rows = list(read_rows(path, {}))
    assert [row.line for row in rows if isinstance(row, Row)] == [2, 5]
    assert [row.where for row in rows if isinstance(row, Fault)] == ["line 3", "line 4"]


def test_half_a_gzip_file_an_unknown_form_and_a_missing_column_are_told_with_a_remedy(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"text": "words"}\n' * 5_000)
    (tmp_path / "half.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    (tmp_path / "a.jsonl").write_text('{"sentence": "words"}\n')
    with pytest.raises(BadInput, match="ends in the middle"):
        list(read_rows(tmp_path / "half.jsonl.gz", {}))
    with pytest.raises(BadInput, match="no form that can be measured"):
        list(read_rows(tmp_path / "a.xlsx", {}))
    with pytest.raises(BadInput, match="no column 'sentense'") as caught:
        list(read_rows(tmp_path / "a.jsonl", {"text": "sentense"}))
    assert "text=sentence" in caught.value.remedy
    with pytest.raises(BadInput, match="cannot be read"):
        list(read_rows(tmp_path / "absent.jsonl", {}))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"spans": []}, "neither title nor text"),
        ({"text": 5, "spans": []}, "no text"),
        ({"text": "a", "spans": [[3, 2, "email"]]}, "start before end"),
        ({"text": "a", "spans": [{"start": 0}]}, "start before end"),
        ({"text": "a", "spans": "[oops"}, "no JSON"),
        ({"text": "a", "spans": 7}, "no list"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_fault_that_says_why(values: dict[str, object], said: str) -> None:
    good = Row(1, {"text": "words", "spans": [{"start": 0, "end": 5, "kind": "email"}]})
    told = gathered([good, Row(2, values)], Shape())
    assert len(told.cases) == 1
    [fault] = told.faults
    assert fault.where == "line 2"
    assert said in fault.message


def test_what_is_measured_is_recognised_by_the_columns(tmp_path: Path) -> None:
    for task, value in (
        ("labels", "a|b"),
        ("language", "en"),
        ("wanted", "yes"),
        ("class", "x"),
        ("duplicate_of", ""),
    ):
        told = gathered([Row(1, {"text": "words", task: value})], Shape())
        assert told.task is Task(task)
    assert told.cases[0].expected == ""
    with pytest.raises(BadInput, match="No column says"):
        gathered([Row(1, {"text": "words"})], Shape())
    with pytest.raises(BadInput, match="No row can be used") as caught:
        gathered([Row(3, {"text": "words", "wanted": "perhaps"})], Shape())
    assert "line 3" in str(caught.value)
    [case] = gathered([Row(1, {"text": "words", "wanted": "svn"})], Shape(yes=("svn",))).cases
    assert case.expected is True
