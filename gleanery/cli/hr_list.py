"""people import: an HR list tried, brought in and taken back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    opened,
    print_json,
    print_table,
    progress,
)

if TYPE_CHECKING:
    from gleanery.flow.house import House
    from gleanery.flow.people.directory import ImportReport


CompleteOption = Annotated[bool, typer.Option("--complete", help="Who is missing from the list has left.")]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", metavar="OURS=HEADING", help="How a column is headed.")
]


def register(people: typer.Typer) -> None:
    """Put the command into `people`."""
    people.command("import")(import_list)


def import_list(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The HR list, a CSV file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    complete: CompleteOption = False,
    many: Annotated[bool, typer.Option("--many", help="Even if those are very many.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last import back; no FILE.")] = False,
    column: ColumnOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Bring in an HR list: who joined, moved and leaves, and whose accounts are whose."""
    if undo == (file is not None):
        raise typer.BadParameter("give a FILE, or --undo alone")
    with opened(config, as_json) as house:
        if file is None:
            _undo(house, account(by), as_json)
            return
        from gleanery.flow.people import directory
        from gleanery.flow.people.hr_list import read_list

        listed = read_list(file, _columns(column or []))
        bring_in = partial(directory.import_list, dry_run=dry_run, complete=complete, many=many)
        with progress(as_json) as show:
            report = bring_in(house, listed, account(by), progress=partial(show, "import"))
    print_json(_told(report, dry_run)) if as_json else _tell(report, dry_run)


def _columns(pairs: list[str]) -> dict[str, str]:
    from gleanery.errors import BadInput

    if any("=" not in pair for pair in pairs):
        raise BadInput("A --column is no mapping.", remedy="Write --column id=HEADING.")
    return {ours.strip(): heading.strip() for ours, _, heading in (pair.partition("=") for pair in pairs)}


def _undo(house: House, by: str, as_json: bool) -> None:
    from gleanery.flow.people.directory_undo import undo_import

    undone = undo_import(house, by)
    told = {"import": str(undone.import_id), "undone": undone.undone, "left": undone.left}
    print_json(told) if as_json else typer.echo(
        f"{undone.undone} steps taken back, {undone.left} left as they were changed since"
    )


def _told(report: ImportReport, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "import": report.import_id,
        "steps": [
            {"what": one.what, "line": one.line, "person": one.person, "detail": one.detail}
            for one in report.steps
        ],
        "unchanged": report.unchanged,
        "faults": [{"line": fault.line, "message": fault.message} for fault in report.faults],
        "passed_over": list(report.passed_over),
    }


def _tell(report: ImportReport, dry_run: bool) -> None:
    shown = ((one.what, one.line, one.person or "new", one.detail) for one in report.steps)
    print_table("Would be done" if dry_run else "Done", ("what", "line", "person", "detail"), shown)
    for fault in report.faults:
        typer.echo(f"line {fault.line}: {fault.message}")
    typer.echo(f"{report.unchanged} persons unchanged, {len(report.faults)} faults")
    if report.passed_over:
        typer.echo(f"columns passed over: {', '.join(report.passed_over)}")
