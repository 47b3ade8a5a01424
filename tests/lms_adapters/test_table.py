"""The catalogue as CSV: read back it says what the items say, and no cell of it is run."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gleanery.errors import ConfigError, Conflict
from gleanery.http import GuardedHttp
from gleanery.ports import Binds, Context, LearningItem
from gleanery.testing import Clock, check_adapter, check_settings_refused, make_context
from lms_adapters.table import COLUMNS, Settings, Table
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import EXCEL, HOSTILE, LADDER, hostile_items, item, item_id, payloads

RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Context:
    return make_context(tmp_path, GuardedHttp(), clock)


def table(context: Context, **settings: Any) -> Table:
    return Table(Settings(**settings), context)


def read(path: Path, **dialect: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), **dialect))


def test_it_keeps_the_contract_of_adapters(context: Context) -> None:
    check_adapter(lambda: table(context), item())
    check_settings_refused(Table, {"paht": "x.csv"})
    assert isinstance(table(context), Binds)


def test_a_row_says_what_the_item_says(context: Context) -> None:
    one = item(1, competencies=(LADDER, EXCEL), minutes=7)
    other = item(
        2, title="Übung; „A, B“", html="<p>Erst\ndies</p><p>dann das</p>", competencies=(), language="de"
    )
    adapter = table(context)
    adapter.bind(
        [other, one],
        [collection(step(1, item=one)), collection(step(1, item=one), title="B; c", id=item_id(9))],
    )
    rows = read(adapter.path)
    assert tuple(rows[0]) == COLUMNS
    assert rows[0] == {
        "id": str(item_id(1)),
        "title": "Item 1",
        "url": "https://example.org/watch?v=1&t=5",
        "description": "Text of item 1.",
        "language": "en",
        "minutes": "7",
        "kind": "video",
        "competencies": "Ladder safety; Spreadsheets",
        "collections": "First week; B, c",
        "attribution": "Example Channel",
        "licence": "CC-BY-4.0",
        "changed": "2026-01-15T12:00:00Z",
    }
    assert [rows[1][name] for name in ("title", "description", "collections")] == [
        "Übung; „A, B“",
        "Erst dies dann das",
        "",
    ]


def test_excel_in_german_gets_semicolons_and_a_mark(context: Context) -> None:
    adapter = table(context, semicolons=True)
    adapter.publish([item(1, title="Über; alles")])
    assert adapter.path.read_bytes().startswith(b"\xef\xbb\xbfid;title;")
    assert read(adapter.path, delimiter=";")[0]["title"] == "Über; alles"


def test_the_same_items_give_the_same_file_on_any_day_in_any_order_and_a_change_its_day(
    context: Context, clock: Clock
) -> None:
    adapter = table(context)
    adapter.publish([item(1), item(2)])
    first = adapter.path.read_bytes()
    touched = adapter.path.stat().st_mtime_ns
    clock.move(timedelta(days=1))
    table(context).publish([item(2), item(1)])
    assert (adapter.path.read_bytes(), adapter.path.stat().st_mtime_ns) == (first, touched)
    table(context).publish([item(1), item(2, title="New")])
    assert [row["changed"][:10] for row in read(adapter.path)] == ["2026-01-15", "2026-01-16"]


def test_a_text_stays_out_where_the_settings_say_so(context: Context) -> None:
    adapter = table(context, include_text=False)
    adapter.publish([item(1)])
    assert read(adapter.path)[0]["description"] == ""


def test_an_item_without_an_address_is_left_out_and_named_and_an_empty_catalogue_is_a_heading(
    context: Context,
) -> None:
    adapter = table(context)
    receipt = adapter.bind([item(1, url=None), item(2, url="javascript:alert(1)")], [collection()])
    assert str(item_id(1)) in receipt.note
    assert str(item_id(2)) in receipt.note
    assert adapter.path.read_text() == ",".join(COLUMNS) + "\n"
    assert not receipt.recallable
    assert "cannot be recalled" in adapter.retract(item_id(1), receipt.remote_id).note


def test_a_retracted_item_is_gone_from_the_next_file(context: Context) -> None:
    adapter = table(context)
    adapter.publish([item(1), item(2)])
    adapter.publish([item(2)])
    assert [row["id"] for row in read(adapter.path)] == [str(item_id(2))]


def test_one_id_with_two_contents_is_an_alarm_and_writes_nothing(context: Context) -> None:
    adapter = table(context)
    with pytest.raises(Conflict):
        adapter.publish([item(1), item(1, title="Other")])
    assert not adapter.path.exists()


def test_a_folder_that_cannot_be_written_is_told_before_and_after(context: Context, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    adapter = table(context, path=tmp_path / "file" / "x.csv")
    (failed,) = [check for check in adapter.preflight() if not check.ok]
    assert failed.remedy
    with pytest.raises(ConfigError) as refused:
        adapter.publish([item(1)])
    assert "`path`" in refused.value.remedy


def test_only_a_csv_file_is_taken() -> None:
    with pytest.raises(ValidationError, match="csv"):
        Settings(path=Path("x.txt"))


def are_safe(adapter: Table, items: list[LearningItem]) -> None:
    """Every cell of the file, as a spreadsheet of either separator would cut it."""
    adapter.bind(items, [collection(*(step(1, item=one) for one in items[:20]), title=items[0].title)])
    rows = read(adapter.path)
    assert {row["id"] for row in rows} <= {str(one.id) for one in items}
    for row in rows:
        assert set(row) == set(COLUMNS)
        assert row["url"].startswith(("http://", "https://"))
        for cell in row.values():
            assert not cell.lstrip(" '\"" if not cell.startswith("'") else "").startswith(RUN)
    for cells in csv.reader(io.StringIO(adapter.path.read_text("utf-8"), newline=""), delimiter=";"):
        assert not [cell for cell in cells if cell.strip(' "').startswith(("=", "+", "@"))]


def test_no_hostile_cell_is_run(context: Context) -> None:
    are_safe(table(context), hostile_items([*HOSTILE, "=1+1", "@SUM(A1)", "x;=1", "+cmd|' /C calc'!A0"], 60))


def test_no_payload_of_the_shared_list_is_run(context: Context) -> None:
    are_safe(table(context), hostile_items(payloads()[::23], 150))


@pytest.mark.proof
def test_no_payload_of_the_whole_list_is_run(context: Context) -> None:
    are_safe(table(context), hostile_items(payloads(), 6_613))
