"""basis: on which legal basis something is stated about persons, given and taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    acting,
    chosen,
    opened,
    print_json,
    print_table,
    printable,
    progress,
)

if TYPE_CHECKING:
    from uuid import UUID

    from sqlmodel import Session

    from gleanery.model.bases import ConsentText, Purpose

app = typer.Typer(help="Legal bases for what is stated about persons.", no_args_is_help=True)


class PurposeWord(StrEnum):
    """The purposes a basis can be for."""

    LEARNING_RECORD = "learning-record"
    CURATION_CREDIT = "curation-credit"
    SOCIAL_ACTIVITY = "social-activity"
    INDIVIDUAL_REPORT = "individual-report"


class KindWord(StrEnum):
    """The kinds of basis."""

    CONSENT = "consent"
    WORKS_AGREEMENT = "works-agreement"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal-obligation"


BasisArgument = Annotated[str, typer.Argument(metavar="BASIS", help="The basis' id or its first characters.")]
PersonOption = Annotated[str | None, typer.Option("--person", help="The person's id.")]
UnitOption = Annotated[str | None, typer.Option(help="For a unit; without --person and --unit: everyone.")]
TextVersionOption = Annotated[
    int | None, typer.Option(help="Consent: which version of the text.", show_default="the newest")
]
NeedsConsentOption = Annotated[
    bool, typer.Option("--needs-consent", help="Agreement: each person's consent must come to it.")
]
DayOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="2026-01-31, in UTC.")
]


@app.command()
def add(
    kind: Annotated[KindWord, typer.Argument(help="What kind of basis it is.")],
    purpose: Annotated[PurposeWord, typer.Argument(help="For which purpose.")],
    person: PersonOption = None,
    unit: UnitOption = None,
    platform: Annotated[str | None, typer.Option(help="Only for one platform.")] = None,
    source: Annotated[str | None, typer.Option(help="Only for one configured source.")] = None,
    reference: Annotated[str, typer.Option(help="Of the agreement, contract or law.")] = "",
    text_version: TextVersionOption = None,
    language: Annotated[str, typer.Option(help="Consent: the language of the text.")] = "en",
    needs_consent: NeedsConsentOption = False,
    since: DayOption = None,
    until: DayOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Enter a basis; from then on statements for its purpose can rest on it."""
    from gleanery.flow.people import bases
    from gleanery.model.bases import BasisKind, Purpose

    what, ground = Purpose(purpose.value), BasisKind(kind.value)
    with acting(config, as_json, by) as (_, change, actor):
        scope = bases.Scope(_person(change.session, person), unit, platform, source)
        words = _text(change.session, what, language, text_version) if kind is KindWord.CONSENT else None
        enter = partial(bases.give, change, what, ground, scope, actor, reference=reference, text=words)
        given = enter(needs_consent=needs_consent, since=_utc(since), until=_utc(until))
    print_json({"basis": str(given.id)}) if as_json else typer.echo(f"basis {given.id}")


def _person(session: Session, text: str | None) -> UUID | None:
    """The id as it is given, also of somebody merged: a split leaves each with what they agreed to."""
    from gleanery.flow.people.persons import find_person

    return find_person(session, text).id if text else None


def _text(session: Session, purpose: Purpose, language: str, version: int | None) -> ConsentText | None:
    from gleanery.flow.people import bases

    if version is None:
        return bases.newest_text(session, purpose, language)
    return bases.text_of(session, purpose, language, version)


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day is not None else None


