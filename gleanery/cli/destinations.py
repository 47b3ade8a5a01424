"""destinations moodle-plugin: what belongs to the places items are delivered to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="What belongs to the places items are delivered to.", no_args_is_help=True)


@app.callback()
def _destinations() -> None:
    """What belongs to the places items are delivered to."""


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
