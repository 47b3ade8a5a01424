"""people, privacy-sheet: what an administrator does about persons and their accounts."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    opened,
    print_json,
    print_table,
    progress,
)

if TYPE_CHECKING:
    from gleanery.flow.house import House
    from gleanery.flow.people.directory import ImportReport

app = typer.Typer(help="Persons and whose accounts are theirs.", no_args_is_help=True)

PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="The person's id or its first characters.")
]
AccountArgument = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="PLATFORM:REALM:ID, for instance slack:T0001:U0002.")
]


class WhyWord(StrEnum):
    """Why an account is unlinked."""

    ASKED = "asked"
    MISTAKE = "mistake"
    MOVED = "moved"
    LEFT = "left"


class FormatWord(StrEnum):
    """The forms of the privacy sheet."""

    MD = "md"
    HTML = "html"
    JSON = "json"


class LanguageWord(StrEnum):
    """The languages of the privacy sheet."""

    EN = "en"
    DE = "de"


def register(top: typer.Typer) -> None:
    """Put the commands into `top`."""
    top.command("privacy-sheet")(privacy_sheet)


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
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="The person's id; `new` for somebody not known yet.")
    ],
    to: AccountArgument,
    verified: Annotated[
        bool, typer.Option("--verified", help="You made sure that the account is theirs.")
    ] = False,
    move: Annotated[bool, typer.Option("--move", help="It was another person's until now.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Link an account to a person; nothing is stated by an account that is not verified."""
    with opened(config, as_json) as house:
        from gleanery.flow.people import handles, persons
        from gleanery.model.people import LinkedBy

        with house.change() as change:
            actor = f"person:{house.person(change.session, account(by))}"
            handle = handles.ensure_handle(change.session, house.organisation.id, handles.Account.parse(to))
            whose = (
                persons.new_person(change, actor)
                if person == "new"
                else persons.find_person(change.session, person)
            )
            made = handles.link(
                change, handle, whose, LinkedBy.ADMINISTRATOR, actor, verified=verified, move=move
            )
    told = {"person": str(whose.id), "account": to, "verified": made.verified}
    print_json(told) if as_json else typer.echo(
        f"{to} is linked to {whose.id}{'' if made.verified else ', not verified'}"
    )


@app.command()
def unlink(
    of: AccountArgument,
    why: Annotated[WhyWord, typer.Option(help="Why; a mistake was never theirs.")] = WhyWord.ASKED,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """End the link of an account; what was stated stays."""
    with opened(config, as_json) as house:
        from gleanery.errors import BadInput
        from gleanery.flow.people import handles
        from gleanery.model.people import LinkEnd

        with house.change() as change:
            actor = f"person:{house.person(change.session, account(by))}"
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
    with opened(config, as_json) as house:
        from gleanery.flow.people import persons

        with house.change() as change:
            actor = f"person:{house.person(change.session, account(by))}"
            pair = [persons.find_person(change.session, text) for text in (one, other)]
            kept = persons.merge(change, pair[0], pair[1], actor)
    print_json({"person": str(kept.id)}) if as_json else typer.echo(f"merged into {kept.id}")


@app.command()
def split(
    person: PersonArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Say that a merged person is somebody else after all; no statement is rewritten."""
    with opened(config, as_json) as house:
        from gleanery.flow.people import persons

        with house.change() as change:
            actor = f"person:{house.person(change.session, account(by))}"
            own = persons.split(change, persons.find_person(change.session, person), actor)
    print_json({"person": str(own.id)}) if as_json else typer.echo(f"split off as {own.id}")


# --------------------------------------------------------------------------- the HR list


@app.command("import")
def import_list(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The HR list, a CSV file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="Who is missing from the list has left.")
    ] = False,
    many: Annotated[bool, typer.Option("--many", help="Even if those are very many.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last import back; no FILE.")] = False,
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="OURS=HEADING", help="How a column is headed.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Bring in an HR list: who joined, moved and leaves, and whose accounts are whose."""
    if undo == (file is not None):
        raise typer.BadParameter("give a FILE, or --undo alone")
    with opened(config, as_json) as house:
        if file is None:
            _undo(house, account(by), as_json)
            return
        from gleanery.flow.people.directory import import_list as bring_in
        from gleanery.flow.people.hr_list import read_list

        listed = read_list(file, _columns(column or []))
        with progress(as_json) as show_progress:
            report = bring_in(
                house,
                listed,
                account(by),
                dry_run=dry_run,
                complete=complete,
                many=many,
                progress=lambda done, every: show_progress("import", done, every),
            )
    print_json(_told(report, dry_run)) if as_json else _tell(report, dry_run)


def _columns(pairs: list[str]) -> dict[str, str]:
    from gleanery.errors import BadInput

    if any("=" not in pair for pair in pairs):
        raise BadInput("A --column is no mapping.", remedy="Write --column id=HEADING.")
    return {ours.strip(): heading.strip() for ours, _, heading in (pair.partition("=") for pair in pairs)}


def _undo(house: House, by: str, as_json: bool) -> None:
    from gleanery.flow.people.directory_undo import undo_import

    undone = undo_import(house, by)
    told = {"import": str(undone.import_id), "undone": undone.undone, "left": undone.left}
    print_json(told) if as_json else typer.echo(
        f"{undone.undone} steps taken back, {undone.left} left as they were changed since"
    )


def _told(report: ImportReport, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "import": report.import_id,
        "steps": [
            {"what": one.what, "line": one.line, "person": one.person, "detail": one.detail}
            for one in report.steps
        ],
        "unchanged": report.unchanged,
        "faults": [{"line": fault.line, "message": fault.message} for fault in report.faults],
        "passed_over": list(report.passed_over),
    }


def _tell(report: ImportReport, dry_run: bool) -> None:
    shown = ((one.what, one.line, one.person or "new", one.detail) for one in report.steps)
    print_table("Would be done" if dry_run else "Done", ("what", "line", "person", "detail"), shown)
    for fault in report.faults:
        typer.echo(f"line {fault.line}: {fault.message}")
    typer.echo(f"{report.unchanged} persons unchanged, {len(report.faults)} faults")
    if report.passed_over:
        typer.echo(f"columns passed over: {', '.join(report.passed_over)}")


# --------------------------------------------------------------------------- the privacy sheet


def privacy_sheet(
    form: Annotated[FormatWord, typer.Option("--format", help="The form.")] = FormatWord.MD,
    language: Annotated[LanguageWord, typer.Option(help="The language.")] = LanguageWord.EN,
    config: ConfigOption = None,
) -> None:
    """Write what is kept about persons, why, how long and for whom, with notices to authors."""
    with opened(config, form is FormatWord.JSON, sealing=False) as house:
        from gleanery.flow.people import printing, sheet

        made = sheet.privacy_sheet(house, language.value)
        if form is FormatWord.JSON:
            print_json(printing.as_data(made))
        else:
            typer.echo(
                (printing.as_html if form is FormatWord.HTML else printing.as_markdown)(made), nl=False
            )
