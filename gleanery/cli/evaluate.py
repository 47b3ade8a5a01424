"""evaluate: how good a step is, on labelled data of your own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleanery.cli.shared import (
    ConfigOption,
    JsonOption,
    chosen,
    opened,
    print_json,
    print_table,
    progress,
    quiet_log,
)

if TYPE_CHECKING:
    from gleanery.flow.evaluating import Report
    from gleanery.flow.house import House
    from gleanery.ports import Aim


class Expected(StrEnum):
    """The columns that say what is expected; the same as flow.evaluating.cases.Task, loaded too early here."""

    LABELS = "labels"
    SPANS = "spans"
    DUPLICATES = "duplicate_of"
    WANTED = "wanted"
    CLASS = "class"
    LANGUAGE = "language"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(
    dataset: Annotated[Path, typer.Argument(help="JSON Lines or a table (.csv, .tsv), also with .gz.")],
    step: Annotated[str, typer.Option(help="Which step or trainer.", show_default="the one that can")] = "",
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="A column by our name: text=sentence. Repeatable.")
    ] = None,
    kinds: Annotated[
        list[str] | None, typer.Option("--kind", help="A kind of the step as the data call it: email=EMAIL.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the step: max_tags=5. Repeatable.")
    ] = None,
    framework: Annotated[
        list[Path] | None, typer.Option(help="A file of competencies.", show_default="those of the house")
    ] = None,
    yes: Annotated[
        list[str] | None, typer.Option(help="A value that means yes, of the column wanted.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="A column whose values are told apart.")] = "",
    apart: Annotated[
        bool, typer.Option("--apart", help="Leave whole groups of --by out when cross-validating.")
    ] = False,
    measure: Annotated[
        Expected | None, typer.Option(help="Which column is expected.", show_default="the first of these")
    ] = None,
    score: Annotated[str, typer.Option(help="The score of the findings that orders them.")] = "",
    flag: Annotated[
        str, typer.Option(help="The flag of the findings that means yes.", show_default="kept")
    ] = "",
    aim: Annotated[str, typer.Option(help="What is wanted, in words, for what learns from decisions.")] = "",
    folds: Annotated[int, typer.Option(min=2, max=50, help="Parts of a cross-validation.")] = 5,
    orders: Annotated[int, typer.Option(min=1, max=50, help="Orders of decisions of a learning curve.")] = 3,
    rows: Annotated[
        int | None, typer.Option(min=1, help="So many rows, drawn at random.", show_default="all")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn at random.")] = 0,
    out: Annotated[Path, typer.Option(help="The folder for report.html and report.json.")] = Path(
        "evaluation"
    ),
    examples: Annotated[int, typer.Option(min=0, help="Quote so many rows in the report.")] = 0,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Measure a step on labelled data and write a report; see docs/how-to/evaluate.md."""
    chosen["json"] = as_json
    from gleanery.flow import evaluating

    choice = evaluating.Choice(step, _settings(settings), tuple(framework or ()))
    asked = evaluating.Question(
        dataset,
        choice,
        columns=_pairs("--map", columns),
        kinds=_pairs("--kind", kinds),
        yes=tuple(yes or ()),
        group=by,
        apart=apart,
        measure=measure.value if measure else "",
        score=score,
        flag=flag,
        aim=_aim(aim),
        folds=folds,
        orders=orders,
        seed=seed,
        most=rows,
    )
    with _house(config, as_json) as house, progress(as_json) as show:
        report, cases = evaluating.evaluate(asked, house, show)
    page, _ = evaluating.write(report, out, cases, examples)
    if as_json:
        print_json({**report.as_json(), "report": str(page)})
    else:
        _tell(report, page)


def _house(config: Path | None, as_json: bool) -> AbstractContextManager[House | None]:
    """The house of the configuration that was named, or of the one that is here; none where there is none."""
    named = config or chosen["config"]
    if named is None and not Path("config.yaml").exists():
        quiet_log()
        return nullcontext()
    return opened(config, as_json, read_only=True)


def _tell(report: Report, page: Path) -> None:
    from gleanery.flow.evaluating.report import TOLD, number

    step = f"{report.contender['name']} {report.contender['version']}"
    typer.echo(
        f"{step} on {report.rows:,} rows of {report.dataset} ({len(report.faults):,} faults), seed {report.seed}"
    )
    rows = [
        (TOLD.get(name, name), number(one.value), f"{number(one.low)} to {number(one.high)}")
        for name, one in report.outcome.measures.items()
    ]
    print_table("", ("", "value", "interval of 95 %"), rows)
    for point in report.outcome.curve:
        typer.echo(f"After {point.decisions} decisions: AUC {number(point.auc)}")
    speed = report.speed
    typer.echo(f"{speed.per_second:,.0f} rows a second on one core, {speed.peak_mib:,.0f} MiB at most.")
    for note in (*report.outcome.notes, *(f"{one.where}: {one.message}" for one in report.faults[:5])):
        typer.echo(note)
    typer.echo(f"Written: {page}")


def _pairs(option: str, told: Sequence[str] | None) -> dict[str, str]:
    """name=value, each once. Raises: BadInput."""
    from gleanery.errors import BadInput

    found: dict[str, str] = {}
    for one in told or ():
        name, equals, value = one.partition("=")
        if not equals or not name or not value:
            raise BadInput(f"{option} {one!r} is no pair.", remedy=f"Write it as {option} name=value.")
        found[name] = value
    return found


def _settings(told: Sequence[str] | None) -> dict[str, Any]:
    """Settings as the configuration would hold them: numbers, lists and truths are read as YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    from gleanery.errors import BadInput

    reader, found = YAML(typ="safe"), {}
    for name, value in _pairs("--set", told).items():
        try:
            found[name] = reader.load(value)
        except YAMLError as error:
            raise BadInput(f"--set {name} is no value.", remedy="Write it as in config.yaml.") from error
    return found


def _aim(words: str) -> Aim | None:
    from gleanery.ports import Aim

    return Aim(words, tuple(words.split())) if words else None
