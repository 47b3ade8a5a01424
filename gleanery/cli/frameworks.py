"""frameworks list, diff, import, show: competency frameworks brought in from files, compared before."""

from __future__ import annotations

from dataclasses import asdict
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
    from gleanery.flow.frameworks.importing import FrameworkReport
    from gleanery.flow.frameworks.looking import Change, Line
    from gleanery.model.frameworks import FrameworkVersion

app = typer.Typer(help="Competency frameworks: brought in from files, compared before.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="FRAMEWORK", help="Its name in the configuration.")]
_SHOWN = 40


@app.command("list")
def list_frameworks(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Which frameworks there are, how large, in which version, and what waits for somebody."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.frameworks import looking

        lines = looking.listed(house)
    if as_json:
        print_json([_line(one) for one in lines])
        return
    columns = (
        "framework",
        "version",
        "in use",
        "retired",
        "languages",
        "brought in",
        "waits",
        "retired but used",
    )
    print_table("", columns, (_cells(one) for one in lines))
    if not lines:
        typer.echo("No frameworks yet: add one under `frameworks` in the configuration.")


def _line(one: Line) -> dict[str, Any]:
    return {
        "framework": one.name,
        "configured": one.configured,
        "version": one.newest.number if one.newest else None,
        "imported_at": one.imported_at,
        "in_use": one.in_use,
        "retired": one.retired,
        "languages": list(one.languages),
        "waiting": _version(one.waiting) if one.waiting else None,
        "tags_on_retired": one.orphans,
    }


def _cells(one: Line) -> tuple[object, ...]:
    told = _line(one)
    waits = f"version {one.waiting.number}" if one.waiting else ""
    return (
        one.name,
        told["version"],
        one.in_use,
        one.retired,
        " ".join(one.languages),
        one.imported_at,
        waits,
        one.orphans or "",
    )


def _version(one: FrameworkVersion) -> dict[str, Any]:
    return {
        "number": one.number,
        "state": one.state.value,
        "held_for": one.held_for,
        "at": one.at,
        "reader": one.reader,
        "digest": one.digest,
        "in_use": one.concepts,
        "retired": one.retired,
        "changes": one.counts,
        "faults": one.fault_count,
        "fault_list": [{"where": where, "message": message} for where, message in one.faults],
    }


@app.command()
def diff(framework: NameArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """What bringing in the file as it is now would change; nothing is written."""
    with opened(config, as_json, sealing=False) as house, progress(as_json) as show:
        from gleanery.flow.frameworks import importing, looking

        report = importing.preview(house, framework, show)
        changes = looking.with_names(house, framework, report.changes[:1_000], "en")
    _tell(report, changes, as_json)


@app.command("import")
def bring_in(
    framework: Annotated[
        str | None, typer.Argument(metavar="[FRAMEWORK]", help="Default: every one whose file changed.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change; the same as `diff`.")
    ] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Bring in a framework as its file is now, also one that waits; without a name, those that changed.

    Without a name nothing is brought in that has to be looked at first.
    """
    if dry_run and framework:
        diff(framework, as_json, config)
        return
    with opened(config, as_json, sealing=not dry_run) as house, progress(as_json) as show:
        from gleanery.flow.frameworks import importing

        if framework:
            with house.change() as change:
                actor = f"person:{house.person(change.session, account(by))}"
            found = importing.import_framework(house, framework, actor, show)
            reports = [found] if found else []
        elif dry_run:
            reports = [importing.preview(house, one.name, show) for one in house.config.frameworks]
        else:
            reports = importing.import_frameworks(house, show)
    if as_json:
        print_json([_report(one, []) for one in reports])
        return
    for one in reports:
        _say(one, dry_run)
    if not reports:
        typer.echo("Nothing changed since the files were looked at.")


@app.command()
def prepare(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Work out what steps need of the frameworks before they judge quickly: vectors, where a model is configured.

    It goes on where it was stopped. Without it the first item judged waits for the same.
    """
    with opened(config, as_json, sealing=False) as house, progress(as_json) as show:
        from gleanery.flow.frameworks import preparing

        prepared = preparing.prepare(house, show)
    if as_json:
        print_json({"prepared": prepared})
    else:
        typer.echo(f"Prepared: {', '.join(prepared)}." if prepared else "No step has anything to prepare.")


def _report(one: FrameworkReport, changes: list[Change]) -> dict[str, Any]:
    return {
        "framework": one.name,
        "version": one.number,
        "competencies": one.competencies,
        "held_for": one.held_for,
        "counts": one.counts,
        "changes": [asdict(change) | {"kind": change.kind.value} for change in changes],
        "faults": [{"where": fault.where, "message": fault.message} for fault in one.faults],
    }


def _tell(one: FrameworkReport, changes: list[Change], as_json: bool) -> None:
    if as_json:
        print_json(_report(one, changes))
        return
    shown = [change for change in changes if change.kind.value != "added" or one.number > 1][:_SHOWN]
    if shown:
        print_table("", ("change", "competency", "was", "now"), (_change(change) for change in shown))
    _say(one, dry_run=True)
    if len(one.changes) > len(shown):
        typer.echo(f"All {len(one.changes)} changes: gleanery frameworks diff {one.name} --json")


def _change(one: Change) -> tuple[str, str, str, str]:
    return one.kind.value, one.label, one.was, "" if one.kind.value == "added" else one.now


def _say(one: FrameworkReport, dry_run: bool) -> None:
    """One sentence about a file, then the rows that could not be read."""
    if one.held_for == "unreadable":
        typer.echo(f"{one.name} cannot be read; what was in use stays in use. {one.faults[0].message}")
        return
    counts = ", ".join(f"{number} {kind}" for kind, number in one.counts.items()) or "nothing changes"
    typer.echo(f"{one.name}, version {one.number}: {one.competencies} competencies; {counts}.")
    if one.held_for and not dry_run:
        typer.echo(f"It waits: {_WHY[one.held_for]} Look: gleanery frameworks diff {one.name}; "
                   f"bring it in: gleanery frameworks import {one.name}")  # fmt: skip
    elif one.held_for:
        typer.echo(f"It would wait for somebody: {_WHY[one.held_for]}")
    for fault in one.faults[:20]:
        typer.echo(f"fault  {fault.where}: {fault.message}")
    if len(one.faults) > 20:
        typer.echo(f"and {len(one.faults) - 20} more: --json")


_WHY = {
    "lost": "many competencies in use are not in the file any more.",
    "review": "the configuration wants changes looked at first.",
}


@app.command()
def show(
    framework: NameArgument,
    below: Annotated[str | None, typer.Option("--below", help="Show what stands below this IRI.")] = None,
    number: Annotated[int | None, typer.Option("--version", help="Show what this version changed.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """A framework: its tree level by level, its versions, and retired competencies that items are tagged with."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.errors import BadInput
        from gleanery.flow.frameworks import looking

        if not looking.exists(house, framework):
            raise BadInput(f"There is no framework {framework!r}.", remedy="See: gleanery frameworks list")
        if number is not None:
            _tell_changes(looking.changes(house, framework, number, limit=10_000), as_json)
            return
        leaves = looking.level(house, framework, below, limit=10_000)
        versions, orphans = looking.versions(house, framework), looking.orphans(house, framework)
    if as_json:
        print_json({
            "framework": framework,
            "below": below,
            "competencies": [asdict(one) for one in leaves],
            "versions": [_version(one) for one in versions],
            "tags_on_retired": [asdict(one) for one in orphans],
        })  # fmt: skip
        return
    print_table(
        "", ("code", "competency", "below", "items", "iri"),
        ((one.code, one.label, one.below or "", one.items or "", one.iri) for one in leaves[:200]),
    )  # fmt: skip
    print_table(
        "", ("version", "state", "at", "in use", "changes"),
        ((one.number, one.state.value, one.at, one.concepts, _counted(one.counts)) for one in versions),
    )  # fmt: skip
    for orphan in orphans:
        use = f"; use {orphan.successor_label}" if orphan.successor else ""
        typer.echo(f"{orphan.label} is retired, and {orphan.items} items are tagged with it{use}.")


def _tell_changes(changes: list[Change], as_json: bool) -> None:
    if as_json:
        print_json([asdict(one) | {"kind": one.kind.value} for one in changes])
        return
    print_table("", ("change", "competency", "was", "now"), (_change(one) for one in changes))


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in counts.items())
