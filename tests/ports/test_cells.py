"""No cell of an export is run by a spreadsheet, whatever people wrote, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanery.ports.cells import safe

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    '"=1+1',
    "'=1+1",
    "=HYPERLINK(1)",
    "|calc",
    "%0A=1",
    "＝1+1",
    "\ufeff=1+1",
    "\tword",
    "\nword",
    "+49 170 1234567",
    "-",
]
PLAIN = [
    "",
    "-5",
    "+5",
    "-0.25",
    "1e-9",
    "-1.5E+10",
    "+.5",
    "word",
    "a=b",
    "2026-01-01",
    "50 %",
    "mail@example.org",
]
RUN = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_would_be_run_becomes_text(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_what_is_harmless_stays_as_it_is(cell: str) -> None:
    assert safe(cell) == cell


SPLIT = {
    "\r=1+1": "'\r'=1+1",
    "\n=1+1": "'\n'=1+1",
    "a;=1+1": "a;'=1+1",
    'a; "=1+1;b': "a; \"'=1+1;b",
    "a\n=1+1": "a\n'=1+1",
    "a\r\n@SUM(A1)": "a\r\n'@SUM(A1)",
    "a;-1+cmd|x": "a;'-1+cmd|x",
    '{"a": [\n -5,\n -1.5e+3\n]}': '{"a": [\n -5,\n -1.5e+3\n]}',
    "a; b = c": "a; b = c",
}


@pytest.mark.parametrize("cell", list(SPLIT))
def test_a_spreadsheet_that_splits_at_semicolons_finds_no_formula_within_a_cell(cell: str) -> None:
    assert safe(cell) == SPLIT[cell]


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n '\"1.5eA|%;"), max_size=8))
def test_no_cell_begins_as_a_formula_after_a_round_trip(cell: str) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([safe(cell), "x"])
    [[read, _]] = csv.reader(io.StringIO(buffer.getvalue(), newline=""))
    assert not read.strip(" ").startswith(RUN) or is_number(read)
    assert read.replace("'", "") == cell.replace("'", "")
    if not is_number(read):
        assert not any(piece.lstrip(' \t"').startswith(RUN) for piece in re.split("[;\r\n]", read)[1:])


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
