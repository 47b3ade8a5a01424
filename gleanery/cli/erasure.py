"""people erase, people erasure ...: somebody asks to be forgotten."""

from __future__ import annotations

import sys
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
    from gleanery.flow.erasing.planning import Plan
    from gleanery.flow.erasing.subject import Asked, Subject
    from gleanery.flow.house import House
    from gleanery.model.erasures import ErasureCase

app = typer.Typer(help="Erasures that were asked for: approve, refuse, finish, prove.", no_args_is_help=True)

WhoArgument = Annotated[
    str | None, typer.Argument(metavar="PERSON", help="The person's id or its first characters.")
]
AccountsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--account", metavar="PLATFORM:REALM:ID", help="An account of somebody not linked; may be repeated."
    ),
]
IdentitiesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--identity",
        help="How statements of others name them: a mail address, its SHA-1, an OpenID, 'HOMEPAGE NAME', "
        "or an Agent as JSON; may be repeated.",
    ),
]
CaseArgument = Annotated[
    str, typer.Argument(metavar="ERASURE", help="The erasure's id or its first characters.")
]
OutOption = Annotated[
    Path | None,
    typer.Option("--receipt", help="Write the receipt to this file, and in words beside it (.txt)."),
]


def register(people: typer.Typer) -> None:
    """Put the commands into `gleanery people`."""
    people.command()(erase)
    people.add_typer(app, name="erasure")


def erase(
    person: WhoArgument = None,
    accounts: AccountsOption = None,
    identities: IdentitiesOption = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            help="A name that also goes from others' texts, as a whole word; may be repeated. Namesakes lose it too.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be taken back.")] = False,
    out: OutOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Erase a person: what is theirs goes, of what is others' only the mention. With two to agree: ask for it."""
    from gleanery.flow.erasing.subject import Asked

    asked = Asked(person, tuple(accounts or ()), tuple(identities or ()), tuple(names or ()))
    with opened(config, as_json) as house:
        if dry_run:
            _plan(house, asked, account(by), as_json)
            return
        from gleanery.flow.erasing import cases

        if not house.config.people.erasure_needs_two:
            _confirm(yes, as_json)
        case = cases.ask(house, asked, account(by))
        if house.config.people.erasure_needs_two:
            _tell_waiting(case, as_json)
            return
        _finish(house, case, out, as_json)


