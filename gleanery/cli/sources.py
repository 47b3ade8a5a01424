"""sources status, pause, resume, release, usage, errors: how the sources are doing, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    chosen,
    console,
    opened,
    print_json,
    print_table,
    quiet_log,
)

SourceName = Annotated[str, typer.Argument(metavar="NAME", help="The source.")]
AnySource = Annotated[str | None, typer.Argument(metavar="[NAME]", help="Default: every source.")]


def register(app: typer.Typer) -> None:
    """Put the commands into `app`."""
    for command in (status, pause, resume, release, usage, errors):
        app.command()(command)


def status(name: AnySource = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show how the sources are doing: what is stale, held back, overdue, and which parts cannot be read."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow import standing

        names = [house.config.source(name).name] if name else [one.name for one in house.config.sources]
        rows = [standing.status(house, one) for one in names]
    if as_json:
        print_json(rows)
        return
    columns = ("source", "status", "last success", "next", "posts", "held back", "overdue", "events")
    keys = (
        "name",
        "status",
        "last_success_at",
        "next_due_at",
        "posts",
        "held_back",
        "overdue",
        "events_waiting",
    )
    print_table("", columns, (tuple(row[key] for key in keys) for row in rows))
    for row in rows:
        _tell_status(row)
    if not rows:
        typer.echo("No sources yet. Next: gleanery sources add NAME CONNECTOR --set KEY=VALUE")


def _tell_status(row: Mapping[str, Any]) -> None:
    said = [f"STALE  {row['alarm']}"] if row["stale"] else [row["message"]] if row["message"] else []
    said += [f"{one['name']}: {one['message']}" for one in row["partitions"] if one["message"]]
    if row["overdue"]:
        said.append(f"{row['overdue']} posts should have been looked at again by now: read it more often.")
    for words in said:
        console().print(f"{row['name']}  {words}", markup=False, soft_wrap=True)
    tell_held_back({row["name"]: row["held_back"]})


def tell_held_back(held: Mapping[str, int]) -> None:
    """Say how many posts first readings hold back, and how more are let through."""
    for name, count in held.items():
        if count:
            typer.echo(
                f"{name}: {count} posts of the first reading are held back. "
                f"Let more through: gleanery sources release {name} --count 100"
            )


def pause(
    name: SourceName, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Stop reading a source until it is resumed; what was read stays, what comes in by itself waits."""
    with opened(config, as_json) as house:
        from gleanery.flow.sources import pause as rest

        changed = rest(house, name, account(by))
    _tell_paused(name, True, changed, as_json)


def resume(
    name: SourceName, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Read a paused source again, beginning now."""
    with opened(config, as_json) as house:
        from gleanery.flow.sources import resume as go_on

        changed = go_on(house, name, account(by))
    _tell_paused(name, False, changed, as_json)


def _tell_paused(name: str, is_paused: bool, changed: bool, as_json: bool) -> None:
    if as_json:
        print_json({"source": name, "paused": is_paused, "changed": changed})
        return
    words = "is paused" if is_paused else "is read again"
    typer.echo(f"{name} {words}." if changed else f"{name} {words} already.")


def release(
    name: SourceName,
    count: Annotated[int, typer.Option(min=1, help="How many items, the newest first.")] = 100,
    everything: Annotated[bool, typer.Option("--all", help="All that is held back.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Let more of what a source's first reading held back through to the curators."""
    with opened(config, as_json) as house:
        from gleanery.flow.holding import held_back
        from gleanery.flow.holding import release as let_through
        from gleanery.flow.sources import source_id_of

        through = let_through(house, name, account(by), None if everything else count)
        with house.store.read() as session:
            left = sum(held_back(session, [source_id_of(house, name)]).values())
    if as_json:
        print_json({"source": name, "let_through": through, "held_back": left})
        return
    typer.echo(f"{through} let through, {left} still held back. Next: gleanery screen")


def usage(
    name: AnySource = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days back, today included.")] = 7,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show what the sources spent by day (UTC): requests, units of quotas, US dollars."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.usage import usage as spent

        names = [house.config.source(name).name] if name else [one.name for one in house.config.sources]
        rows = spent(house, names, days)
    if as_json:
        print_json([one._asdict() for one in rows])
        return
    shown = ((one.source, one.day, one.requests, units(one.units), dollars(one.money)) for one in rows)
    print_table("", ("source", "day", "requests", "units", "US dollars"), shown)
    if not rows:
        typer.echo(f"Nothing was sent in the last {days} days.")


def units(spent: Mapping[str, int]) -> str:
    """Units of each quota in one cell."""
    return ", ".join(f"{bucket} {count}" for bucket, count in spent.items())


def dollars(money: Any) -> str:
    """An amount to the hundredth of a cent; nothing where nothing was spent."""
    return f"{money:.4f}" if money else ""


def errors(
    connector: Annotated[
        str | None, typer.Argument(metavar="[CONNECTOR]", help="Default: every connector.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List what platforms may refuse: whose turn it then is, what you read, and when it is tried next."""
    from gleanery.flow.refusals import refusals

    chosen["json"] = as_json
    quiet_log()
    rows = refusals(connector)
    if as_json:
        print_json([one._asdict() for one in rows])
        return
    columns = ("connector", "refusal", "is", "what you read", "stops", "tried next")
    print_table("", columns, _shown(rows))


def _shown(rows: Iterable[Any]) -> Iterable[tuple[str, ...]]:
    for one in rows:
        words = f"{one.message} {one.remedy}".strip()
        stops = "the source" if one.whole else "one part"
        yield (one.connector, one.codes, one.error, words, stops, one.next)
