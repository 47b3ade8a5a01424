"""forward status, run, replay, dead: the other record stores that get what this one records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleanery.cli.shared import ByOption, ConfigOption, JsonOption, account, opened, print_json, print_table

if TYPE_CHECKING:
    from gleanery.flow.forwarding import ForwardReport, Outlook

app = typer.Typer(help="Bring the record to other record stores.", no_args_is_help=True)

TargetArgument = Annotated[str, typer.Argument(metavar="TARGET", help="Its name under lrs.forward.")]
NO_TARGETS = "No targets yet: add one under `lrs.forward` in the configuration."


@app.command()
def status(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show how far each target is, how far behind, and what is wrong."""
    with opened(config, as_json) as house:
        from gleanery.flow import forwarding

        rows = [_row(one) for one in forwarding.outlook(house)]
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo(NO_TARGETS)
        return
    columns = ("target", "state", "behind", "for", "refused", "last answer", "next try", "told")
    keys = ("target", "state", "behind", "for", "dead", "answered", "next_try", "reason")
    shown = [{**row, "for": _span(row["seconds_behind"])} for row in rows]
    print_table("", columns, ([row[key] for key in keys] for row in shown))


def _row(one: Outlook) -> dict[str, Any]:
    settings = one.settings
    told = one.standing._asdict()
    return {"state": _state(one), "endpoint": settings.endpoint, "paused": settings.paused, **told}


def _state(one: Outlook) -> str:
    standing = one.standing
    if one.settings.paused:
        return "paused"
    if standing.stopped:
        return "stopped"
    if standing.reason:
        return "waiting"
    return "behind" if standing.behind else "up to date"


def _span(seconds: float) -> str:
    return str(timedelta(seconds=int(seconds))) if seconds else ""


@app.command()
def run(
    target: Annotated[str | None, typer.Argument(metavar="[TARGET]", help="Default: every one.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Bring one target or all what they lack, now: a stopped or waiting one is tried again."""
    with opened(config, as_json) as house:
        from gleanery.flow import forwarding

        names = [target] if target else [one.name for one in house.config.lrs.forward if not one.paused]
        rows = [_done(forwarding.forward(house, name, urged=True)) for name in names]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['target']}: {row['forwarded']} brought, {row['refused']} refused. {row['fault']}")
    if not rows:
        typer.echo(NO_TARGETS)


def _done(one: ForwardReport) -> dict[str, Any]:
    report = one.report
    return {
        "target": one.target,
        "forwarded": report.forwarded,
        "refused": report.dead,
        "fault": "Another worker is at it." if one.busy else report.fault,
        "stopped": report.stopped,
        "next_try": report.next_try,
    }


@app.command()
def replay(
    target: TargetArgument,
    from_seq: Annotated[
        int | None,
        typer.Option("--from", min=1, help="Send everything again from this number of the record."),
    ] = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="Send what the target refused again, instead.")
    ] = False,
    only: Annotated[
        list[int] | None, typer.Option("--only", help="Of the refused only this number; may be repeated.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Have statements sent again with the next run; what the target holds already stays as it is there."""
    if (from_seq is None) is not refused:
        raise typer.BadParameter("Give either --from NUMBER or --refused.")
    with opened(config, as_json) as house:
        from gleanery.flow import forwarding

        if from_seq is not None:
            count = forwarding.replay(house, target, from_seq, account(by))
        else:
            count = forwarding.replay_dead(house, target, account(by), only)
    if as_json:
        print_json({"target": target, "statements": count})
    else:
        typer.echo(f"{target}: {count} statements will be sent again.")


@app.command()
def dead(
    target: TargetArgument,
    after: Annotated[int, typer.Option(min=0, help="Only after this number of the record.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show what a target refused, and why."""
    with opened(config, as_json) as house:
        from gleanery.flow import forwarding

        letters = forwarding.dead(house, target, after, limit)
    if as_json:
        print_json([one._asdict() for one in letters])
        return
    rows = ((one.seq, one.id, one.status or "", one.tries, one.at, one.reason) for one in letters)
    print_table("", ("number", "statement", "status", "tries", "refused at", "reason"), rows)
