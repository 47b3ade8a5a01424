"""reports: the counts by day, made anew, and the one report on single persons."""

from __future__ import annotations

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

app = typer.Typer(help="Reports, and the counts that they are made of.", no_args_is_help=True)


@app.command()
def evidence(
    person: Annotated[str, typer.Option("--person", help="Only this person, by the id.")] = "",
    competency: Annotated[str, typer.Option("--competency", help="Only this one, by its address.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Who has evidence of which competency, and until when: only people whom a basis and an agreement cover."""
    with opened(config, as_json) as house:
        from gleanery.flow.reports import evidence as report
        from gleanery.flow.reports.tables import plain

        made = report.evidence(house, account(by), person=person, competency=competency)
    if as_csv or as_json:
        from gleanery.web.reports.evidence import csv_of, json_of

        typer.echo(csv_of(made) if as_csv else json_of(made), nl=as_json)
        return
    columns = ("person", "competency", "by", "evidence", "on", "valid until", "holds", "statements")
    shown = (
        (one.account or str(one.person)[:8], one.label or one.competency, one.title or one.thing, one.grade, one.on,
         one.valid_until, one.holds.value, one.statements)
        for one in made.rows
    )  # fmt: skip
    print_table("", columns, shown)
    if made.is_off:
        typer.echo("Nobody is shown: there is no agreement on reports that show single persons.")
    if made.left_out:
        typer.echo(f"Left out, for want of a basis: {plain(made.left_out)} people.")


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
