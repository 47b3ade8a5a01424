"""Parts of the record as files: filtered, proven, told in the audit log, in four forms."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import parquet

from gleanery.audit import AuditLog
from gleanery.errors import BadInput, ConfigError
from gleanery.flow import deciding, desk, exporting, run
from gleanery.flow.exporting import Chosen, Form, Selection, export
from gleanery.flow.exporting.lines import lines_of, statements_of
from gleanery.flow.house import House
from gleanery.flow.naming import account_of
from gleanery.flow.record import STORE, driver
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records
from tests.xapi.records import approvals
from xapi.bundles import check
from xapi.lrs.store import StatementStore
from xapi.signer import fingerprint_of
from xapi.vocabulary import activity_streams

APPROVED = activity_streams.APPROVED.id


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Twelve items; a curator approved four in two sittings and a lead rejected one, each sealed."""
    folder, clock = tmp_path_factory.mktemp("house"), Clock()
    source = file_source(records(folder, map(article, range(12))))
    house = make_house(folder, clock, sources=[source], destinations=[{"name": "c", "adapter": "cartridge"}])
    run(house)
    rows = desk.queue(house).rows
    for number, row in enumerate(rows[:5]):
        clock.move(timedelta(hours=1))
        verdict = DecisionVerdict.REJECT if number == 2 else DecisionVerdict.APPROVE
        deciding.decide(house, str(row.id), verdict, "lead" if number == 2 else "curator", "because")
    house.checkpoint()
    return house


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.zip"


def last_entry(house: House) -> dict[str, Any]:
    *_, line = AuditLog(house.store).lines()
    return line._asdict() | {"detail": json.loads(line.detail)}


def contents(bundle: Path) -> list[dict[str, Any]]:
    with zipfile.ZipFile(bundle) as archive:
        return [json.loads(json.loads(line)["content"]) for line in archive.open("entries.jsonl")]


# ---------------------------------------------------------------------- filters


def test_statements_of_one_verb_are_proven_and_the_rest_withheld(house: House, out: Path) -> None:
    told = export(house, "auditor", Selection("statements", verb=APPROVED), out)
    assert (told.form, told.entries) == (Form.BUNDLE, 4)
    assert {one["verb"]["id"] for one in contents(out)} == {APPROVED}
    found = check(out, fingerprint=fingerprint_of(house.signer.public_bytes()))
    assert found.ok, found.reason
    assert found.is_known
    assert found.filter == {"verb": APPROVED}
    with zipfile.ZipFile(out) as archive:
        assert b"reject" not in archive.read("links.jsonl")


def audit_of(house: House, out: Path, **filters: Any) -> list[dict[str, Any]]:
    export(house, "auditor", Selection(**filters), out)
    assert check(out).ok
    return contents(out)


def test_the_audit_log_is_filtered_by_what_who_and_to_what(house: House, out: Path) -> None:
    item = str(desk.queue(house, (ItemState.REJECTED,)).rows[0].id)
    assert len(audit_of(house, out, action="item.approved")) == 4
    assert {one["action"] for one in audit_of(house, out, action="item.*")} >= {"item.made", "item.approved"}
    assert {one["subject"] for one in audit_of(house, out, subject=f"item:{item}")} == {f"item:{item}"}
    [rejected] = [one for one in audit_of(house, out, person="lead") if one["action"] == "item.rejected"]
    assert rejected["subject"] == f"item:{item}"


def test_times_and_numbers_bound_a_selection(house: House, out: Path) -> None:
    start = house.now() - timedelta(hours=2)
    assert len(audit_of(house, out, action="item.approved", since=start)) == 2
    assert len(audit_of(house, out, action="item.approved", until=start)) == 2
    [first, *_] = audit_of(house, out)
    assert first["action"] == "organisation.founded"
    [second, *_] = audit_of(house, out, after=1)
    assert second["action"] != "organisation.founded"


def test_a_person_is_found_in_both_logs_and_named_by_id_only(house: House, out: Path) -> None:
    told = export(house, "auditor", Selection("statements", person="curator"), out)
    assert told.entries == 4
    [person] = last_entry(house)["detail"]["filter"]["person"]
    assert {one["actor"]["account"]["name"] for one in contents(out)} == {person}


