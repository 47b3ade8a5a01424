"""rules: what a curator writes about what becomes of items, tried before it is switched on."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
)

if TYPE_CHECKING:
    from gleanery.flow.rules.showing import Line
    from gleanery.flow.rules.what_if import WhatIf

app = typer.Typer(
    help="Rules that curators write: conditions over items and what follows.", no_args_is_help=True
)

RuleArgument = Annotated[
    str, typer.Argument(metavar="RULE", help="The rule's name, or its id's first characters.")
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The rule in YAML or JSON.")]
NoteOption = Annotated[str, typer.Option("--why", help="Why, for those who read the history.")]


@app.command("list")
def list_rules(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List the rules in their order: the first that holds decides."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.rules import showing

        lines = showing.listed(house)
        if as_json:
            print_json({"rules": [asdict(line) for line in lines]})
            return
        rows = (
            (one.place, str(one.id)[:8], one.name, *_in_force(one), one.newest, one.effect.get("do", ""))
            for one in lines
        )
        print_table(f"{len(lines)} rules", ("place", "rule", "name", "", "in force", "newest", "does"), rows)


def _in_force(line: Line) -> tuple[str, object]:
    return "on" if line.on else "off", line.version or ""


@app.command()
def show(rule: RuleArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show a rule with its versions, who wrote them and why."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.rules import showing
        from gleanery.flow.rules.writing import as_text

        found = showing.show(house, showing.find(house, rule))
        if as_json:
            print_json(asdict(found))
            return
        console().print(as_text(found.newest), markup=False)
        rows = ((one.number, one.at, one.by, one.note) for one in found.versions)
        print_table("Versions", ("version", "when", "by", "why"), rows)
        acts = ((one.at, one.act, one.by, one.note, "undone" if one.is_undone else "") for one in found.acts)
        print_table("What was done with it", ("when", "what", "by", "why", ""), acts)


@app.command()
def add(
    file: FileArgument, why: NoteOption = "", by: ByOption = None, as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:  # fmt: skip
    """Keep a new rule, switched off; `gleanery rules what-if` tells what it would do."""
    with opened(config, as_json) as house:
        from gleanery.flow.rules import keeping
        from gleanery.flow.rules.writing import read_rule

        made = keeping.add(house, account(by), read_rule(file), why)
        _told(as_json, {"rule": made, "version": 1, "on": False}, f"added, switched off: {made}")


@app.command()
def change(
    rule: RuleArgument, file: FileArgument, why: NoteOption = "", by: ByOption = None,
    as_json: JsonOption = False, config: ConfigOption = None,
) -> None:  # fmt: skip
    """Write a new version of a rule; the one in force judges on until the new one is switched on."""
    with opened(config, as_json) as house:
        from gleanery.flow.rules import keeping, showing
        from gleanery.flow.rules.writing import read_rule

        rule_id = showing.find(house, rule)
        number = keeping.change_rule(house, account(by), rule_id, read_rule(file), why)
        _told(as_json, {"rule": rule_id, "version": number}, f"version {number} of {rule_id}")


@app.command()
def on(
    rule: RuleArgument,
    confirm: Annotated[bool, typer.Option("--confirm", help="Also where it matches everything.")] = False,
    why: NoteOption = "", by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None,
) -> None:  # fmt: skip
    """Have a rule judge, in its newest version, from the next screening on."""
    with opened(config, as_json) as house:
        from gleanery.flow.rules import keeping, showing

        rule_id = showing.find(house, rule)
        made = keeping.switch_on(house, account(by), rule_id, confirmed=confirm, note=why)
        _told(as_json, {"rule": rule_id, "on": True, "set": made.number}, f"switched on: {rule_id}")


@app.command()
def off(
    rule: RuleArgument, why: NoteOption = "", by: ByOption = None, as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:  # fmt: skip
    """Have a rule judge no more; items are judged anew by the next screening."""
    with opened(config, as_json) as house:
        from gleanery.flow.rules import keeping, showing

        rule_id = showing.find(house, rule)
        made = keeping.switch_off(house, account(by), rule_id, why)
        _told(as_json, {"rule": rule_id, "on": False, "set": made.number}, f"switched off: {rule_id}")


@app.command()
def move(
    rule: RuleArgument,
    place: Annotated[int, typer.Argument(min=1, help="Its new place, from 1.")],
    by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None,
) -> None:  # fmt: skip
    """Put a rule in another place: of those that say keep, ask or drop the first that holds decides."""
    with opened(config, as_json) as house:
        from gleanery.flow.rules import keeping, showing

        rule_id = showing.find(house, rule)
        made = keeping.move(house, account(by), rule_id, place)
        _told(as_json, {"rule": rule_id, "place": place, "set": made.number}, f"moved to {place}: {rule_id}")


@app.command()
def remove(
    rule: RuleArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Take a rule off the list; what it said of items can still be explained."""
    with opened(config, as_json) as house:
        from gleanery.flow.rules import keeping, showing

        rule_id = showing.find(house, rule)
        made = keeping.remove(house, account(by), rule_id)
        _told(as_json, {"rule": rule_id, "set": made.number}, f"removed: {rule_id}")


@app.command()
def undo(by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Take back the last change of which rules hold and in what order."""
    with opened(config, as_json) as house:
        from gleanery.flow.rules import keeping

        made = keeping.undo(house, account(by))
        _told(as_json, {"rule": made.rule_id, "set": made.number}, "undone")


@app.command("what-if")
def what_if(
    rule: Annotated[
        str, typer.Argument(metavar="RULE", help="The rule's name or id, or a file in YAML or JSON.")
    ],
    off: Annotated[bool, typer.Option("--off", help="What would be without it.")] = False,
    last: Annotated[int, typer.Option(min=1, max=5_000, help="Items to try it on, the newest first.")] = 500,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell what a rule would have done to the last items; nothing is written."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.rules import showing
        from gleanery.flow.rules import what_if as trying
        from gleanery.flow.rules.writing import read_rule

        if (path := Path(rule)).is_file():
            found = trying.what_if_written(house, read_rule(path), last=last)
        else:
            found = trying.what_if(house, showing.find(house, rule), on=not off, last=last)
        if as_json:
            print_json(_as_json(found))
            return
        _print(found)


def _as_json(found: WhatIf) -> dict[str, Any]:
    moves = [
        {"before": before, "after": after, "items": count} for (before, after), count in found.moves.items()
    ]
    return {**asdict(found), "moves": moves, "is_everything": found.is_everything, "told": found.told}


def _print(found: WhatIf) -> None:
    out = console()
    out.print(f"{found.told}.", markup=False)
    for (before, after), count in sorted(found.moves.items()):
        out.print(f"{count} items: {before} -> {after}", markup=False)
    if found.decided:
        out.print(f"{found.decided} of them were decided by a person, whose word stands.", markup=False)
    if found.withheld:
        out.print(f"{found.withheld} were not tried, for their words are withheld.", markup=False)
    if found.slow:
        out.print(f"{found.slow} took too long and would wait for a person.", markup=False)
    rows = (
        (str(one.item)[:8], one.title or one.url or "", one.before, one.after if one.moves else "")
        for one in found.lines
    )
    print_table("", ("item", "title", "is", "would be"), rows)


def _told(as_json: bool, told: dict[str, Any], words: str) -> None:
    print_json(told) if as_json else typer.echo(words)
