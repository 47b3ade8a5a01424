"""sources status, pause, resume, release, usage, errors and read --dry-run, as an administrator meets them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.refusals import refusals
from gleanery.plugins import found
from tests.house import article, file_source, records, write_config
from tests.test_cli import gleanery, refused, terminal, told

__all__ = ["terminal"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A founded house with a catalogue of ten, of which three may go to the curators at first."""
    source = file_source(records(tmp_path, map(article, range(10)))) | {"first_items": 3}
    write_config(tmp_path, sources=[source])
    told("init", cwd=tmp_path)
    return tmp_path


def house_in(folder: Path) -> House:
    return open_house(load(folder / "config.yaml"))


def test_reading_says_what_is_held_back_and_how_to_let_it_through(folder: Path) -> None:
    done = gleanery("read", cwd=folder)
    said = "catalogue: 7 posts of the first reading are held back."
    how = "gleanery sources release catalogue --count 100"
    assert said in done.stdout
    assert how in done.stdout
    assert how in gleanery("run", cwd=folder).stdout
    assert told("run", cwd=folder)["held_back"] == {"catalogue": 7}
    assert said in gleanery("sources", "status", cwd=folder).stdout
    [row] = told("sources", "status", cwd=folder)
    assert (row["held_back"], row["posts"], row["stale"]) == (7, 10, False)


def test_releasing_brings_more_to_the_queue(folder: Path) -> None:
    told("run", cwd=folder)
    assert told("queue", cwd=folder)["total"] == 3
    released = told("sources", "release", "catalogue", "--count", "2", cwd=folder)
    assert released == {"source": "catalogue", "let_through": 2, "held_back": 5}
    told("screen", cwd=folder)
    assert told("queue", cwd=folder)["total"] == 5
    assert (
        "5 let through, 0 still held back"
        in gleanery("sources", "release", "catalogue", "--all", cwd=folder).stdout
    )
    assert "held back" in refused("sources", "release", "catalogue", cwd=folder, code=5)
    refused("sources", "release", "catalog", cwd=folder, code=3)


def test_a_dry_run_keeps_nothing_and_says_what_was_sent(folder: Path) -> None:
    outlook = told("read", "--dry-run", cwd=folder)
    assert [(one["posts"], one["new"]) for one in outlook["partitions"]] == [(10, 10)]
    assert outlook["sent"] == 0
    shown = gleanery("read", "--dry-run", "catalogue", cwd=folder).stdout
    assert "Nothing was kept. 0 requests were really sent for this; the meter counts them." in shown
    assert told("sources", "status", cwd=folder)[0]["posts"] == 0


def test_a_paused_source_says_so_until_it_is_resumed(folder: Path) -> None:
    assert told("sources", "pause", "catalogue", cwd=folder) == {
        "source": "catalogue",
        "paused": True,
        "changed": True,
    }
    assert "is paused already" in gleanery("sources", "pause", "catalogue", cwd=folder).stdout
    assert "paused; gleanery sources resume catalogue" in gleanery("read", cwd=folder).stdout
    assert told("sources", "list", cwd=folder)[0]["status"] == "paused"
    assert "is read again" in gleanery("sources", "resume", "catalogue", cwd=folder).stdout
    assert told("read", cwd=folder)[0]["new_posts"] == 10


def test_a_stale_source_is_told_by_list_and_status(folder: Path) -> None:
    told("read", cwd=folder)
    long_ago = datetime.now(UTC) - timedelta(days=3)
    house = house_in(folder)
    with house.store.engine.begin() as connection:
        micros = int(long_ago.timestamp() * 1_000_000)
        connection.execute(text("UPDATE source SET last_success_at = :at"), {"at": micros})
    house.store.close()
    for command in ("list", "status"):
        assert "STALE  Not read since" in gleanery("sources", command, cwd=folder).stdout
        assert told("sources", command, cwd=folder)[0]["stale"] is True


def test_usage_is_shown_by_source_and_day(folder: Path) -> None:
    assert "Nothing was sent in the last 7 days." in gleanery("sources", "usage", cwd=folder).stdout
    house = house_in(folder)
    house.context("source", "catalogue").meter.spend("posts", 40)
    house.store.close()
    [row] = told("sources", "usage", "catalogue", "--days", "1", cwd=folder)
    assert (row["source"], row["requests"], row["units"], row["money"]) == (
        "catalogue",
        0,
        {"posts": 40},
        "0",
    )
    assert re.search(
        r"catalogue +\d{4}-\d\d-\d\d +0 +posts 40", gleanery("sources", "usage", cwd=folder).stdout
    )


# --------------------------------------------------------------------------- errors


def test_the_matrix_holds_every_rule_of_every_connector(tmp_path: Path) -> None:
    rows = told("sources", "errors", cwd=tmp_path)
    expected = sum(len(getattr(one.cls, "errors", ())) for one in found("connector"))
    assert len(rows) == expected > 0
    assert {row["error"] for row in rows} <= {
        "setting",
        "sign-in or right",
        "gone",
        "allowance used up",
        "out of reach",
    }


def test_every_row_says_what_is_read_and_when_it_is_tried_next() -> None:
    for row in refusals():
        assert row.message.strip(), row
        assert row.next.strip(), row
        assert row.remedy.strip() or row.error in ("gone", "allowance used up", "out of reach"), row


def test_the_rows_of_one_connector_are_listed_and_one_without_a_table_says_so(tmp_path: Path) -> None:
    name = refusals()[0].connector
    assert {row["connector"] for row in told("sources", "errors", name, cwd=tmp_path)} == {name}
    assert "tried next" in gleanery("sources", "errors", name, cwd=tmp_path).stdout
    refused("sources", "errors", "file", cwd=tmp_path, code=3)
    assert "Did you mean" in refused("sources", "errors", name + "s", cwd=tmp_path, code=3)
