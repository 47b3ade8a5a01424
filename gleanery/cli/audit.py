"""audit verify, export, check, trail, key, accept-restore: what an auditor does."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
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
    progress,
)

if TYPE_CHECKING:
    from gleanery.flow.sending import Standing
    from xapi.bundles import Checked

app = typer.Typer(help="Verify, export and explain the record.", no_args_is_help=True)

KeyOption = Annotated[
    str | None, typer.Option("--key", help="The public key: its fingerprint (64 hex digits) or its PEM file.")
]
AgainstOption = Annotated[
    list[Path] | None,
    typer.Option("--against", help="A receipt: a checkpoint line, a saved mail or webhook, a time stamp."),
]


class LogWord(StrEnum):
    """The logs."""

    AUDIT = "audit"
    STATEMENTS = "statements"


class FormWord(StrEnum):
    """The forms of an export."""

    BUNDLE = "bundle"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


@app.command()
def verify(
    against: AgainstOption = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", help="The public key's PEM file, where the keys are not at hand, or its fingerprint."
        ),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Check both logs against their chain and their signed checkpoints; exit 1 names the first bad entry.

    It opens the database to read only, and needs no right to write.
    """
    with opened(config, as_json, read_only=True) as house:
        from gleanery.flow import receipts
        from gleanery.flow.sending import standing
        from gleanery.flow.verifying import summary, verdicts

        public_key = receipts.key_of(house, str(key)) if key else None
        held = receipts.read_all(house, against) if against else None
        found = verdicts(house, held, public_key)
        sent = standing(house)
    if as_json:
        print_json({"audit": summary(found), "logs": found, "sent": [one._asdict() for one in sent]})
    else:
        for one in found:
            _tell(one)
        for way in sent:
            typer.echo(_sent(way))
    if not all(one["ok"] for one in found):
        raise typer.Exit(1)


def _tell(one: dict[str, Any]) -> None:
    bad = f"TAMPERED at entry {one['first_bad']}" if one["first_bad"] else "NOT MET"
    mark = "verified" if one["ok"] else bad
    scope = f" ({one['scope']})" if "scope" in one else ""
    typer.echo(f"{one['log']}: {mark}{scope}. {one['reason']}")
    if "unprotected" in one:
        unprotected = f"after the last checkpoint, unprotected: {one['unprotected']}"
        typer.echo(f"  protected up to entry {one['protected_until']}; {unprotected}")
    for note in one["notes"]:
        typer.echo(f"  {note}")


def _sent(way: Standing) -> str:
    last = f"last at {way.sent_at}" if way.sent_at else "never yet"
    failed = f"; failed since: {way.reason}" if way.reason else ""
    return f"checkpoints by {way.way}: {last}; entries since: {way.waiting}{failed}"


