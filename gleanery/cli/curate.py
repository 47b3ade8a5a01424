"""queue, show, decide, undo, merge, split: what a curator does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    console,
    opened,
    print_json,
    print_table,
    printable,
)

if TYPE_CHECKING:
    from gleanery.flow.desk import Row


class VerdictWord(StrEnum):
    """The verdicts on the command line."""

    APPROVE = "approve"
    REJECT = "reject"
    RETRACT = "retract"


class StateWord(StrEnum):
    """The states an item can be listed by."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETRACTED = "retracted"
    DROPPED = "dropped"
    QUARANTINED = "quarantined"


ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="The item's id or its first characters.")]


def register(app: typer.Typer) -> None:
    """Put the commands into `app`."""
    for command in (queue, show, replay, decide, undo, merge, split):
        app.command()(command)


def queue(
    state: Annotated[StateWord, typer.Option(help="Which items to list.")] = StateWord.WAITING,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="Rows to pass over.")] = 0,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List the items that wait for a curator, and why."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow import desk
        from gleanery.model.items import ItemState

        page = desk.queue(house, (ItemState(state.value),), limit=limit, offset=offset)
        if as_json:
            print_json({"total": page.total, "items": [asdict(row) for row in page.rows]})
            return
        rows = (
            (str(row.id)[:8], row.title or "(withheld)", row.kind, ", ".join(row.platforms), _why(row))
            for row in page.rows
        )
        print_table(f"{state.value}: {page.total} items", ("item", "title", "kind", "found on", "why"), rows)
        if page.total > offset + limit:
            console().print(f"{page.total - offset - limit} more: --offset {offset + limit}")
        if page.total == 0:
            console().print(_next_step(len(house.config.sources)))


def _why(row: Row) -> str:
    """The grave reasons first, then tags and goals."""
    reasons = [one.words for one in row.reasons if one.verdict != "keep"]
    tags = ", ".join(tag.label for tag in row.likely_tags[:3])
    goals = ", ".join(goal.goal for goal in row.goals)
    if row.replies:
        reasons.append(f"{row.replies} replies")
    return "; ".join(part for part in (*reasons, tags, f"goal: {goals}" if goals else "") if part)


def _next_step(sources: int) -> str:
    return "Next: gleanery run" if sources else "Next: gleanery sources add NAME CONNECTOR --set KEY=VALUE"


