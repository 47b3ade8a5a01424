"""links: whether what items lead to is still there, and what to do about what is not."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

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
    progress,
)

if TYPE_CHECKING:
    from gleanery.flow.links.looking import LookReport
    from gleanery.flow.links.showing import Line

app = typer.Typer(help="Whether what items lead to is still there.", no_args_is_help=True)


class LinkWord(StrEnum):
    """The states a link can be listed by."""

    BROKEN = "broken"
    GONE = "gone"
    FAILING = "failing"
    MOVED = "moved"
    OK = "ok"
    UNKNOWN = "unknown"


@app.command()
def check(
    items: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ITEM]...", help="Look at the links of these items now; default: what is due."
        ),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Look at links that are due, and take back or ask about what is gone."""
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow.links import acting, looking

        if items:
            report = acting.look_again(house, *items)
        else:
            report = looking.look(house, progress=lambda done, total: show("links", done, total))
    told = {
        "looked": report.looked,
        "said": {state.value: number for state, number in sorted(report.said.items())},
        "noted": report.noted,
        "retracted": report.retracted,
        "asked": report.asked,
        "back": report.back,
        "left": report.left,
        "busy": report.busy,
    }
    print_json(told) if as_json else _show(report)


def _show(report: LookReport) -> None:
    if report.busy:
        typer.echo("Another worker is looking at links just now.")
        return
    said = ", ".join(f"{number} {state.value}" for state, number in sorted(report.said.items()))
    typer.echo(f"{report.looked} links looked at{f': {said}' if said else ''}.")
    for number, words in (
        (report.retracted, "taken back, as their source is gone"),
        (report.asked, "wait for a curator, as their link is broken"),
        (report.back, "wait for a curator, as their link works again"),
    ):
        if number:
            typer.echo(f"{number} items {words}.")
    if report.left:
        typer.echo(f"{report.left} more are due: a host is asked once a minute.")


@app.command(name="list")
def list_(
    state: Annotated[LinkWord, typer.Option(help="Which links to list.")] = LinkWord.BROKEN,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Rows to show.")] = 50,
    after: Annotated[str, typer.Option(help="Go on from here: the `next` of the list before.")] = "",
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List links by how they stand: since when, and which items, collections and destinations are hit."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.links import showing
        from gleanery.model.links import LinkState

        states = showing.BROKEN if state is LinkWord.BROKEN else (LinkState(state.value),)
        page = showing.listed(house, states, after=after, limit=limit)
        counts = showing.counts(house)
    if as_json:
        print_json({"counts": counts, "items": [asdict(one) for one in page.lines], "next": page.next})
        return
    rows = ((one.state.value, one.since, _address(one), _items(one), _places(one)) for one in page.lines)
    print_table("", ("stands", "since", "leads to", "items", "stand at"), rows)
    if page.next:
        console().print(f"There are more: --after {page.next}", markup=False)


def _address(line: Line) -> str:
    why = " ".join(str(part) for part in (line.reason, line.status) if part)
    moved = f" -> {line.moved_to}" if line.moved_to else ""
    return f"{line.url or '(withheld)'}{moved} ({why})" if why else f"{line.url or '(withheld)'}"


def _items(line: Line) -> str:
    return ", ".join(f"{str(hit.row.id)[:8]} {hit.row.title or '(withheld)'}" for hit in line.hits)


def _places(line: Line) -> str:
    names = dict.fromkeys(name for hit in line.hits for name in hit.destinations)
    held = dict.fromkeys(title for hit in line.hits for _, title in hit.collections)
    return ", ".join((*names, *held))


@app.command()
def replace(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The item's id or its first characters.")],
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS", help="Where it leads from now on; `source`: where its source says."
        ),
    ],
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Let an item lead to another address; an approval stands, and destinations get the new one."""
    with opened(config, as_json) as house:
        from gleanery.flow.links import acting

        wanted = None if address == "source" else address
        changed = acting.replace_address(house, item, account(by), wanted)
    if as_json:
        print_json({"item": item, "changed": changed})
    else:
        typer.echo(
            printable(
                f"{item} leads to {wanted or 'where its source says'}." if changed else "Nothing changed."
            )
        )
