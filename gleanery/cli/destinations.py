"""destinations: what delivering would do, what became of our entries there, and what learners did."""

from __future__ import annotations

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
    from gleanery.flow.destinations.comparing import Comparison
    from gleanery.flow.destinations.planning import Plan

app = typer.Typer(help="The LMSs and files that approved items go to.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The destination.")]
SHOWN = 50
"""Lines of a plan or comparison on a terminal; --json has all."""


@app.command()
def check(
    name: Name,
    compare: Annotated[
        bool, typer.Option("--compare", help="Look at what became of our entries there.")
    ] = False,
    redeliver: Annotated[bool, typer.Option("--redeliver", help="Owe again what is gone or edited.")] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Leave it as it is there, until a newer revision.")
    ] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Try the connection; nothing is delivered. With --compare, find what a teacher edited or deleted."""
    if redeliver and accept:
        raise typer.BadParameter("choose --redeliver or --accept")
    if compare or redeliver or accept:
        _compare(name, redeliver, accept, by, as_json, config)
        return
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import trying

        trial = trying.test(house, name)
    rows = [{"check": c.name, "ok": c.ok, "message": c.message, "remedy": c.remedy} for c in trial.checks]
    if as_json:
        print_json(rows)
    else:
        shown = (("ok" if c.ok else "FAILS", c.name, c.message, c.remedy) for c in trial.checks)
        print_table("", ("", "check", "finding", "what to do"), shown)
    if not trial.is_fine:
        raise typer.Exit(3)


def _compare(
    name: str, redeliver: bool, accept: bool, by: str | None, as_json: bool, config: Path | None
) -> None:
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import comparing

        found = comparing.compare(house, name)
        owed = comparing.redeliver(house, account(by), name) if redeliver and not found.error else 0
        left = comparing.accept(house, account(by), name) if accept and not found.error else 0
    told = _told(found) | {"owed_again": owed, "accepted": left}
    print_json(told) if as_json else _show(found, owed, left)
    if found.error or not (found.is_fine or redeliver or accept):
        raise typer.Exit(3 if found.error else 1)


def _told(found: Comparison) -> dict[str, Any]:
    return {
        "destination": found.destination,
        "at": found.at,
        "busy": found.is_busy,
        "counts": found.counts,
        "error": found.error,
        "remedy": found.remedy,
        "differences": [
            {
                "stands": one.stands.value,
                "thing": one.thing,
                "title": one.title,
                "remote_id": one.remote_id,
                "url": one.url,
                "note": one.note,
                "accepted": one.is_accepted,
            }
            for one in found.differences
        ],
    }


def _show(found: Comparison, owed: int, left: int) -> None:
    if found.is_busy:
        typer.echo("Another worker is comparing just now.")
        return
    counts = ", ".join(f"{number} {stands}" for stands, number in sorted(found.counts.items()))
    typer.echo(f"{found.destination}: {counts or 'nothing stands there'}.")
    rows = ((one.stands.value, one.title or one.remote_id, one.note) for one in found.differences[:SHOWN])
    if found.differences:
        print_table("", ("stands", "what", "note"), rows)
    if len(found.differences) > SHOWN:
        typer.echo(f"and {len(found.differences) - SHOWN} more: --json shows them.")
    if found.error:
        console().print(f"It came to no end: {found.error} {found.remedy}", markup=False)
    elif owed:
        typer.echo(f"{owed} are owed again. Next: gleanery deliver {found.destination}")
    elif left:
        typer.echo(f"{left} stay as they are until a newer revision comes.")
    elif not found.is_fine:
        typer.echo("Next: --redeliver brings them there again, --accept leaves them as they are.")


@app.command(name="read-back")
def read_back(name: Name, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Read what learners did at a destination; statements are made of those with a legal basis."""
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import reading_back

        found = reading_back.read_back(house, name)
    told = {
        "destination": found.destination,
        "busy": found.is_busy,
        "told": found.told,
        "stated": found.stated,
        "notes": found.notes,
        "error": found.error,
        "remedy": found.remedy,
    }
    if as_json:
        print_json(told)
    elif found.is_busy:
        typer.echo("Another worker is reading there just now.")
    else:
        typer.echo(f"{found.told} deeds told, {found.stated} stated.")
        for note in [*found.notes, *filter(None, [f"{found.error} {found.remedy}".strip()])]:
            console().print(note, markup=False)
    if found.error:
        raise typer.Exit(3)


# --------------------------------------------------------------------------- deliver --dry-run


def tell_plans(destination: str | None, as_json: bool, config: Path | None) -> None:
    """What `gleanery deliver` would do, for one destination or for all."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.destinations import planning

        names = [destination] if destination else [one.name for one in house.config.destinations]
        limit = None if as_json else SHOWN
        plans = [planning.plan(house, name, limit=limit) for name in names]
    if as_json:
        print_json([_plan(one) for one in plans])
        return
    for one in plans:
        _show_plan(one)
    if not plans:
        typer.echo("No destinations yet: add one under `destinations` in the configuration.")


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "destination": plan.destination,
        "adapter": plan.adapter,
        "one_file": plan.is_file,
        "rests_until": plan.rests_until,
        "error": plan.error,
        "counts": plan.counts,
        "steps": [
            {
                "thing": one.thing,
                "title": one.title,
                "collection": one.is_collection,
                "does": one.does.value,
                "waits": one.waits.value if one.waits else None,
                "until": one.until,
                "reason": one.reason,
                "url": one.url,
            }
            for one in plan.steps
        ],
    }


def _show_plan(plan: Plan) -> None:
    counts = ", ".join(f"{number} {what}" for what, number in sorted(plan.counts.items()))
    console().print(f"{plan.destination} ({plan.adapter}): {counts or 'nothing is owed'}.", markup=False)
    if plan.error:
        console().print(plan.error, markup=False)
    rows = (
        (one.does.value, one.title or str(one.thing)[:8], one.waits.value if one.waits else "", one.until, one.reason)
        for one in plan.steps
    )  # fmt: skip
    if plan.steps:
        print_table("", ("would", "what", "waits", "until", "reason"), rows)
    if plan.is_cut:
        typer.echo(f"and more: gleanery deliver --dry-run --json {plan.destination}")


@app.command(name="moodle-plugin")
def moodle_plugin(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to.", show_default="its own name, in this folder"),
    ] = None,
) -> None:
    """Write the plugin for Moodle as the zip that an administrator installs there."""
    from gleanery.errors import ConfigError
    from gleanery.plugins import plugin
    from gleanery.ports import Ships

    adapter = plugin("adapter", "moodle")
    if not issubclass(adapter, Ships):
        raise ConfigError("moodle: the adapter that is installed under this name brings no plugin.")
    name, content = adapter.shipped()
    target = out or Path(name)
    try:
        target.write_bytes(content)
    except OSError as error:
        remedy = "Choose another place with --out."
        raise ConfigError(f"{target} cannot be written ({error.strerror}).", remedy=remedy) from error
    typer.echo(f"{target}: install it in Moodle under Site administration > Plugins > Install plugins.")