def test_an_agent_is_told_in_the_audit_log_by_a_hash_only(house: House, out: Path) -> None:
    agent = json.dumps({"mbox": "mailto:learner@example.org"})
    assert export(house, "auditor", Selection("statements", agent=agent), out).entries == 0
    assert check(out).ok
    assert "learner" not in str(last_entry(house))
    assert set(last_entry(house)["detail"]["filter"]) == {"agent_sha256"}


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection("nothing"), "no log 'nothing'"),
        (Selection(verb="https://example.org/v"), "--log statements"),
        (Selection("statements", action="item.made"), "--log audit"),
        (Selection("statements", agent="{}"), "no xAPI agent"),
        (Selection(person="nobody"), "no id of a person"),
    ],
)
def test_a_selection_that_means_nothing_is_refused(
    house: House, out: Path, selection: Selection, words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        export(house, "auditor", selection, out)
    assert words in str(caught.value)
    assert not out.exists()


# ---------------------------------------------------------------------- told


def test_an_export_is_an_entry_with_who_what_and_how_many(house: House, out: Path) -> None:
    export(house, "auditor", Selection("statements", verb=APPROVED), out)
    entry = last_entry(house)
    assert (entry["action"], entry["subject"]) == ("record.exported", "statements:main")
    assert entry["detail"] == {"count": 4, "form": "bundle", "filter": {"verb": APPROVED}}
    with house.store.read() as session:
        assert account_of(session, entry["actor"]) == "auditor"


def test_lines_are_told_before_the_first_is_given(house: House) -> None:
    given = exporting.lines(house, "auditor", Selection())
    assert last_entry(house)["detail"]["form"] == "jsonl"
    assert json.loads(next(iter(given)))["action"] == "organisation.founded"


def test_a_place_that_cannot_be_written_is_named(house: House, tmp_path: Path) -> None:
    for name in ("absent/out.zip", "absent/out.csv"):
        with pytest.raises(ConfigError, match="--out"):
            export(house, "auditor", Selection(), tmp_path / name)


def test_exports_are_for_their_owner_alone_and_leave_nothing_beside(house: House, tmp_path: Path) -> None:
    for form in Form:
        path = tmp_path / f"out.{form.value}"
        export(house, "auditor", Selection(), path, form)
        assert path.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == len(Form)


def test_a_log_that_does_not_verify_makes_no_bundle(house: House, out: Path) -> None:
    kept = house.local_checkpoints.path.read_bytes()
    try:
        house.local_checkpoints.path.write_bytes(kept.replace(b'"seq":1,', b'"seq":2,', 1))
        with pytest.raises(BadInput, match="gleanery audit verify"):
            export(house, "auditor", Selection(), out)
    finally:
        house.local_checkpoints.path.write_bytes(kept)
    assert not out.exists()


# ---------------------------------------------------------------------- JSON Lines

HARD = b"""{"id": "%s",\r\n "actor": {"mbox": "mailto:learner@example.org", "name": "=1+1"},
 "verb": {"id": "https://example.org/verbs/tried", "display": {"en": "tried"}},
 "object": {"id": "https://example.org/a", "definition": {"extensions": {"https://example.org/x": "line\\nline"}}},
 "result": {"score": {"raw": 12345678901234567890.12345678901234567890}, "success": true, "duration": "PT1M"},
 "timestamp": "2021-01-03T23:30:00.123456789Z"}"""


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house whose record also holds what is hard to keep: long decimals, line ends, formulas, odd times."""
    house = make_house(tmp_path_factory.mktemp("hard"))
    raw = HARD % b"fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
    with house.store.write() as session:
        authority = house.bridge.machine("key:lms")
        StatementStore(driver(session), STORE).insert([raw], authority, datetime(2026, 1, 5, tzinfo=UTC))
    house.checkpoint()
    return house


def test_a_statement_stands_in_its_line_as_it_was_received(hard: House, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert export(hard, "auditor", Selection("statements"), path).form is Form.JSONL
    [line] = path.read_text("utf-8").splitlines()
    assert "12345678901234567890.12345678901234567890" in line
    told = json.loads(line)
    assert told["statement"] == json.loads(HARD % told["id"].encode())
    assert (told["seq"], told["version"], told["voided"]) == (1, "1.0.3", False)


def test_a_hard_statement_survives_a_bundle_byte_by_byte(hard: House, out: Path) -> None:
    export(hard, "auditor", Selection("statements"), out)
    assert check(out).ok
    with zipfile.ZipFile(out) as archive:
        [line] = archive.read("entries.jsonl").splitlines()
    assert json.loads(line)["content"].encode() == HARD % b"fd41c918-b88b-4b20-a0a5-a4c32391aaa0"


def test_statements_of_another_store_are_sealed_verified_and_exported_for_themselves(
    tmp_path: Path, out: Path
) -> None:
    """Keys may write into a store of their own, in the same database."""
    house = make_house(tmp_path / "house")
    with house.store.write() as session:
        raw = HARD % b"fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
        StatementStore(driver(session), "academy").insert([raw], house.bridge.machine("key:x"), house.now())
    house.checkpoint()
    verdicts = dict(house.verify())
    assert verdicts["statements:academy"].protected_until == 1
    assert export(house, "auditor", Selection("statements"), out).entries == 0
    assert export(house, "auditor", Selection("statements", "academy"), out).entries == 1
    assert (check(out).log, check(out).ok) == ("statements:academy", True)
    with pytest.raises(BadInput, match="main, academy"):
        export(house, "auditor", Selection("statements", "acadmey"), out)
    with house.store.write() as session:
        session.connection().exec_driver_sql("UPDATE lrs_statement SET stored = stored + 1")
    assert dict(house.verify())["statements:academy"].first_bad == 1


def test_what_was_not_chosen_is_not_given_though_it_is_read_in_between(tmp_path: Path) -> None:
    """Neighbours are read at once: of three hundred statements a page holds more than the chosen ones."""
    house = make_house(tmp_path / "house")
    wanted = [number for number in range(1, 301) if number % 3 == 0 or 100 < number < 250]
    with house.store.write() as session:
        built = approvals(300)
        StatementStore(driver(session), STORE).insert(built, house.bridge.machine("x"), house.now())
    chosen = Chosen("statements:main", STORE, array("q", wanted), {})
    assert [one.seq for one in statements_of(house, chosen)] == wanted
    assert [json.loads(line)["seq"] for line in lines_of(house, chosen)] == wanted


def test_few_large_statements_fill_a_group_of_a_parquet_file(tmp_path: Path) -> None:
    house = make_house(tmp_path / "house")
    large = HARD.replace(b'"tried"}', b'"%s"}' % (b"x" * 900_000))
    raw = [large % b"fd41c918-b88b-4b20-a0a5-a4c32391aa%02d" % number for number in range(20)]
    with house.store.write() as session:
        StatementStore(driver(session), STORE).insert(raw, house.bridge.machine("x"), house.now())
    path = tmp_path / "out.parquet"
    assert export(house, "auditor", Selection("statements"), path).entries == 20
    assert parquet.ParquetFile(path).num_row_groups == 2


# ---------------------------------------------------------------------- CSV


def test_a_spreadsheet_gets_columns_and_the_whole_entry(hard: House, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    export(hard, "auditor", Selection("statements"), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["timestamp"] == "2021-01-03T23:30:00.123456+00:00"
    assert row["week"] == "2020-W53"
    assert (row["success"], row["completion"], row["voided"]) == ("true", "", "false")
    assert row["raw"].encode() == HARD % row["id"].encode()


# ---------------------------------------------------------------------- Parquet


def test_duckdb_counts_by_verb_and_week_on_typed_columns(house: House, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    export(house, "auditor", Selection("statements"), path)
    kinds = {field.name: str(field.type) for field in parquet.read_schema(path)}
    assert (kinds["stored"], kinds["score_scaled"]) == ("timestamp[us, tz=UTC]", "double")
    assert (kinds["success"], kinds["seq"]) == ("bool", "int64")
    query = f"SELECT verb, week, count(*) FROM '{path}' WHERE success GROUP BY ALL ORDER BY ALL"
    [(verb, week, count)] = duckdb.sql(query).fetchall()
    assert (verb, count) == (APPROVED, 4)
    year, number, _ = house.now().isocalendar()
    assert week == f"{year}-W{number:02}"


def test_the_audit_log_has_its_columns_too(house: House, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    export(house, "auditor", Selection(action="item.approved"), path)
    rows = parquet.read_table(path).to_pylist()
    assert {one["who"] for one in rows} == {"curator"}
    assert all(json.loads(one["detail"])["decision"] for one in rows)


def test_parquet_without_its_package_names_the_extra(house: House, tmp_path: Path) -> None:
    """In a process that finds no pyarrow, as where the extra is not installed."""
    script = """
import sys
sys.modules["pyarrow"] = None
from gleanery.cli import main
sys.argv = ["gleanery", *sys.argv[1:]]
main()
"""
    config = str(house.config.folder / "config.yaml")
    command = [
        sys.executable,
        "-c",
        script,
        "audit",
        "export",
        "-o",
        str(tmp_path / "out.parquet"),
        "-c",
        config,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 3
    assert "gleanery[analytics]" in done.stderr


# ---------------------------------------------------------------------- older entries


@pytest.fixture
def older(tmp_path: Path) -> Iterator[House]:
    """A house whose first entries were chained by version 0.1, over their words and without a salt."""
    from tests.flow.exporting.older import as_of_the_first_version

    made = make_house(tmp_path)
    as_of_the_first_version(made)
    made.checkpoint()
    yield made
    made.close()


def test_entries_of_the_first_version_still_verify_and_are_no_bundle(older: House, out: Path) -> None:
    assert all(verdict.ok for _, verdict in older.verify())
    with pytest.raises(BadInput, match=r"version 0\.1"):
        export(older, "auditor", Selection(), out)
    assert export(older, "auditor", Selection(after=1), out).entries == 1
    assert check(out).ok
