"""read, screen, deliver, run: the work itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleanery.cli.destinations import tell_plans
from gleanery.cli.rehearsal import rehearse
from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    console,
    opened,
    print_json,
    print_table,
    progress,
)
from gleanery.cli.sources import tell_held_back

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Put the commands into `app`."""
    for command in (read, screen, deliver, run):
        app.command()(command)


def read(
    source: Annotated[str | None, typer.Argument(metavar="[SOURCE]", help="Default: every source.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would come and what it would cost.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Read posts from one source or from all."""
    if dry_run:
        rehearse(source, as_json, config)
        return
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow import read as read_source

        names = [source] if source else [one.name for one in house.config.sources]
        reports = [read_source(house, name, lambda what, count: show(what, count, None)) for name in names]
    rows = [
        {
            "source": one.source,
            "new_posts": one.new_posts,
            "changed_posts": one.changed_posts,
            "gone_posts": one.gone_posts,
            "held_back": one.held_back,
            "busy": one.busy,
            "paused": one.paused,
            "faults": [{"where": where, "message": message} for where, message in one.faults],
        }
        for one in reports
    ]
    if as_json:
        print_json(rows)
        return
    shown = (
        (r["source"], r["new_posts"], r["changed_posts"], r["gone_posts"], _first_fault(r)) for r in rows
    )
    print_table("", ("source", "new", "changed", "gone", "fault"), shown)
    tell_held_back({one.source: one.held_back for one in reports})
    if not rows:
        typer.echo("No sources yet. Next: gleanery sources add NAME CONNECTOR --set KEY=VALUE")


def _first_fault(row: dict[str, Any]) -> str:
    if row["paused"]:
        return f"paused; gleanery sources resume {row['source']}"
    if row["busy"]:
        return "another worker is reading it"
    faults = row["faults"]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{faults[0]['where']}: {faults[0]['message']}{more}" if faults else ""


def screen(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Group new posts into items and have every step judge what is due."""
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow import desk, import_frameworks
        from gleanery.flow import screen as screen_all

        import_frameworks(house, show)
        report = screen_all(house, show)
        states = desk.counts(house)
    told = {"new_items": report.new_items, "judged": report.judged, "states": states}
    print_json(told) if as_json else typer.echo(_sentence(told))


def _sentence(told: dict[str, Any]) -> str:
    states = ", ".join(f"{number} {state}" for state, number in sorted(told["states"].items()))
    return f"{told['new_items']} new items, {told['judged']} judged; now {states or 'nothing here'}."


def deliver(
    destination: Annotated[
        str | None, typer.Argument(metavar="[DESTINATION]", help="Default: every one.")
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Owe dead deliveries again first.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be done; nothing is written or asked.")
    ] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Bring to the destinations what is due there."""
    if dry_run:
        tell_plans(destination, as_json, config)
        return
    with opened(config, as_json) as house, progress(as_json) as show:
        from gleanery.flow import deliver as bring
        from gleanery.flow import outbox
        from gleanery.flow.learners import scoring

        retried = outbox.retry(house, account(by), destination) if retry else 0
        retried += scoring.retry_dead(house, account(by), destination) if retry else 0
        names = [destination] if destination else [one.name for one in house.config.destinations]
        reports = [bring(house, name, lambda what, count: show(what, count, None)) for name in names]
        sent = {name: scoring.send(house, name) for name in names}
        waiting, scores = outbox.outlook(house), scoring.outlook(house)
    rows: list[dict[str, Any]] = [
        {
            "destination": one.destination,
            "delivered": one.delivered,
            "retracted": one.retracted,
            "notes": one.notes,
            "scores": {
                "sent": sent[one.destination].sent,
                **asdict(scores.get(one.destination, scoring.Outlook())),
            },
            "faults": [
                {"where": where, "message": message}
                for where, message in (*one.faults, *sent[one.destination].faults)
            ],
            **waiting.get(one.destination, {"owed": 0, "dead": 0, "next_try_at": None}),
        }
        for one in reports
    ]
    if as_json:
        print_json({"retried": retried, "destinations": rows})
        return
    columns = ("destination", "delivered", "retracted", "owed", "dead", "next try", "told")
    keys = ("destination", "delivered", "retracted", "owed", "dead", "next_try_at")
    shown = ((*(row[key] for key in keys), _told(row)) for row in rows)
    print_table("", columns, shown)
    if not rows:
        typer.echo("No destinations yet: add one under `destinations` in the configuration.")


def _told(row: dict[str, Any]) -> str:
    scores = row["scores"]
    waiting = []
    if scores["dead"]:
        waiting = [f"{scores['dead']} scores given up ({scores['reason']}): gleanery deliver --retry"]
    return "; ".join([*(fault["message"] for fault in row["faults"]), *row["notes"], *waiting])


def run(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Read, screen and deliver once; ends with the counts and whether the record verifies."""
    with opened(config, as_json) as house, progress(as_json) as show:
        told = run_once(house, show)
    if as_json:
        print_json(told)
    else:
        _tell_run(told)
    if told["audit"] != "verified":
        raise typer.Exit(1)


def run_once(house: Any, show: Any = lambda _what, _done, _all: None) -> dict[str, Any]:
    """One run, the checkpoint after it, and the verdict on the record, as plain values."""
    from gleanery.flow import run as run_all
    from gleanery.flow.verifying import summary, verdicts

    report = run_all(house, show)
    house.checkpoint()
    faults = [{"where": where, "message": message} for where, message in report.faults]
    notes = [note for one in report.deliveries for note in one.notes]
    return {
        **report.counts(),
        "held_back": report.held_back,
        "fault_list": faults,
        "notes": notes,
        "audit": summary(verdicts(house)),
    }


def _tell_run(told: dict[str, Any]) -> None:
    words = {
        "new_posts": "new posts",
        "changed_posts": "changed posts",
        "gone_posts": "posts gone",
        "new_items": "new items",
        "new_statements": "new statements",
        "new_deliveries": "deliveries",
        "retracted": "retracted",
        "purged": "texts purged",
        "faults": "faults",
    }
    print_table("", ("what", "count"), ((word, told[key]) for key, word in words.items()))
    for fault in told["fault_list"][:20]:
        console().print(f"fault  {fault['where']}: {fault['message']}", markup=False)
    if len(told["fault_list"]) > 20:
        console().print(f"and {len(told['fault_list']) - 20} more: gleanery run --json")
    for note in told["notes"]:
        console().print(note, markup=False)
    tell_held_back(told["held_back"])
    console().print(f"record: {told['audit']}", markup=False)
