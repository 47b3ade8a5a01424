"""retention run: what was kept long enough goes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

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

app = typer.Typer(help="Let go of what was kept long enough.", no_args_is_help=True)


@app.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Apply the rules under `retention` once; `gleanery serve` does so every day by itself."""
    with opened(config, as_json, read_only=dry_run) as house, progress(as_json) as show:
        from gleanery.flow import retention, screen

        applied = retention.apply(
            house, by=account(by), dry_run=dry_run, progress=lambda rule, count: show(rule, count, None)
        )
        if not dry_run:
            screen(house)
    if as_json:
        print_json({"dry_run": dry_run, "rules": [asdict(one) for one in applied]})
        return
    rows = ((one.rule, one.what, one.before, one.count) for one in applied)
    print_table("", ("rule", "what", "older than", "would go" if dry_run else "gone"), rows)
    if not applied:
        typer.echo("Nothing was done: no rule is set, or another worker is applying them.")
