"""An HR list as it comes: what is read of it, and bad rows that cost nobody else anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleanery.errors import BadInput
from gleanery.flow.people.hr_list import read_list
from tests.flow.people.lists import HEAD, write

SAME = 'id{0}unit{0}start{0}name\n4711{0}Dock{0}2026-01-31{0}"Überall{0} Ä"\n'


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encoding_and_separator_are_found_out(tmp_path: Path, separator: str, encoding: str) -> None:
    listed = read_list(write(tmp_path, SAME.format(separator), encoding))
    [one] = listed.persons
    assert (one.number, one.unit, str(one.starts_on)) == ("4711", "Dock", "2026-01-31")
    assert listed.passed_over == ("name",)
    assert not listed.faults


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (";Dock;;;U1", "id is missing"),
        ("2;Dock;31.2.2026;;U1", "no calendar has"),
        ("2;Dock;soon;;U1", "no day"),
        ("2;Dock;2026-02-02;2026-02-01;U1", "end is before the start"),
        ("2;Dock;;;U1;more", "more values than headings"),
        ("1;Yard;;;U9", "same id as in line 2"),
        (f"2;{'x' * 300};;;U1", "unit is too long"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_costs_no_other(tmp_path: Path, row: str, message: str) -> None:
    listed = read_list(write(tmp_path, f"{HEAD}1;Dock;;;U1\n{row}\n3;Dock;;;U3\n"))
    [fault] = listed.faults
    assert fault.line == 3
    assert message in fault.message
    assert [one.number for one in listed.persons] == ["1", "3"]


def test_a_fault_quotes_nothing_of_the_line(tmp_path: Path) -> None:
    listed = read_list(write(tmp_path, HEAD + "E-77;secret-unit;31.31.2026;;U-private\n"))
    assert not any(word in listed.faults[0].message for word in ("E-77", "secret", "31", "private"))


def test_a_line_after_a_value_with_line_breaks_is_still_named_right(tmp_path: Path) -> None:
    listed = read_list(write(tmp_path, HEAD + '1;"Dock\nNorth";;;U1\n2;;never;;\n'))
    assert [fault.line for fault in listed.faults] == [4]


def test_an_account_that_two_lines_claim_is_given_to_neither(tmp_path: Path) -> None:
    listed = read_list(write(tmp_path, HEAD + "1;;;;U1 U2\n2;;;;U2\n"))
    assert [fault.line for fault in listed.faults] == [2, 3]
    assert [len(one.accounts) for one in listed.persons] == [1, 0]


def test_several_rows_of_one_person_are_several_accounts(tmp_path: Path) -> None:
    rows = "id,accounts\n1,slack:T1:U1\n1,youtube::UC7\n"
    [one] = read_list(write(tmp_path, rows)).persons
    assert [str(account) for account in one.accounts] == ["slack:T1:U1", "youtube::UC7"]


def test_headings_can_be_mapped_and_a_missing_one_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "Personalnummer;Bereich\n1;Dock\n")
    [one] = read_list(path, {"id": "personalnummer", "unit": "Bereich"}).persons
    assert (one.number, one.unit) == ("1", "Dock")
    with pytest.raises(BadInput, match="no column 'id'"):
        read_list(path)


def test_a_workbook_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(b"PK\x03\x04\x00\x00\x00")
    with pytest.raises(BadInput, match="no text table"):
        read_list(path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (f"1;{'x' * 140_000};;;U1\n", "cannot be read from line 2 on"),
        ('1;Dock;;;U1\n2;"Dock;;;U2\n3;Dock;;;U3\n', "quote in line 3 that is never closed"),
    ],
)
def test_a_table_whose_rows_cannot_be_told_apart_is_refused_whole(
    tmp_path: Path, rows: str, message: str
) -> None:
    """A quote that is never closed swallows everybody after it; they are not missing."""
    with pytest.raises(BadInput, match=message):
        read_list(write(tmp_path, HEAD + rows))


@pytest.mark.parametrize("text", ["", "sep=;", "sep=;\n", "\n\n"])
def test_a_file_without_a_heading_is_told_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match="no column 'id'"):
        read_list(write(tmp_path, text))


def test_the_separator_that_a_file_names_counts(tmp_path: Path) -> None:
    [one] = read_list(write(tmp_path, "sep=;\nid;unit, place and floor\n1;Dock, 2\n")).persons
    assert (one.line, one.number) == (3, "1")


def test_the_number_of_a_row_that_cannot_be_used_is_known_all_the_same(tmp_path: Path) -> None:
    listed = read_list(write(tmp_path, HEAD + "1;Dock;;;U1\n2;Dock;31.2.2026;;U2\n;Dock;;;U3\n"))
    assert [one.number for one in listed.persons] == ["1"]
    assert listed.numbers == {"1", "2"}
