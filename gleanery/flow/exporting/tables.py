"""Entries as rows of typed columns, for spreadsheets (CSV) and for DuckDB and its like (Parquet).

Weeks are ISO weeks, `2026-W01`: other countings split the week at new year. The whole entry is in the last
column as JSON, so that nothing is lost in between.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gleanery.audit import AuditLog
from gleanery.errors import ConfigError
from gleanery.flow.exporting.lines import Named, audit_entries, statements_of
from gleanery.flow.exporting.selecting import Chosen
from gleanery.flow.house import House
from gleanery.ports.cells import safe
from xapi.bundles.model import moment
from xapi.lrs.query import Stored

if TYPE_CHECKING:
    import pyarrow

Row = tuple[Any, ...]
Progress = Callable[[int, int], None]
_GROUP, _GROUP_SIZE = 10_000, 1 << 24
_STEP = 500


class Table(NamedTuple):
    """The columns with their kinds, and the rows in their order."""

    columns: Mapping[str, str]
    rows: Iterator[Row]


_AUDIT = {
    "seq": "whole",
    "at": "time",
    "week": "text",
    "action": "text",
    "actor": "text",
    "who": "text",
    "subject": "text",
    "detail": "text",
}
_STATEMENTS = {
    "seq": "whole",
    "id": "text",
    "stored": "time",
    "timestamp": "time",
    "week": "text",
    "actor": "text",
    "verb": "text",
    "object_type": "text",
    "activity": "text",
    "registration": "text",
    "platform": "text",
    "success": "yes_no",
    "completion": "yes_no",
    "score_scaled": "number",
    "score_raw": "number",
    "score_min": "number",
    "score_max": "number",
    "duration": "text",
    "voided": "yes_no",
    "version": "text",
    "authority": "text",
    "raw": "text",
}


def table_of(house: House, chosen: Chosen) -> Table:
    """The chosen entries as a table."""
    if chosen.log == AuditLog.name:
        return Table(_AUDIT, map(_audit_row, audit_entries(house, chosen.seqs)))
    return Table(_STATEMENTS, map(_statement_row, statements_of(house, chosen)))


def write_csv(house: House, chosen: Chosen, path: Path, progress: Progress) -> int:
    """Write a CSV file in UTF-8 with a heading; returns how many rows. Cells are kept from being formulas."""
    table = table_of(house, chosen)
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        for count, row in enumerate(table.rows, 1):
            writer.writerow([_cell(value) for value in row])
            if count % _STEP == 0:
                progress(count, len(chosen.seqs))
    return count


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat()
        case str():
            return safe(value)
    return str(value)


def require_parquet() -> None:
    """Raises: ConfigError naming the extra that Parquet needs, where it is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise ConfigError(
            "Parquet needs the package pyarrow.",
            remedy="Install the extra: pip install 'gleanery[analytics]'.",
        ) from error


def write_parquet(house: House, chosen: Chosen, path: Path, progress: Progress) -> int:
    """Write a Parquet file with typed columns, zstd; returns how many rows."""
    import pyarrow
    from pyarrow import parquet

    table = table_of(house, chosen)
    schema = _schema(table.columns)
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(table.rows):
            columns = [
                pyarrow.array(list(values), type=kind)
                for values, kind in zip(zip(*group, strict=True), schema.types, strict=True)
            ]
            writer.write_batch(pyarrow.record_batch(columns, schema=schema))
            count += len(group)
            progress(count, len(chosen.seqs))
    return count


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The rows in groups that are not too large, in number and in characters of their last column."""
    group: list[Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row[-1])
        if len(group) == _GROUP or size >= _GROUP_SIZE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _schema(columns: Mapping[str, str]) -> pyarrow.Schema:
    import pyarrow

    kinds = {
        "whole": pyarrow.int64(),
        "text": pyarrow.string(),
        "time": pyarrow.timestamp("us", tz="UTC"),
        "yes_no": pyarrow.bool_(),
        "number": pyarrow.float64(),
    }
    return pyarrow.schema([(name, kinds[kind]) for name, kind in columns.items()])


# --------------------------------------------------------------------------- rows


def _audit_row(named: Named) -> Row:
    line = named.line
    at = moment(line.at)
    return line.seq, at, _week(at), line.action, line.actor, named.who, line.subject, line.detail


def _statement_row(one: Stored) -> Row:
    told = json.loads(one.raw)
    context, result = told.get("context", {}), told.get("result", {})
    score, target = result.get("score", {}), told["object"]
    timestamp = _time(told.get("timestamp")) or one.stored
    kind = target.get("objectType", "Activity")
    return (
        one.seq,
        str(one.id),
        one.stored,
        timestamp,
        _week(timestamp),
        identity(told["actor"]),
        told["verb"]["id"],
        kind,
        target.get("id") if kind == "Activity" else None,
        context.get("registration"),
        context.get("platform"),
        result.get("success"),
        result.get("completion"),
        *(_number(score.get(name)) for name in ("scaled", "raw", "min", "max")),
        result.get("duration"),
        one.voided,
        one.version,
        one.authority,
        one.raw.decode(),
    )


def identity(actor: Mapping[str, Any]) -> str | None:
    """What identifies an actor: its account as `homePage name`, or else its mailbox, hash or OpenID."""
    if account := actor.get("account"):
        return f"{account['homePage']} {account['name']}"
    return next((actor[name] for name in ("mbox", "mbox_sha1sum", "openid") if name in actor), None)


def _week(at: datetime) -> str:
    year, week, _ = at.isocalendar()
    return f"{year:04}-W{week:02}"


def _time(text: str | None) -> datetime | None:
    """A statement's timestamp in UTC; None where Python has no such time."""
    try:
        at = datetime.fromisoformat(text) if text else None
        return at and (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except OverflowError:
        return None
