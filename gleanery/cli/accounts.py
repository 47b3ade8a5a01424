"""accounts: who may sign in to the desks, for whoever has the machine's terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    RoleWord,
    account,
    acting,
    opened,
    print_json,
    print_table,
)

app = typer.Typer(help="Who may sign in, and in which roles.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The sign-in name.")]
RolesOption = Annotated[
    list[RoleWord] | None, typer.Option("--role", help="What they may do; can be repeated.")
]


@app.command("list")
def list_accounts(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List the accounts with their roles and how they sign in."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.accounts import staff

        rows = [_told(row) for row in staff.accounts(house, limit=100_000)]
    if as_json:
        print_json(rows)
        return
    shown = ((r["name"], ", ".join(r["roles"]), r["signs_in"], r["disabled_at"]) for r in rows)
    print_table("", ("name", "roles", "signs in", "disabled"), shown)
    if not rows:
        typer.echo("No accounts yet. Next: gleanery signin")


def _told(row: Any) -> dict[str, Any]:
    ways = [word for word, is_so in (("password", row.password_set), ("provider", row.provider)) if is_so]
    disabled: datetime | None = row.disabled_at
    return {
        "name": row.name,
        "id": str(row.person_id),
        "roles": [role.value for role in row.roles],
        "signs_in": ", ".join(ways) or "link",
        "made_at": row.made_at,
        "disabled_at": disabled,
    }


@app.command()
def add(
    name: NameArgument,
    role: RolesOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Make an account that nobody can use yet; `invite` makes one with a link."""
    from gleanery.flow.accounts import staff

    with acting(config, as_json, by) as (house, change, actor):
        made = staff.invite(house, change, name, _roles(role), actor)
    _say(as_json, f"{name} has an account.", name=name, id=made.person_id)


@app.command()
def invite(
    name: NameArgument,
    role: RolesOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Make an account and print a link, good once and for three days, to choose a password by."""
    from gleanery.flow.accounts import links, staff

    with acting(config, as_json, by) as (house, change, actor):
        made = staff.invite(house, change, name, _roles(role), actor)
    link = _base(house) + links.password_link(house, made, name)
    _say(as_json, link, name=name, link=link)


@app.command()
def roles(
    name: NameArgument,
    role: RolesOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Have somebody hold exactly these roles; none where no --role is given."""
    from gleanery.flow.accounts import staff

    with acting(config, as_json, by) as (_, change, actor):
        person_id = staff.find(change.session, name)
        staff.set_roles(change, person_id, _roles(role), actor)
        held = sorted(staff.roles_of(change.session, person_id))
    _say(as_json, f"{name} holds: {', '.join(held) or 'no role'}", name=name, roles=held)


@app.command()
def disable(
    name: NameArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Let somebody in no more: sessions end, tokens do nothing."""
    from gleanery.flow.accounts import staff

    with acting(config, as_json, by) as (_, change, actor):
        staff.disable(change, staff.find(change.session, name), actor)
    _say(as_json, f"{name} is disabled.", name=name, disabled=True)


@app.command()
def enable(
    name: NameArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Let somebody in again."""
    from gleanery.flow.accounts import staff

    with acting(config, as_json, by) as (_, change, actor):
        staff.enable(change, staff.find(change.session, name), actor)
    _say(as_json, f"{name} may sign in.", name=name, disabled=False)


@app.command("password-link")
def password_link(
    name: NameArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Print a link, good once and for three days, by which somebody sets a new password."""
    from gleanery.flow.accounts import links, staff

    with opened(config, as_json) as house:
        with house.change() as change:
            actor = f"person:{house.person(change.session, account(by))}"
            person_id = staff.find(change.session, name)
        link = _base(house) + links.new_password_link(house, person_id, actor)
    _say(as_json, link, name=name, link=link)


def _roles(words: list[RoleWord] | None) -> list[Any]:
    from gleanery.flow.rights import Role

    return [Role(word.value) for word in words or ()]


def _base(house: Any) -> str:
    from gleanery.web.serving import address

    base: str = house.config.serve.address or address(house.config.serve)
    return base


def _say(as_json: bool, line: str, **told: Any) -> None:
    """What was done: the line, or the same as JSON."""
    print_json(told) if as_json else typer.echo(line)