@app.command()
def export(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The file to write; - for JSON Lines on standard output.")
    ] = Path("-"),
    form: Annotated[
        FormWord | None,
        typer.Option(
            "--format", help="How.", show_default="by the file's name: .jsonl .csv .parquet, else bundle"
        ),
    ] = None,
    log: Annotated[LogWord, typer.Option(help="Which log.")] = LogWord.AUDIT,
    store: Annotated[
        str, typer.Option(help="Statements: whose, where keys belong to several stores.")
    ] = "main",
    after: Annotated[int, typer.Option(min=0, help="Only entries after this number.")] = 0,
    since: Annotated[str | None, typer.Option(help="Only what was stored after this time, ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option(help="Only what was stored until this time.")] = None,
    person: Annotated[
        str | None, typer.Option(help="Of a person: an account of staff or a person's id.")
    ] = None,
    action: Annotated[str | None, typer.Option(help="Audit: the action; item.* for all of a kind.")] = None,
    actor: Annotated[str | None, typer.Option(help="Audit: who did it, as policy:default.")] = None,
    subject: Annotated[str | None, typer.Option(help="Audit: what it was done to, as item:ID.")] = None,
    verb: Annotated[str | None, typer.Option(help="Statements: the verb's address.")] = None,
    activity: Annotated[str | None, typer.Option(help="Statements: the activity's address.")] = None,
    agent: Annotated[str | None, typer.Option(help="Statements: an xAPI agent as JSON.")] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Write a part of a log as a signed bundle, JSON Lines, CSV or Parquet; the audit log tells who took it."""
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow import exporting

        wanted = exporting.Selection(
            log.value, store, after, _time(since, "--since"), _time(until, "--until"), person, action, actor, subject,
            verb, activity, agent,
        )  # fmt: skip
        if str(out) == "-":
            for line in exporting.lines(house, account(by), wanted):
                typer.echo(line)
            return
        asked = exporting.Form(form.value) if form else None
        told = exporting.export(
            house, account(by), wanted, out, asked, lambda done, total: show("export", done, total)
        )
    if as_json:
        print_json({"out": str(out), **told._asdict()})
        return
    typer.echo(f"{told.entries} entries written to {out}")
    if told.fingerprint:
        typer.echo(
            f"and {told.links} links that prove them. Tell the auditor, by another way than the file goes:"
        )
        typer.echo(f"  gleanery audit check {out.name} --key {told.fingerprint}")


def _time(text: str | None, option: str) -> datetime | None:
    """A time of the command line; one without zone is UTC."""
    from gleanery.errors import BadInput

    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"{option} {text!r} is no time.", remedy="Write 2026-01-31 or 2026-01-31T12:00Z."
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@app.command()
def check(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The file that was exported.")],
    key: KeyOption = None,
    against: AgainstOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a bundle on any machine, without database or configuration; exit 1 names the first bad entry."""
    from gleanery.flow import receipts

    chosen["json"] = as_json
    fingerprint = "" if key is None else receipts.key_from(key)[1]
    found = receipts.check_bundle(bundle, fingerprint, against or [])
    if as_json:
        print_json(found._asdict() | {"vouched": [{"seq": one.seq, "at": one.at} for one in found.vouched]})
    else:
        _tell_check(found)
    if not found.ok:
        raise typer.Exit(1)


def _tell_check(found: Checked) -> None:
    bad = f" at entry {found.first_bad}" if found.first_bad is not None else ""
    typer.echo(f"verified: {found.reason}" if found.ok else f"NOT WHOLE{bad}: {found.reason}")
    if not found.ok:
        return
    typer.echo(f"  {found.log} of organisation {found.organisation}, made {found.made_at}")
    typer.echo(f"  asked for: {dict(found.filter) or 'everything'}; {found.links} links between")
    for one in (found.vouched[:1] + found.vouched[-1:])[-2:]:
        typer.echo(f"  signed at entry {one.seq} on {one.at}")
    for note in found.notes:
        typer.echo(f"  {note}")
    warning = "" if found.is_known else "; nobody vouched for this key: compare it with what you were told"
    typer.echo(f"  key {found.fingerprint}{warning}")


@app.command()
def trail(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="An item, delivery, post, person, statement, decision or source; or kind:name."
        ),
    ],
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell who did what to a record, when and why; that you asked is told too."""
    with opened(config, as_json) as house:
        from dataclasses import asdict

        from gleanery.flow.trail import trail as trail_of

        name, events = trail_of(house, account(by), what)
    if as_json:
        print_json({"subject": name, "events": [asdict(one) for one in events]})
        return
    rows = ((one.at, one.who, one.what, one.subject, one.why) for one in events)
    print_table(name, ("when", "who", "what", "to", "why"), rows)


@app.command()
def key(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Also write it, as a PEM file.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Print the fingerprint of the key that signs checkpoints and bundles, to tell to auditors."""
    with opened(config, as_json, read_only=True) as house:
        from gleanery.flow.exporting import places
        from xapi.signer import fingerprint_of

        signer = house.signer
        if out is not None:
            with places.writing(out) as passing:
                passing.write_bytes(signer.public_pem())
    told = {"fingerprint": fingerprint_of(signer.public_bytes()), "key_id": signer.key_id}
    print_json(told) if as_json else sys.stdout.write(f"{told['fingerprint']}\n")


@app.command("accept-restore")
def accept_restore(
    note: Annotated[
        str, typer.Option(help="Why an older state was put back; stands in every later verdict.")
    ],
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """After a restore from a backup: sign that the logs continue from there, in a new epoch; it is an audit entry."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow import verifying

        accepted = verifying.accept_restore(house, note, account(by))
    if as_json:
        print_json({"accepted": accepted})
    else:
        for one in accepted:
            typer.echo(f"{one['log']}: epoch {one['epoch']} opened at entry {one['seq']}")
