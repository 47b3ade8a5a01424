"""audit verify, export, accept-restore: what an auditor does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gleanery.cli.shared import ConfigOption, JsonOption, opened, print_json

app = typer.Typer(help="Verify and export the record.", no_args_is_help=True)


@app.command()
def verify(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Check both logs against their chain and their signed checkpoints; exit 1 names the first bad entry."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.verifying import summary, verdicts

        found = verdicts(house)
    if as_json:
        print_json({"audit": summary(found), "logs": found})
    else:
        for one in found:
            _tell(one)
    if not all(one["ok"] for one in found):
        raise typer.Exit(1)


def _tell(one: dict[str, Any]) -> None:
    mark = "verified" if one["ok"] else f"TAMPERED at entry {one['first_bad']}"
    typer.echo(f"{one['log']}: {mark} ({one['scope']}). {one['reason']}")
    unprotected = f"after the last checkpoint, unprotected: {one['unprotected']}"
    typer.echo(f"  protected up to entry {one['protected_until']}; {unprotected}")
    for note in one["notes"]:
        typer.echo(f"  {note}")


@app.command()
def export(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The JSON Lines file to write; - for standard output.")
    ] = Path("-"),
    log: Annotated[str, typer.Option(help="Which log: audit or statements.")] = "audit",
    since: Annotated[int, typer.Option(min=0, help="Only entries after this number.")] = 0,
    config: ConfigOption = None,
) -> None:
    """Write the entries of a log as JSON Lines, each with its hash; persons by their account."""
    with opened(config, sealing=False) as house:
        from gleanery.flow import exporting

        lines = exporting.lines(house, log, since)
        if str(out) == "-":
            for line in lines:
                typer.echo(line)
            return
        typer.echo(f"{exporting.write(lines, out)} entries written to {out}")


@app.command("accept-restore")
def accept_restore(
    note: Annotated[
        str, typer.Option(help="Why an older state was put back; stands in every later verdict.")
    ],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """After a restore from a backup: sign that the logs continue from there, in a new epoch."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow import exporting

        accepted = exporting.accept_restore(house, note)
    if as_json:
        print_json({"accepted": accepted})
    else:
        for one in accepted:
            typer.echo(f"{one['log']}: epoch {one['epoch']} opened at entry {one['seq']}")
