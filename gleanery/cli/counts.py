"""counts: what the record adds up to."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from gleanery.cli.shared import ConfigOption, JsonOption, opened, print_json, print_table


class By(StrEnum):
    """What is counted by."""

    VERB = "verb"
    WEEK = "week"
    ACTIVITY = "activity"
    UNIT = "unit"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(counts)


def counts(
    by: Annotated[By, typer.Option(help="Verb, ISO week, activity, or unit of five and more.")] = By.VERB,
    limit: Annotated[int, typer.Option(min=1, help="How many activities.")] = 20,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Count the statements; a unit is shown only where at least five of its persons did something."""
    with opened(config, as_json, read_only=True) as house:
        from gleanery.flow.counting import count

        rows = count(house, by.value, limit)
    if as_json:
        print_json({"by": by.value, "counts": rows})
    elif rows:
        print_table("", tuple(rows[0]), (tuple(map(str, row.values())) for row in rows))
    else:
        typer.echo("Nothing to count yet.")
