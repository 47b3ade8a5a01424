"""quarantine: what holds sensitive data, and letting it out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    console,
    opened,
    print_json,
    print_table,
    printable,
)

app = typer.Typer(help="What holds sensitive data: look at it masked, let it out.", no_args_is_help=True)

ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="The item's id or its first characters.")]


@app.command("list")
def list_items(
    kind: Annotated[str, typer.Option(help="Only those that hold this kind, such as `phone`.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 50,
    after: Annotated[int, typer.Option(min=0, help="The number of the last row that was shown.")] = 0,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List what is in quarantine, oldest first: its kinds, never its words."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.quarantine.listing import listed

        found = listed(house, kind, after=after, limit=limit)
    if as_json:
        print_json(
            {
                "total": found.total,
                "by_kind": dict(found.by_kind),
                "items": [asdict(row) for row in found.rows],
            }
        )
        return
    rows = (
        (str(row.id)[:8], row.kind, ", ".join(row.platforms), ", ".join(row.kinds), row.seq)
        for row in found.rows
    )
    print_table(f"quarantine: {found.total} items", ("item", "kind", "found on", "holds", "number"), rows)
    if found.more:
        console().print(f"more: --after {found.rows[-1].seq}")


@app.command()
def show(item: ItemArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show one item as it would be with its passages masked."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.quarantine.listing import preview

        seen = preview(house, item)
    if as_json:
        print_json({**asdict(seen), "can_mask": seen.can_mask})
        return
    out = console()
    out.print(f"{seen.row.id}  {seen.row.kind}  {', '.join(seen.row.kinds)}", markup=False)
    for one in seen.passages:
        out.print(printable(f"{one.platform} {one.field}: {one.words[:2000]}"), markup=False)
    if not seen.can_mask:
        out.print("Nothing here can be masked.")


@app.command()
def release(
    item: ItemArgument,
    masked: Annotated[
        bool, typer.Option("--masked", help="Take the marked passages out, for good, and let the rest out.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Let all its words out, for this reason.")] = "",
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Let an item out into the queue: masked, or with all its words for a reason. To reject it: decide ITEM reject."""
    with opened(config, as_json) as house:
        from gleanery.errors import BadInput
        from gleanery.flow.quarantine.releasing import release_as_is, release_masked

        if masked == bool(reason):
            raise BadInput(
                "Say how it is let out.",
                remedy="Give --masked, or --reason to let all its words out; not both.",
            )
        who = account(by)
        done = release_masked(house, item, who) if masked else release_as_is(house, item, who, reason)
    if as_json:
        print_json({"item": done, "masked": masked})
        return
    console().print(f"Item {str(done)[:8]} waits in the queue{', masked' if masked else ''}.")
