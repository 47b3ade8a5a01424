"""read --dry-run: what would come and what it would cost, told."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gleanery.cli.shared import opened, print_json, print_table, progress
from gleanery.cli.sources import dollars, units

if TYPE_CHECKING:
    from gleanery.flow.dry_run import Outlook


def rehearse(source: str | None, as_json: bool, config: Path | None) -> None:
    """Show each partition's outlook; nothing is kept but the meter's count of what was really sent."""
    with opened(config, as_json, sealing=False) as house, progress(as_json) as show:
        from gleanery.flow.dry_run import dry_run

        before = house.http.sent
        rows: list[Outlook] = []
        for name in [source] if source else [one.name for one in house.config.sources]:
            for outlook in dry_run(house, name):
                rows.append(outlook)
                show(name, 1, None)
        sent = house.http.sent - before
    if as_json:
        print_json({"partitions": [asdict(one) for one in rows], "sent": sent})
        return
    columns = ("source", "part", "posts", "new", "changed", "gone", "requests", "units", "US dollars", "")
    print_table("", columns, map(_row, rows))
    typer.echo(f"Nothing was kept. {sent} requests were really sent for this; the meter counts them.")


def _row(one: Outlook) -> tuple[object, ...]:
    told = "estimate" if one.is_estimate else ""
    posts = "not known" if one.posts is None else one.posts
    brought = ("", "", "") if one.is_estimate else (one.new, one.changed, one.gone)
    said = one.error or told
    return (
        one.source,
        one.partition,
        posts,
        *brought,
        one.requests,
        units(one.units),
        dollars(one.money),
        said,
    )
