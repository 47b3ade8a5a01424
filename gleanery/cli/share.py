"""share: bookmarklets with which people hand in pages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol, runtime_checkable

import typer

from gleanery.cli.shared import ConfigOption, JsonOption, opened, print_json

if TYPE_CHECKING:
    from gleanery.flow.house import House

app = typer.Typer(help="Bookmarklets with which people hand in pages.", no_args_is_help=True)

AccountOption = Annotated[str, typer.Option("--by", help="Whose bookmarklet it is: their account.")]
SourceOption = Annotated[
    str | None, typer.Option(help="The source.", show_default="the only one that has bookmarklets")
]


@runtime_checkable
class GivesBookmarklets(Protocol):
    """A connector by whose bookmarklets people share in their own name."""

    def bookmarklet(self, account: str) -> str:
        """A bookmark for one person's browser."""

    def revoke(self, account: str) -> None:
        """End those that an account has."""


@app.command()
def link(
    by: AccountOption,
    source: SourceOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Print a person's bookmarklet: whoever has it shares in their name."""
    with opened(config, as_json) as house:
        _, connector = _sharing(house, source)
        address = connector.bookmarklet(by)
    print_json({"bookmarklet": address}) if as_json else typer.echo(address)


@app.command()
def revoke(
    by: AccountOption,
    source: SourceOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """End every bookmarklet that a person has by now."""
    with opened(config, as_json) as house:
        name, connector = _sharing(house, source)
        connector.revoke(by)
    print_json({"source": name, "revoked": by}) if as_json else typer.echo(
        f"{name}: bookmarklets of {by} ended"
    )


def _sharing(house: House, name: str | None) -> tuple[str, GivesBookmarklets]:
    """The source with bookmarklets. Raises: ConfigError where there is none, or several and none was named."""
    from gleanery.errors import ConfigError

    sources = [house.config.source(name)] if name else house.config.sources
    made = [(source.name, house.connector(source)) for source in sources]
    found = [(place, one) for place, one in made if isinstance(one, GivesBookmarklets)]
    if len(found) != 1:
        text = f"{len(found)} sources have bookmarklets." if not name else f"{name!r} has no bookmarklets."
        raise ConfigError(text, remedy="Name a source of the connector `share` with --source.")
    return found[0]
