"""demo: the whole way on sample content, told on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gleanery.cli.shared import (
    JsonOption,
    console,
    print_json,
    print_table,
    progress,
)

if TYPE_CHECKING:
    from gleanery.demo.tour import Tour
    from gleanery.flow.desk import Row


def register(app: typer.Typer) -> None:
    """Put the commands into `app`."""
    for command in (demo,):
        app.command()(command)


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path("demo"),
    as_json: JsonOption = False,
) -> None:
    """Go the whole way on sample content in two minutes, without any account."""
    from gleanery.cli.shared import chosen, quiet_log
    from gleanery.demo.tour import tour

    chosen["json"] = as_json
    quiet_log()
    with progress(as_json) as show:
        told = tour(folder, show)
    if as_json:
        print_json(told.as_json())
        return
    _tell_demo(told)


def _tell_demo(told: Tour) -> None:
    """Print what happened and why."""
    print_table(
        "What came in, and why it stands where it stands",
        ("state", "what", "found", "why"),
        map(_came_in, told.rows),
    )
    states = ", ".join(f"{number} {state}" for state, number in sorted(told.states.items()))
    names = {"new_posts": "posts", "new_items": "items", "new_statements": "statements"}
    new = ", ".join(f"{told.counts[key]} new {name}" for key, name in names.items())
    brought = f"{told.counts['new_deliveries']} deliveries, {told.counts['faults']} faults"
    for line in (
        f"Now {states}. This time: {new}, {brought}.",
        f"Cartridge for your LMS: {told.cartridge}",
        f"The record: {told.audit}.",
        f"A copy of it with one statement forged: {told.forged}",
        f"Decide on the rest in your browser: {told.page}",
    ):
        console().print(line, markup=False, soft_wrap=True)


def _came_in(row: Row) -> tuple[str, str, str, str]:
    found = f"{row.provenances} x: {', '.join(row.platforms)}" if row.provenances else "-"
    reasons = [reason.words for reason in row.reasons if reason.verdict != "keep"]
    language = [f"language {row.language}"] if row.language and row.language != "en" else []
    tags = [tag.label for tag in row.tags[:3]]
    goals = [f"serves: {goal.title}" for goal in row.goals]
    replies = [f"answered {row.replies} x, read the reply first"] if row.replies else []
    reopened = ["a late reply changed it"] if row.reason == "changed.since_approval" else []
    return (
        row.state,
        row.title or "(withheld)",
        found,
        "; ".join([*reasons, *reopened, *replies, *language, *tags, *goals]),
    )
