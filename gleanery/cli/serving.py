"""serve, signin: the desks in the browser, and the way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    RoleWord,
    account,
    opened,
    print_json,
)

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Put the commands into `app`."""
    for command in (serve, signin):
        app.command()(command)


def serve(
    host: Annotated[str | None, typer.Option(help="Listen here instead of serve.host.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Listen here instead of serve.port; 0 for any free one.")
    ] = None,
    by: ByOption = None,
    config: ConfigOption = None,
) -> None:
    """Show the queue in the browser, and read, screen and deliver on schedule until stopped."""
    from contextlib import closing
    from dataclasses import replace

    with opened(config, log="info") as house:
        from gleanery.flow.listening import TEND_SECONDS, Listeners
        from gleanery.schedule import Clock
        from gleanery.web.reports.letters import letters
        from gleanery.web.serving import serve as serve_web
        from gleanery.worker import (
            DIGEST_SECONDS,
            LINK_SECONDS,
            look_at_links,
            send_checkpoints,
            send_digests,
            work,
        )

        changes = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
        chosen = house.config.model_copy(update={"serve": house.config.serve.model_copy(update=changes)})
        house = replace(house, config=chosen)
        render = letters(house)
        clock, listeners = Clock(lambda: work(house)), Listeners(house)
        house.wake = clock.wake
        with (
            Clock(lambda: send_checkpoints(house)),
            Clock(lambda: send_digests(house, render), seconds=DIGEST_SECONDS),
            Clock(lambda: look_at_links(house), seconds=LINK_SECONDS),
            closing(listeners),
            Clock(listeners.tend, seconds=TEND_SECONDS),
        ):
            serve_web(house, open_link_for=account(by), announce=typer.echo, meanwhile=clock)
        send_checkpoints(house, closing=True)


def signin(
    by: ByOption = None,
    role: Annotated[
        list[RoleWord] | None, typer.Option("--role", help="What a new account may do; can be repeated.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Print a one-time sign-in link for the page that `gleanery serve` shows."""
    with opened(config, as_json) as house:
        from gleanery.flow.accounts.links import new_link
        from gleanery.flow.accounts.staff import FIRST_ROLES
        from gleanery.flow.rights import Role
        from gleanery.web.serving import address

        roles = [Role(one.value) for one in role] if role else FIRST_ROLES
        link = address(house.config.serve) + new_link(house, account(by), roles)
    print_json({"link": link}) if as_json else typer.echo(link)
