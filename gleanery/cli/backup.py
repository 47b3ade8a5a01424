"""backup create, check, restore: what is saved, and how it comes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    chosen,
    configuration,
    opened,
    print_json,
    quiet_log,
)

if TYPE_CHECKING:
    from gleanery.flow.backing_up import Manifest

app = typer.Typer(help="Make backups, check them and put them back.", no_args_is_help=True)

BackupArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]
KEYS = "The keys are not in it: keep a copy of them elsewhere (docs/how-to/keys.md)."


@app.command()
def create(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The file to write, or a folder to write it into.")
    ],
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Save database and checkpoints in one signed file, while everything goes on."""
    with opened(config, as_json) as house:
        from gleanery.flow import backing_up

        path, manifest = backing_up.create(house, out, account(by))
        keys = str(house.keys)
    if as_json:
        print_json({"file": str(path), **_told(manifest), "keys": keys})
        return
    typer.echo(f"{path}: {_reached(manifest)}. {KEYS}")


@app.command()
def check(backup: BackupArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Check a backup without a database: its signature, its sums, and the record in it."""
    from gleanery.flow import backing_up

    chosen["json"] = as_json
    quiet_log()
    path = config or chosen["config"] or Path("config.yaml")
    checked = backing_up.check(configuration(config) if path.exists() else None, backup)
    if as_json:
        print_json({"ok": True, **_told(checked.manifest), "notes": checked.notes})
        return
    typer.echo(
        f"{backup} holds: made {checked.manifest.made_at:%Y-%m-%d %H:%M} UTC, {_reached(checked.manifest)}."
    )
    for note in checked.notes:
        typer.echo(f"Note: {note}")


@app.command()
def restore(
    backup: BackupArgument,
    note: Annotated[str, typer.Option(help="Why; stands in every later verdict on the record.")],
    into: Annotated[
        Path | None, typer.Option(help="The folder to restore into.", show_default="the configured `data`")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Check a backup and put it into an empty place; who was erased since is erased again."""
    from gleanery.flow import backing_up
    from gleanery.flow.erasing.again import erase_again

    chosen["json"] = as_json
    quiet_log()
    done = backing_up.restore(
        configuration(config), backup, into=into, note=note, by=account(by), again=erase_again
    )
    if as_json:
        told = {"place": done.place, "epochs": done.epochs, "erased_again": done.erased_again}
        print_json({**_told(done.manifest), **told, "notes": done.notes})
        return
    typer.echo(f"Restored to {done.place}: {_reached(done.manifest)}.")
    for one in done.epochs:
        typer.echo(f"{one['log']}: epoch {one['epoch']} opened at entry {one['seq']}")
    typer.echo(f"Erasures carried out again: {done.erased_again}")
    for line in done.notes:
        typer.echo(f"Note: {line}")


def _told(manifest: Manifest) -> dict[str, Any]:
    told = manifest.model_dump(mode="json", exclude={"public_key", "signature", "format"})
    return {**told, "key_id": manifest.key_id}


def _reached(manifest: Manifest) -> str:
    return ", ".join(f"{name} up to entry {reached.seq}" for name, reached in sorted(manifest.heads.items()))
