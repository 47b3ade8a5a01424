"""people export: somebody asks what is kept about them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gleanery.cli.erasure import AccountsOption, IdentitiesOption, WhoArgument
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


def register(people: typer.Typer) -> None:
    """Put the command into `gleanery people`."""
    people.command()(export)


def export(
    person: WhoArgument = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The zip file to write.")] = Path("person.zip"),
    accounts: AccountsOption = None,
    identities: IdentitiesOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what it would hold.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Write everything that is kept about a person to a file for them, as JSON and as a page to read."""
    from gleanery.flow.erasing.subject import Asked

    asked = Asked(person, tuple(accounts or ()), tuple(identities or ()))
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow import subject_access

        counts = subject_access.export(house, asked, account(by), None if dry_run else out, show)
    if as_json:
        print_json({"file": None if dry_run else str(out), "counts": counts})
        return
    print_table("Would be written" if dry_run else str(out), ("what", "how many"), list(counts.items()))