def show(item: ItemArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show one item with its provenance, findings, decisions and deliveries."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow import desk

        detail = desk.show(house, item)
        if as_json:
            print_json(asdict(detail))
            return
        row, out = detail.row, console()
        out.print(printable(f"{row.title or '(withheld)'}\n{row.url or ''}"), markup=False)
        out.print(f"{row.id}  {row.state}  {row.kind}  {row.language or ''}  {row.reason}", markup=False)
        if row.minutes or row.level:
            out.print(f"{row.minutes or '?'} min  {row.level}", markup=False)
        if detail.text:
            out.print(printable(detail.text[:2000]) + "\n", markup=False)
        posts = (
            (str(p.post_id)[:8], p.role, p.platform, ", ".join(p.sources), p.author, ", ".join(p.withheld))
            for p in detail.provenance
        )
        print_table("Provenance", ("post", "role", "platform", "seen by", "author", "withheld"), posts)
        print_table(
            "Findings", ("step", "verdict", "why"), ((r.step, r.verdict, r.words) for r in row.reasons)
        )
        if row.quality is not None:
            parts = ((name, f"{value:.2f}") for name, value in row.quality.parts.items())
            print_table(f"Quality {row.quality.total:.2f}, from", ("signal", "0 to 1"), parts)
        if detail.aids.terms:
            out.print(printable(f"Key terms: {', '.join(detail.aids.terms)}"), markup=False)
        tags = ((t.label, f"{t.confidence:.2f}", t.said_by) for t in row.tags)
        print_table("Tags", ("competency", "how sure", "said by"), tags)
        print_table("Goals", ("goal", "why"), ((g.title, g.why) for g in row.goals))
        decided = (
            (d["at"], d["verdict"], d["by"], d["reason"], d["undone_by"] or "") for d in detail.decisions
        )
        print_table("Decisions", ("when", "verdict", "by", "reason", "undone by"), decided)
        owed = (
            (d["destination"], d["action"], d["state"], d["reason"], d["note"]) for d in detail.deliveries
        )
        print_table("Deliveries", ("destination", "action", "state", "reason", "note"), owed)
        for other, likeness in detail.alike:
            out.print(
                f"Looks {likeness:.0%} like {other}; if they are one: gleanery merge {str(row.id)[:8]} {str(other)[:8]}"
            )


def replay(item: ItemArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Judge an item again from what its findings rested on, and say whether each comes out the same."""
    with opened(config, as_json, sealing=False) as house:
        from gleanery.flow.item_standing import replaying

        found = replaying.replay(house, item)
        if as_json:
            print_json({"findings": [asdict(one) for one in found]})
            return
        rows = (
            (f"{one.step}@{one.version}", one.verdict, one.reason, _inputs(one.inputs), one.outcome)
            for one in found
        )
        print_table("Judged again", ("step", "verdict", "reason", "rested on, beside the words", "now"), rows)


def _inputs(inputs: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in inputs.items())


def decide(
    item: ItemArgument,
    verdict: Annotated[VerdictWord, typer.Argument(help="What is said of it.")],
    reason: Annotated[str, typer.Option(help="Why, in a word or a sentence.")] = "",
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Approve, reject or retract an item; `gleanery undo` takes it back."""
    with opened(config, as_json) as house:
        from gleanery.flow import deciding, leaving
        from gleanery.model.items import DecisionVerdict

        decision = deciding.decide(house, item, DecisionVerdict(verdict.value), account(by), reason)
        notes = leaving.notes_on(house, decision) if verdict is VerdictWord.RETRACT else []
        told = {
            "item": str(decision.item_id),
            "verdict": verdict.value,
            "by": account(by),
            "decision": str(decision.id),
            "undo_seconds": house.config.delivery.undo_seconds,
            "notes": notes,
        }
        if as_json:
            print_json(told)
            return
        seconds = house.config.delivery.undo_seconds
        typer.echo(
            f"{verdict.value}: {decision.item_id} by {account(by)}. Undo within {seconds} s: gleanery undo"
        )
        for note in notes:
            typer.echo(note)


def undo(
    item: Annotated[
        str | None, typer.Argument(metavar="[ITEM]", help="Whose last verdict; default: your last.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Take back the last verdict: what is owed is cancelled, its statement voided."""
    with opened(config, as_json) as house:
        from gleanery.flow import deciding

        decision = deciding.undo(house, account(by), item)
        if as_json:
            print_json({"item": str(decision.item_id), "undone": decision.verdict.value, "by": account(by)})
        else:
            typer.echo(f"undone: {decision.verdict.value} of {decision.item_id}")


def merge(
    one: ItemArgument,
    other: ItemArgument,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Say that two items are one; the older survives."""
    with opened(config, as_json) as house:
        from gleanery.flow import grouping, screen

        kept = grouping.merge(house, one, other, account(by))
        screen(house)
        print_json({"item": str(kept.id)}) if as_json else typer.echo(f"merged into {kept.id}")


def split(
    item: ItemArgument,
    post: Annotated[str, typer.Argument(metavar="POST", help="The post's id or its first characters.")],
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Say that a post is about something else: it gets an item of its own."""
    with opened(config, as_json) as house:
        from gleanery.flow import grouping, screen

        own = grouping.split(house, item, post, account(by))
        screen(house)
        print_json({"item": str(own.id)}) if as_json else typer.echo(f"split off as {own.id}")
