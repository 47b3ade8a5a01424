"""sources connect, sources disconnect, keys: who may read for us, and the keys of the tokens."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleanery.cli.shared import ByOption, ConfigOption, JsonOption, account, opened, print_json, progress

if TYPE_CHECKING:
    from gleanery.flow.connecting import Connected
    from gleanery.flow.disconnecting import Disconnected
    from gleanery.flow.house import House

PORT = 8328
"""Where the browser comes back to: it stands in the app's settings at the platform, so it is always the same."""

keys = typer.Typer(help="The keys that tokens are encrypted with.", no_args_is_help=True)


def register(sources: typer.Typer) -> None:
    """Put the commands into `sources`."""
    sources.command()(connect)
    sources.command()(disconnect)


def connect(
    name: Annotated[str, typer.Argument(help="The source.")],
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="Where on this machine the browser comes back to; 0 for any."),
    ] = PORT,
    paste: Annotated[
        bool, typer.Option("--paste", help="No browser here: paste the address it ended at elsewhere.")
    ] = False,
    redirect: Annotated[
        str | None,
        typer.Option(help="With --paste: the redirect address entered in the app at the platform."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    seconds: Annotated[int, typer.Option(min=1, max=600, help="How long to wait for the sign-in.")] = 300,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Sign in at the platform and allow the source what it asks for; the token is kept encrypted."""
    with opened(config, as_json) as house:
        from gleanery.flow import connecting

        if connecting.app_of(house, name).client_credentials:
            done = connecting.connect_as_app(house, name, account(by))
        elif paste:
            done = _pasted(house, name, redirect or f"http://127.0.0.1:{port}/", account(by))
        else:
            done = _returned(house, name, port, seconds, account(by), browser=browser)
    print_json(asdict(done)) if as_json else _tell_connected(done)


def _returned(house: House, name: str, port: int, seconds: int, by: str, *, browser: bool) -> Connected:
    """The sign-in finished by the browser that comes back to this machine."""
    from gleanery.cli.redirect import listening
    from gleanery.flow import connecting

    with listening(port) as place:
        begun = connecting.begin(house, name, place.address, by)
        _say(f"Open this address in your browser and sign in:\n{begun.address}")
        _say(f"It has to come back to {place.address} (enter that in the app at the platform); waiting.")
        if browser and sys.stdin.isatty():
            import webbrowser

            webbrowser.open(begun.address)
        return place.wait(seconds, lambda address: connecting.answered(house, address, by))


def _pasted(house: House, name: str, redirect: str, by: str) -> Connected:
    """The sign-in finished by the address that a person copies from a browser elsewhere."""
    from gleanery.flow import connecting

    begun = connecting.begin(house, name, redirect, by)
    _say(f"Open this address in a browser anywhere and sign in:\n{begun.address}")
    _say(f"The browser ends at {redirect} (a page that need not be there). Paste the whole address:")
    return connecting.answered(house, sys.stdin.readline(), by)


def _say(text: str) -> None:
    """Tell the person who signs in; standard output is for the result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _tell_connected(done: Connected) -> None:
    typer.echo(f"Connected {done.source}. Allowed: {', '.join(done.scopes) or 'what the app asks for'}.")
    if done.missing:
        typer.echo(
            f"Not allowed: {', '.join(done.missing)}. What needs them is not read; sign in again to allow."
        )
    if done.expires_at is not None and not done.renews:
        typer.echo(f"The sign-in ends at {done.expires_at:%Y-%m-%d %H:%M} UTC and has to be repeated then.")
    typer.echo(f"Next: gleanery sources check {done.source}")


def disconnect(
    name: Annotated[str, typer.Argument(help="The source.")],
    keep: Annotated[
        bool | None,
        typer.Option("--keep-content/--delete-content", help="Default: as the platform's terms ask."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Forget the source's token, stop reading it, and delete the words that only it brought."""
    with opened(config, as_json) as house:
        from gleanery.flow.disconnecting import disconnect as end

        done = end(house, name, account(by), keep_content=keep, dry_run=dry_run)
    print_json({"dry_run": dry_run, **asdict(done)}) if as_json else _tell_disconnected(done, dry_run)


def _tell_disconnected(done: Disconnected, dry_run: bool) -> None:
    for line in _would(done) if dry_run else _was(done):
        typer.echo(line)


def _would(done: Disconnected) -> list[str]:
    token = "The token would be forgotten." if done.had_token else "There is no token to forget."
    if not done.deletes:
        return [f"{done.source} would be paused. {token} What it brought would stay."]
    return [
        f"{done.source} would be paused. {token}",
        f"The words of {done.posts} posts would go, {done.copies} entries at destinations with them; "
        f"{done.shared} posts that another source saw too would stay.",
    ]


def _was(done: Disconnected) -> list[str]:
    lines = [f"{done.source} is paused."]
    if done.had_token:
        at_home = "ended at the platform too" if done.revoked else "end it in the platform's own settings too"
        lines.append(f"Its token is forgotten; {at_home}.")
    else:
        lines.append(
            "No token of it was kept. If its settings point to one, end that at the platform, and take it away."
        )
    if done.deletes:
        lines.append(
            f"The words of {done.posts} posts are gone; {done.taken_back} entries are taken back; "
            f"{done.shared} posts that another source saw too stay."
        )
    return [*lines, *done.notes]


# --------------------------------------------------------------------------- keys


@keys.command("rotate-tokens")
def rotate_tokens(by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Change the key of the tokens: a new one, every token encrypted anew, the old one taken away."""
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow.rotating import rotate

        done = rotate(house, account(by), lambda count: show("tokens", count, None))
        place, in_environment = house.token_keys.place, house.token_keys.in_environment
    if as_json:
        print_json({**asdict(done), "place": place})
        return
    for line in _told_rotation(asdict(done), place, in_environment):
        typer.echo(line)


def _told_rotation(done: dict[str, Any], place: str, in_environment: bool) -> list[str]:
    if done["busy"]:
        return ["Another worker is changing the keys; run it again when that has ended."]
    lines = [f"{done['encrypted_anew']} tokens encrypted anew with the first key of {place}."]
    if done["unreadable"]:
        lines.append(f"{done['unreadable']} open with no key that is here: sign in again for their sources.")
    if in_environment and done["retired"]:
        lines.append(f"No token needs the other {done['retired']}: take all but the first out of {place}.")
    elif not in_environment:
        lines.append(f"{done['retired']} old keys taken away. Renew your copy of the keys.")
    if done["resumed"]:
        lines.append("A change that was cut off was finished; run it again for another new key.")
    return lines


@keys.command("new-token-key")
def new_token_key() -> None:
    """Print a new key for GLEANERY_TOKEN_KEYS: put it first there, then run rotate-tokens."""
    from gleanery.flow.token_keys import new_key

    typer.echo(new_key())
