"""items: until when an item is good: the day by which it is looked at again, and the day it ends."""

from __future__ import annotations

from collections.abc import Callable
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
)

if TYPE_CHECKING:
    from gleanery.flow.links.terms import Term

app = typer.Typer(help="Until when items are good.", no_args_is_help=True)
Item = Annotated[str, typer.Argument(metavar="ITEM", help="The item's id or its first characters.")]
Day = Annotated[
    str, typer.Argument(metavar="DAY", help="2027-03-31, 90d for in 90 days, or none for what its kind has.")
]


@app.command(name="review-by")
def review_by(
    item: Item, day: Day, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Have an item be looked at again by a day; it stands where it stands meanwhile."""
    from gleanery.flow.links import terms

    _set(terms.set_review, item, day, by, as_json, config)


@app.command()
def expires(
    item: Item, day: Day, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Have an item end on a day: it is taken back everywhere then."""
    from gleanery.flow.links import terms

    _set(terms.set_expiry, item, day, by, as_json, config)


def _set(
    act: Callable[..., Term], item: str, day: str, by: str | None, as_json: bool, config: Path | None
) -> None:
    with opened(config, as_json) as house:
        from gleanery.flow.links.terms import day_of

        term = act(house, item, account(by), day_of(day, house.now()))
    told = _told(term)
    print_json({"item": item, **told}) if as_json else typer.echo(_words(told))


def _told(term: Term) -> dict[str, Any]:
    return {
        "review_by": term.review_by,
        "review_is_set": term.review_is_set,
        "expires_at": term.expires_at,
        "expiry_is_set": term.expiry_is_set,
    }


def _words(told: dict[str, Any]) -> str:
    days = {
        name: told[name].date().isoformat() if told[name] else "never" for name in ("review_by", "expires_at")
    }
    return f"to be looked at again: {days['review_by']}; ends: {days['expires_at']}"


@app.command()
def due(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Rows to show.")] = 50,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List the items that wait to be looked at again, and those whose day comes within 30 days."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.links import showing

        found = showing.reviews(house, limit)
    if as_json:
        rows = [
            {"item": one.row.id, "title": one.row.title, "is_due": one.is_due, **_told(one.term)}
            for one in found
        ]
        print_json(rows)
        return
    shown = (
        (str(one.row.id)[:8], one.row.title or "(withheld)", "now" if one.is_due else one.term.review_by)
        for one in found
    )
    print_table("", ("item", "title", "look again"), shown)
