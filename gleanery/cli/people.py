"""people: what an administrator does about persons and their accounts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    acting,
    opened,
    print_json,
    print_table,
)

app = typer.Typer(help="Persons and whose accounts are theirs.", no_args_is_help=True)

PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="The person's id or its first characters.")
]
NewPersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="The person's id; `new` for somebody not known yet.")
]
VerifiedOption = Annotated[bool, typer.Option("--verified", help="You made sure that the account is theirs.")]
AccountArgument = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="PLATFORM:REALM:ID, for instance slack:T0001:U0002.")
]


class WhyWord(StrEnum):
    """Why an account is unlinked."""

    ASKED = "asked"
    MISTAKE = "mistake"
    MOVED = "moved"
    LEFT = "left"


@app.command("list")
def list_people(
    unit: Annotated[str | None, typer.Option(help="Only those of a unit.")] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List persons under their random ids, with unit, linked accounts and purposes in force."""
    with opened(config, as_json) as house:
        from gleanery.flow.people import showing

        rows = showing.people(house, account(by), unit=unit)
    if as_json:
        print_json(rows)
        return
    shown = (
        (r["id"], r["staff"], r["unit"], r["accounts"], ", ".join(r["bases"]), r["last_day"]) for r in rows
    )
    print_table("", ("person", "staff", "unit", "accounts", "own bases for", "last day"), shown)


@app.command()
def show(
    person: PersonArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Show what joins one person to accounts and bases, with its history."""
    with opened(config, as_json) as house:
        from gleanery.flow.people import showing

        told = showing.person(house, person, account(by))
    if as_json:
        print_json(told)
        return
    for name in ("id", "staff", "unit", "hr_number", "first_day", "last_day"):
        typer.echo(f"{name.replace('_', ' ')}: {told[name] or '-'}")
    for title, key, columns in (
        ("Accounts", "accounts", ("account", "how", "verified", "since", "until", "why")),
        ("Bases", "bases", ("id", "purpose", "kind", "covers", "since", "until", "why")),
        ("Merges", "merges", ("person", "into", "at", "taken_back")),
    ):
        print_table(title, columns, (tuple(row[name] for name in columns) for row in told[key]))


@app.command()
def find(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="An account, HR's number, a staff account or an id.")
    ],
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Find the person behind an account, HR's number, a staff account or an id."""
    with opened(config, as_json) as house:
        from gleanery.flow.people import showing

        rows = showing.find(house, text, account(by))
    if as_json:
        print_json(rows)
    else:
        shown = ((r["by"], r["person"] or "linked to nobody", r["verified"]) for r in rows)
        print_table("", ("found by", "person", "verified"), shown)
    if not rows:
        raise typer.Exit(7)


@app.command()
def link(
    person: NewPersonArgument,
    to: AccountArgument,
    verified: VerifiedOption = False,
    move: Annotated[bool, typer.Option("--move", help="It was another person's until now.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Link an account to a person; nothing is stated by an account that is not verified."""
    from gleanery.flow.people import handles, persons
    from gleanery.model.people import LinkedBy

    with acting(config, as_json, by) as (house, change, actor):
        session, how = change.session, LinkedBy.ADMINISTRATOR
        handle = handles.ensure_handle(session, house.organisation.id, handles.Account.parse(to))
        whose = persons.new_person(change, actor) if person == "new" else persons.find_person(session, person)
        made = handles.link(change, handle, whose, how, actor, verified=verified, move=move)
    told = {"person": str(whose.id), "account": to, "verified": made.verified}
    words = f"{to} is linked to {whose.id}{'' if made.verified else ', not verified'}"
    print_json(told) if as_json else typer.echo(words)


@app.command()
def unlink(
    of: AccountArgument,
    why: Annotated[WhyWord, typer.Option(help="Why; a mistake was never theirs.")] = WhyWord.ASKED,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """End the link of an account; what was stated stays."""
    from gleanery.errors import BadInput
    from gleanery.flow.people import handles
    from gleanery.model.people import LinkEnd

    with acting(config, as_json, by) as (house, change, actor):
        handle = handles.known_handle(change.session, house.organisation.id, handles.Account.parse(of))
        if handle is None:
            raise BadInput("Nobody has posted from this account.", remedy="Check it: PLATFORM:REALM:ID.")
        ended = handles.unlink(change, handle, LinkEnd(why.value), actor)
    print_json({"account": of, "person": str(ended.person_id)}) if as_json else typer.echo(
        f"{of} is no longer linked to {ended.person_id}"
    )


@app.command()
def merge(
    one: PersonArgument,
    other: PersonArgument,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Say that two persons are one human; the older id survives, no statement is rewritten."""
    from gleanery.flow.people import persons

    with acting(config, as_json, by) as (_, change, actor):
        pair = [persons.find_person(change.session, text) for text in (one, other)]
        kept = persons.merge(change, pair[0], pair[1], actor)
    print_json({"person": str(kept.id)}) if as_json else typer.echo(f"merged into {kept.id}")


@app.command()
def split(
    person: PersonArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Say that a merged person is somebody else after all; no statement is rewritten."""
    from gleanery.flow.people import persons

    with acting(config, as_json, by) as (_, change, actor):
        own = persons.split(change, persons.find_person(change.session, person), actor)
    print_json({"person": str(own.id)}) if as_json else typer.echo(f"split off as {own.id}")
