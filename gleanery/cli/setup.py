"""init, doctor, plugins, sources, db: what an administrator does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gleanery.cli.shared import (
    ConfigOption,
    JsonOption,
    chosen,
    configuration,
    opened,
    print_json,
    print_table,
    quiet_log,
)

sources = typer.Typer(help="The places that are read.", no_args_is_help=True)
database = typer.Typer(help="The database.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Put the commands into `app`."""
    for command in (init, doctor, plugins):
        app.command()(command)


def init(
    organisation: Annotated[str, typer.Option(help="The organisation's name.")] = "My organisation",
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Make config.yaml, the data folder, the database and the keys; safe to repeat."""
    from gleanery.config import load
    from gleanery.flow.accounts.links import first_link
    from gleanery.flow.founding import found_house
    from gleanery.starter import write_starter

    chosen["json"] = as_json
    quiet_log()
    path = config or chosen["config"] or Path("config.yaml")
    written = write_starter(path, organisation)
    house = found_house(load(path))
    link = first_link(house)
    told = {
        "config": str(path),
        "config_written": written,
        "data": str(house.config.data),
        "organisation": str(house.organisation.id),
        "keys": str(house.keys),
        "checkpoints_elsewhere": house.other_checkpoints is not None,
        "first_administrator": link,
        "next": "gleanery sources add NAME CONNECTOR --set KEY=VALUE",
    }
    house.close()
    if as_json:
        print_json(told)
        return
    typer.echo(f"{'Wrote' if written else 'Kept'} {path}; data in {told['data']}; keys in {told['keys']}.")
    typer.echo("Keep a copy of the keys, away from the data.")
    if link:
        typer.echo(f"First administrator, once and within 24 hours, while `gleanery serve` runs: {link}")
    typer.echo(f"Next: {told['next']}")


def doctor(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Check everything that must hold: names, configuration, database, keys, plugins, sources, destinations."""
    from gleanery.doctor import examine

    chosen["json"] = as_json
    quiet_log()
    checks = examine(config or chosen["config"] or Path("config.yaml"))
    rows = [{"check": c.name, "ok": c.ok, "message": c.message, "remedy": c.remedy} for c in checks]
    if as_json:
        print_json(rows)
    else:
        shown = (("ok" if c.ok else "FAILS", c.name, c.message, c.remedy) for c in checks)
        print_table("", ("", "check", "finding", "what to do"), shown)
    if not all(check.ok for check in checks):
        raise typer.Exit(3)


def plugins(as_json: JsonOption = False) -> None:
    """List every installed plugin; a broken one with its error."""
    from gleanery.plugins import GROUPS, found

    rows = [
        {"kind": p.kind, "name": p.name, "from": p.distribution, "ok": p.cls is not None, "error": p.error}
        for kind in GROUPS
        for p in found(kind)
    ]
    if as_json:
        print_json(rows)
        return
    shown = ((r["kind"], r["name"], r["from"], "ok" if r["ok"] else r["error"]) for r in rows)
    print_table("", ("kind", "name", "from", "state"), shown)


# --------------------------------------------------------------------------- sources


@sources.command("list")
def list_sources(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List the configured sources and how each is doing."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.standing import standing

        rows = standing(house)
    if as_json:
        print_json(rows)
        return
    columns = ("source", "connector", "status", "posts", "last success", "next", "message")
    keys = ("name", "connector", "status", "posts", "last_success_at", "next_due_at")
    told = (f"STALE  {row['alarm']}" if row["stale"] else row["message"] for row in rows)
    print_table(
        "", columns, ((*(row[key] for key in keys), words) for row, words in zip(rows, told, strict=True))
    )
    if not rows:
        typer.echo("No sources yet. Next: gleanery sources add NAME CONNECTOR --set KEY=VALUE")


@sources.command("add")
def add_source(
    name: Annotated[str, typer.Argument(help="A name of your own: small letters, digits, - and _.")],
    connector: Annotated[str, typer.Argument(help="Which connector reads it; see `gleanery plugins`.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting; a list as [a, b].")
    ] = None,
    every_minutes: Annotated[int, typer.Option(min=1, help="How often `serve` reads it.")] = 60,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Check a new source and write it into the configuration."""
    from gleanery.flow.settings import turn_of
    from gleanery.flow.turns import alone
    from gleanery.starter import add_source as write_source

    chosen["json"] = as_json
    path = config or chosen["config"] or Path("config.yaml")
    with alone(turn_of(configuration(path))):  # the pages may be changing it too
        added = write_source(path, name, connector, settings or [], every_minutes)
    print_json(added) if as_json else typer.echo(
        f"Added {name}. Next: gleanery sources check {name}; gleanery run"
    )


@sources.command("check")
def check_sources(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Default: every source.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Try whether the sources can be read, without reading them."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.standing import check

        names = [house.config.source(name).name] if name else [one.name for one in house.config.sources]
        rows: list[dict[str, Any]] = [line for one in names for line in check(house, one)]
    if as_json:
        print_json(rows)
    else:
        shown = (
            ("ok" if r["ok"] else "FAILS", r["source"], r["check"], r["message"], r["remedy"]) for r in rows
        )
        print_table("", ("", "source", "check", "finding", "what to do"), shown)
    if not all(row["ok"] for row in rows):
        raise typer.Exit(3)


# --------------------------------------------------------------------------- database


@database.command("upgrade")
def upgrade(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Bring the tables to this version. Make a backup first (docs/how-to/backup.md)."""
    from gleanery.flow.record import prepare_record
    from gleanery.store import Store

    chosen["json"] = as_json
    settings = configuration(config)
    store = Store(settings.database_url)
    before = store.version()
    with store.alone():
        store.refuse_newer()
        store.upgrade()
        prepare_record(store)
    after = store.version()
    store.close()
    print_json({"from": before, "to": after}) if as_json else typer.echo(
        f"tables: {before or 'none'} -> {after}"
    )
