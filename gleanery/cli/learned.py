"""learned: what was learned from decisions, learned again, deleted, or no more."""

from __future__ import annotations

from typing import Annotated

import typer

from gleanery.cli.shared import ByOption, ConfigOption, JsonOption, account, opened, print_json, print_table

app = typer.Typer(help="What was learned from decisions, by goal.", no_args_is_help=True)

Goal = Annotated[str, typer.Argument(help="The goal's name.")]


@app.command("list")
def list_(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Each goal, from how many decisions was learned for it, and how good it is at those it did not learn from."""
    with opened(config, as_json, read_only=True) as house:
        from gleanery.flow.learning.showing import overview

        goals = overview(house)
    if as_json:
        from gleanery.web.curation.learned_shapes import GoalsShape

        print_json(GoalsShape.of(goals).model_dump(mode="json"))
        return
    columns = ("goal", "learned", "version", "approved", "rejected", "AUC", "calibration error")
    rows = []
    for one in goals:
        version = one.version
        told = version.measures if version else {}
        figures = (version.number, version.wanted, version.unwanted) if version else ("-", 0, 0)
        good = tuple(_figure(told.get(name)) for name in ("auc", "ece"))
        rows.append((one.goal, "off" if one.is_off else "on", *figures, *good))
    print_table("", columns, rows)


@app.command()
def show(goal: Goal, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """The words for and against, the decisions that oppose each other, and what changed since."""
    with opened(config, as_json, read_only=True) as house:
        from gleanery.flow.learning.showing import detail

        told = detail(house, goal)
    from gleanery.web.curation.learned_shapes import GoalShape

    if as_json:
        print_json(GoalShape.whole(told).model_dump(mode="json"))
        return
    for title, words in (("for", told.learned.words_for), ("against", told.learned.words_against)):
        print_table(
            title, ("word", "weight", "seen"), ((one.word, f"{one.weight:+.2f}", one.seen) for one in words)
        )
    weeks = ((one.monday, one.decisions, _figure(one.auc), _figure(one.brier)) for one in told.drift.weeks)
    print_table("rated before they were decided", ("week from", "decisions", "AUC", "Brier"), weeks)
    pairs = ((str(one.wanted)[:8], str(one.unwanted)[:8], _figure(one.likeness)) for one in told.opposed)
    print_table("opposed", ("approved", "rejected", "likeness"), pairs)


@app.command()
def refit(goal: Goal, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Learn again from the decisions that stand, and rate what waits. `gleanery serve` does so by itself."""
    with opened(config, as_json) as house:
        from gleanery.flow.learning import fitting, rating, showing

        chosen = showing.goal_named(house, goal)
        with house.store.write() as session:
            actor = f"person:{house.person(session, account(by))}"
        fitted = fitting.refit(house, chosen, actor)
        rated = rating.rate_due(house) if fitted else 0
    if as_json:
        print_json({"fitted": fitted, "rated": rated})
    else:
        typer.echo(
            f"Fitted; {rated} items rated." if fitted else "Not fitted: it is off, or a worker is at it."
        )


@app.command()
def delete(goal: Goal, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Delete what was learned for a goal and learn nothing more for it. The decisions stay."""
    with opened(config, as_json) as house:
        from gleanery.flow.learning import emptying, showing

        emptying.remove(house, showing.goal_named(house, goal).name, account(by))
    if as_json:
        print_json({"deleted": goal})
    else:
        typer.echo(f"Deleted what was learned for {goal}; `gleanery learned on {goal}` learns again.")


@app.command()
def on(goal: Goal, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Learn for a goal again."""
    _switch(goal, by, as_json, config, is_on=True)


@app.command()
def off(goal: Goal, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Learn nothing for a goal, and rate nothing by what was learned."""
    _switch(goal, by, as_json, config, is_on=False)


def _switch(goal: str, by: ByOption, as_json: bool, config: ConfigOption, *, is_on: bool) -> None:
    with opened(config, as_json) as house:
        from gleanery.flow.learning import emptying, showing

        emptying.switch(house, showing.goal_named(house, goal).name, account(by), on=is_on)
    if as_json:
        print_json({"goal": goal, "on": is_on})
    else:
        typer.echo(f"Learning for {goal} is {'on' if is_on else 'off'}.")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
