"""search rebuild: the index of words that the queue is searched by, made anew."""

from __future__ import annotations

import typer

from gleanery.cli.shared import ConfigOption, JsonOption, opened, print_json, progress

app = typer.Typer(help="The index of words that the queue is searched by.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `rebuild` a command of its own where it is the only one."""


@app.command()
def rebuild(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Index the words of every item anew, while everything runs; needed only where a search misses what is there."""
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow.queue import search

        indexed = search.rebuild(house, lambda done, total: show("index", done, total))
    if as_json:
        print_json({"indexed": indexed})
        return
    typer.echo(f"{indexed} items are in the index.")