@app.command()
def withdraw(
    basis: Annotated[
        str | None, typer.Argument(metavar="[BASIS]", help="A consent's id, or --person and --purpose.")
    ] = None,
    person: PersonOption = None,
    purpose: Annotated[PurposeWord | None, typer.Option(help="Every consent for this purpose.")] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Withdraw consent: nothing more rests on it, and what did is voided; again, to finish what was cut off."""
    if (basis is None) != (person is not None and purpose is not None):
        raise typer.BadParameter("give a BASIS, or --person and --purpose")
    with opened(config, as_json) as house, progress(as_json) as show_progress:
        from gleanery.flow.people import bases, persons, withdrawing
        from gleanery.model.bases import Purpose

        told = partial(show_progress, "void")
        with house.store.read() as session:
            chosen = bases.find_basis(session, basis).id if basis else None
            whose = persons.find_person(session, person).id if person else None
        if chosen is not None:
            done = withdrawing.withdraw(house, [chosen], account(by), told)
        elif whose is not None and purpose is not None:
            done = withdrawing.withdraw_purpose(house, whose, Purpose(purpose.value), account(by), told)
    if as_json:
        print_json({"bases": [str(one) for one in done.bases], "voided": done.voided})
    else:
        typer.echo(f"{len(done.bases)} consents withdrawn, {done.voided} statements voided")


@app.command()
def end(
    basis: BasisArgument,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """End an agreement, contract or obligation: nothing more rests on it, what did stays."""
    from gleanery.errors import Denied
    from gleanery.flow.people import bases
    from gleanery.model.bases import BasisEnd, BasisKind

    with acting(config, as_json, by) as (_, change, actor):
        found = bases.find_basis(change.session, basis)
        if found.kind is BasisKind.CONSENT:
            remedy = f"gleanery basis withdraw {str(found.id)[:8]}"
            raise Denied("A consent is withdrawn, not ended.", remedy=remedy)
        bases.end(change, found, BasisEnd.ENDED, actor)
    print_json({"basis": str(found.id)}) if as_json else typer.echo(f"ended: {found.id}")


@app.command("list")
def list_bases(
    person: PersonOption = None,
    purpose: Annotated[PurposeWord | None, typer.Option(help="Only for a purpose.")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Those that ended or were withdrawn too.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List the bases in force."""
    with opened(config, as_json) as house:
        from gleanery.flow.people import showing
        from gleanery.model.bases import Purpose

        what = Purpose(purpose.value) if purpose else None
        rows = showing.bases(house, account(by), text=person, purpose=what, ended=ended)
    if as_json:
        print_json(rows)
        return
    shown = (
        (str(r["id"])[:8], r["kind"], r["purpose"], _whom(r["person"], r["unit"]), r["covers"], r["reference"],
         r["since"], r["until"], r["why"])
        for r in rows
    )  # fmt: skip
    columns = ("basis", "kind", "purpose", "for", "covers", "reference", "since", "until", "why")
    print_table("", columns, shown)


def _whom(person: object, unit: str | None) -> str:
    if person is not None:
        return str(person)[:8]
    return f"unit {unit}" if unit else "everyone"


@app.command()
def show(
    basis: BasisArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Show one basis: who gave it when, the text consented to, and how much rests on it."""
    with opened(config, as_json) as house:
        from gleanery.flow.people import showing

        told = showing.basis(house, basis, account(by))
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        if name != "text":
            typer.echo(f"{name.replace('_', ' ')}: {'-' if value in (None, '') else value}")
    if told["text"]:
        words = told["text"]
        typer.echo(f"\nVersion {words['version']} ({words['language']}):\n{printable(words['body'])}")


@app.command()
def text(
    purpose: Annotated[PurposeWord | None, typer.Argument(help="What the text is for.")] = None,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The text; without it, all are shown.")
    ] = None,
    language: Annotated[str, typer.Option(help="Its language.")] = "en",
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Keep a text that people consent to as its next version, or show every version."""
    from gleanery.flow.people import bases, showing
    from gleanery.model.bases import Purpose

    if file is None:
        with opened(config, as_json, sealing=False) as house:
            rows = [row for row in showing.texts(house) if purpose in (None, row["purpose"])]
        print_json(rows) if as_json else _tell_texts(rows)
        return
    if purpose is None:
        raise typer.BadParameter("give the PURPOSE of the text")
    chosen["json"] = as_json
    body = _read(file)
    with acting(config, as_json, by) as (_, change, actor):
        kept = bases.add_text(change, Purpose(purpose.value), language, body, actor)
    told = {"purpose": purpose.value, "language": language, "version": kept.version}
    print_json(told) if as_json else typer.echo(f"{purpose.value} ({language}): version {kept.version}")


def _read(file: Path) -> str:
    from gleanery.errors import BadInput

    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read.", remedy="Give a text file in UTF-8.") from error


def _tell_texts(rows: list[dict[str, object]]) -> None:
    for row in rows:
        typer.echo(f"{row['purpose']} ({row['language']}), version {row['version']}, {row['made_at']}:")
        typer.echo(printable(f"{row['body']}\n"))
