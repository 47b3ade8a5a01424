"""Tables of text: encodings that say what they are, and files that end before their end."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.taxonomy.files import Table, tables
from curation.taxonomy.tables import rows
from gleanery.errors import BadInput

WHOLE = "id;label;description\nropes;Seile & Käse;To work\nnets;Netze;To catch\n"


def read(folder: Path, content: bytes) -> list[str]:
    path = folder / "table.csv"
    path.write_bytes(content)
    return [row["label"] for _, row in rows(tables(path)[0], ("id", "label")) if row]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"],
)  # fmt: skip
def test_unicode_is_recognised_with_and_without_its_mark(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, WHOLE.encode(encoding)) == ["Seile & Käse", "Netze"]


def test_an_encoding_that_would_have_to_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"not encoded as UTF-8; .* Windows-1252. Save it as CSV UTF-8"):
        read(tmp_path, WHOLE.encode("cp1252"))


@pytest.mark.parametrize(
    "content",
    [WHOLE[:-10], WHOLE[:-16], 'id,label\na,b\nc,"half of a', 'id,label\na,"b\nc,d\n'],
)  # fmt: skip
def test_a_table_that_ends_within_a_row_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadInput, match="breaks off in line"):
        read(tmp_path, content.encode())


@pytest.mark.parametrize(
    "content",
    [WHOLE, WHOLE[:-1], "id,label\na,b\nc,d", 'id,label\na,5" pipe\nc,d 6" pipe', "id,label,x\na,b\nc,d"],
)  # fmt: skip
def test_a_table_written_by_hand_is_not_taken_for_one_that_breaks_off(tmp_path: Path, content: str) -> None:
    assert len(read(tmp_path, content.encode())) == 2


@given(st.binary(max_size=400))
def test_whatever_the_bytes_rows_or_a_deliberate_error_come_of_them(content: bytes) -> None:
    table = Table("table.csv", lambda: io.BytesIO(content))
    try:
        found = list(rows(table, ()))
    except BadInput:
        return
    assert all(line > 0 for line, _ in found)
