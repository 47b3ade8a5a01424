"""lrs serve, lrs keys: the record store alone, and the keys that open it or the house's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    chosen,
    opened,
    print_json,
    print_table,
    quiet_log,
)

if TYPE_CHECKING:
    from gleanery.flow.keys import Ring
    from xapi.lrs.keys import Key

app = typer.Typer(help="The learning record store (xAPI) and its keys.", no_args_is_help=True)
keys = typer.Typer(help="The keys that open the record store.", no_args_is_help=True)
app.add_typer(keys, name="keys")

StoreOption = Annotated[
    str | None,
    typer.Option(
        help="A SQLite file or postgresql://... that `lrs serve` serves.",
        show_default="the database of the configuration",
    ),
]


class Version(StrEnum):
    """The families of xAPI."""

    ONE = "1.0.3"
    TWO = "2.0.0"


VersionOption = Annotated[Version, typer.Option(help="The version of answers to requests that name none.")]
KeyOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME:SECRET",
        envvar="GLEANERY_LRS_KEY",
        help="A key that may do everything, made if absent; may be repeated.",
    ),
]
HomeOption = Annotated[
    str, typer.Option(help="The address that names your system in the authority of statements.")
]
ScopeOption = Annotated[
    list[str] | None,
    typer.Option(
        help="What it may do; may be repeated.", show_default="statements/write, statements/read/mine"
    ),
]
KeyHomeOption = Annotated[
    str | None,
    typer.Option(help="The address that its authority is an account of.", show_default="lrs.public_url"),
]
AuthorityOption = Annotated[
    str | None,
    typer.Option(help="The authority itself: an Agent as JSON.", show_default="the account of its name"),
]


@app.command()
def serve(
    store: Annotated[str, typer.Option(help="A SQLite file, made if absent, or postgresql://...")],
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any free one.")] = 8080,
    default_version: VersionOption = Version.ONE,
    key: KeyOption = None,
    home: HomeOption = "http://localhost/xapi",
) -> None:
    """Serve a record store alone, under /xapi, until stopped. Where it has no key, one is made and shown."""
    from gleanery.errors import ConfigError
    from xapi.errors import XapiError
    from xapi.lrs.http.lrs import Settings
    from xapi.lrs.http.serve import NamedSecret, Server, run

    quiet_log("info")
    pairs = [NamedSecret(*_pair(text)) for text in key or []]
    settings = Settings(default_version=default_version.value)
    try:
        run(Server(store, host, port, pairs, home, settings=settings), typer.echo)
    except (XapiError, OSError) as error:
        raise ConfigError(
            f"The record store cannot be served: {error}.", remedy="Check --store, --host, --port and --key."
        ) from error


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="A name of your own; statements bear it.")],
    scope: ScopeOption = None,
    tenant: Annotated[str, typer.Option(help="Which of the stores side by side it opens.")] = "main",
    home: KeyHomeOption = None,
    authority: AuthorityOption = None,
    store: StoreOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Make a key and show its secret, this once."""
    chosen["json"] = as_json
    from gleanery.flow.keys import wanted

    asked = wanted(name, tenant, scope or (), home, authority)
    with _ring(store, by, as_json, config) as ring:
        key, secret = ring.add(asked)
    if as_json:
        print_json({**_told(key), "secret": secret})
        return
    typer.echo(f"key     {key.name}")
    typer.echo(f"secret  {secret}")
    typer.echo(f"scopes  {' '.join(sorted(key.scopes))}")
    typer.echo("The secret is shown this once; it is kept as a hash and cannot be looked up.")


@keys.command("list")
def list_keys(store: StoreOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List the keys, revoked ones too; never a secret."""
    chosen["json"] = as_json
    with _ring(store, None, as_json, config, sealing=False) as ring:
        rows = [_told(key) for key in ring.listed()]
    if as_json:
        print_json(rows)
        return
    shown = (
        (r["name"], r["tenant"], " ".join(r["scopes"]), r["made_at"], r["revoked_at"] or "") for r in rows
    )
    print_table("", ("key", "tenant", "scopes", "made", "revoked"), shown)


@keys.command("revoke")
def revoke_key(
    name: Annotated[str, typer.Argument(help="The key.")],
    store: StoreOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """End a key and its tokens, from the next request on. It cannot be undone; its name stays taken."""
    chosen["json"] = as_json
    with _ring(store, by, as_json, config) as ring:
        key = ring.revoke(name)
    print_json(_told(key)) if as_json else typer.echo(f"Key {key.name} opens nothing any more.")


@contextmanager
def _ring(
    store: str | None, by: str | None, as_json: bool, config: ConfigOption, *, sealing: bool = True
) -> Iterator[Ring]:
    """The keys of the store named, else those of the house."""
    from gleanery.flow.keys import HouseKeys, store_keys

    if store is not None:
        with store_keys(store) as alone:
            yield alone
    else:
        with opened(config, as_json, sealing=sealing) as house:
            yield HouseKeys(house, account(by))


def _told(key: Key) -> dict[str, Any]:
    return {
        "name": key.name,
        "tenant": key.store,
        "scopes": sorted(key.scopes),
        "authority": key.authority,
        "made_at": key.made,
        "revoked_at": key.revoked,
    }


def _pair(text: str) -> tuple[str, str]:
    """Name and secret of a --key; the message never shows what was given."""
    name, colon, secret = text.partition(":")
    if not (name and colon and secret):
        raise typer.BadParameter("wants NAME:SECRET", param_hint="--key")
    return name, secret
