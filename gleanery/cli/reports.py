"""reports: the counts by day, made anew."""

from __future__ import annotations

import typer

from gleanery.cli.shared import ConfigOption, JsonOption, opened, print_json, progress

app = typer.Typer(help="The counts that reports are made of.", no_args_is_help=True)


@app.callback()
def _several() -> None:
    """The counts that reports are made of."""


@app.command()
def rebuild(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Count every day anew. `gleanery serve` keeps them up to date; this is for the impatient and the doubtful."""
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow.reports import keeping

        days = keeping.rebuild(house, lambda done, most: show("days", done, most))
    if as_json:
        print_json({"days": days})
    else:
        typer.echo(f"{days} days counted" if days else "Another worker is counting just now.")