@app.command("list")
def list_cases(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List erasures with their state, the newest first."""
    with opened(config, as_json) as house:
        from gleanery.flow.erasing import cases

        rows = [_row(case) for case in cases.cases(house)]
    if as_json:
        print_json(rows)
        return
    columns = ("id", "state", "asked_at", "asked_by", "decided_by", "done_at")
    print_table("", columns, (tuple(row[name] for name in columns) for row in rows))


@app.command()
def approve(
    erasure: CaseArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be taken back.")] = False,
    out: OutOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Agree to an erasure that another account asked for, and carry it out."""
    with opened(config, as_json) as house:
        from gleanery.flow.erasing import cases

        if dry_run:
            _plan(house, cases.subject_of(house, erasure), account(by), as_json)
            return
        _confirm(yes, as_json)
        _finish(house, cases.approve(house, erasure, account(by)), out, as_json)


@app.command()
def refuse(
    erasure: CaseArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Give up an erasure that was not begun."""
    with opened(config, as_json) as house:
        from gleanery.flow.erasing import cases

        case = cases.refuse(house, erasure, account(by))
    print_json(_row(case)) if as_json else typer.echo(f"erasure {case.id} is refused")


@app.command()
def resume(
    erasure: Annotated[
        str | None, typer.Argument(metavar="[ERASURE]", help="Which; every one that was begun if left out.")
    ] = None,
    out: OutOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Go on with an erasure that was cut off; nothing is done twice."""
    with opened(config, as_json) as house:
        from gleanery.flow.erasing import cases
        from gleanery.model.erasures import ErasureState

        if erasure is not None:
            with house.store.read() as session:
                case = cases.find_case(session, erasure)
            _finish(house, case, out, as_json)
            return
        begun = [case for case in cases.cases(house) if case.state is ErasureState.RUNNING]
        with progress(as_json) as show:
            told = [cases.finish(house, case.id, show) for case in begun]
    print_json(told) if as_json else typer.echo(f"{len(told)} erasures finished")


@app.command()
def receipt(
    erasure: CaseArgument,
    out: OutOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show the signed receipt of an erasure that is done."""
    with opened(config, as_json) as house:
        from gleanery.errors import Denied
        from gleanery.flow.erasing import cases, receipts

        with house.store.read() as session:
            case = cases.find_case(session, erasure)
        if case.receipt is None:
            raise Denied(
                f"Erasure {str(case.id)[:8]} is {case.state.value}: it has no receipt.",
                remedy="`gleanery people erasure resume` finishes one that was begun.",
            )
        _show(receipts.read(house, case.receipt), out, as_json)


@app.command("check")
def check_receipt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The receipt, as JSON.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Check a receipt: that this house signed it, and that the record still says the same."""
    with opened(config, as_json) as house:
        from gleanery.flow.erasing import receipts
        from gleanery.flow.receipts import read_file

        told = receipts.read(house, read_file(file))
        agreeing = receipts.agreeing(house, told)
    result = {"erasure": told["id"], "statements": len(told["statements"]), "agree": agreeing}
    print_json(result) if as_json else typer.echo(
        f"signed by this house; {agreeing} of {len(told['statements'])} statements are erased as it says"
    )
    if agreeing != len(told["statements"]):
        raise typer.Exit(1)


# --------------------------------------------------------------------------- how it is shown


def _plan(house: House, meant: Asked | Subject, by: str, as_json: bool) -> None:
    from gleanery.flow.erasing.planning import plan

    with progress(as_json) as show:
        planned = plan(house, meant, by, show)
    print_json({"dry_run": True, **planned.told()}) if as_json else _tell_plan(planned)


def _tell_plan(planned: Plan) -> None:
    from gleanery.flow.erasing.receipts import worded

    rows: list[tuple[str, str, object]] = [
        ("statements erased", role, count) for role, count in planned.erased.items()
    ]
    rows += [("statements redacted", role, count) for role, count in planned.redacted.items()]
    rows += [("would go", worded(place), count) for place, count in planned.places.items()]
    rows += [("file", name, "") for name in planned.files]
    rows += [("target that may hold them", name, count) for name, count in planned.targets.items()]
    rows += [("stays", worded(place), count) for place, count in planned.stays.items()]
    print_table("Nothing was erased", ("what", "role or place", "how many"), rows)
    for one in planned.unverified:
        typer.echo(f"Only claimed for the person, and left alone: {one}")
    for one in planned.perhaps:
        typer.echo(f"Perhaps the same human; give it with --identity if so: {one}")


def _confirm(yes: bool, as_json: bool) -> None:
    """Ask once more. Raises: BadInput where nobody can be asked."""
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        from gleanery.errors import BadInput

        raise BadInput(
            "An erasure cannot be taken back; nothing was erased.", remedy="Give --yes, or try --dry-run."
        )
    typer.confirm("An erasure cannot be taken back. Go on?", abort=True)


def _tell_waiting(case: ErasureCase, as_json: bool) -> None:
    if as_json:
        print_json(_row(case))
        return
    typer.echo(
        f"erasure {case.id} waits for another account: gleanery people erasure approve {str(case.id)[:8]} --by ..."
    )


def _finish(house: House, case: ErasureCase, out: Path | None, as_json: bool) -> None:
    from gleanery.flow.erasing import cases

    with progress(as_json) as show:
        told = cases.finish(house, case.id, show)
    _show(told, out, as_json)


def _show(told: dict[str, Any], out: Path | None, as_json: bool) -> None:
    from gleanery.flow.erasing import receipts

    if out is not None:
        receipts.write(told, out)
    print_json(told) if as_json else typer.echo(receipts.readable(told), nl=False)


def _row(case: ErasureCase) -> dict[str, Any]:
    return {
        "id": str(case.id),
        "state": case.state.value,
        "asked_at": case.asked_at,
        "asked_by": case.asked_by,
        "decided_at": case.decided_at,
        "decided_by": case.decided_by,
        "done_at": case.done_at,
    }
