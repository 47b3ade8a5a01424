"""The report: one page that opens anywhere, and the same figures as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from gleanery.errors import ConfigError
from gleanery.flow.evaluating.cases import MEANING, Case, Task
from gleanery.flow.evaluating.metrics import Measure
from gleanery.flow.evaluating.outcomes import Outcome, Speed, plain
from gleanery.flow.evaluating.plots import bars, learning_plot, precision_recall_plot, reliability_plot
from gleanery.ports import Fault

TOLD = {
    "precision": "precision", "recall": "recall", "f1": "F1", "macro_f1": "macro F1", "accuracy": "accuracy",
    "named": "share named at all", "recall_at_5": "recall among the best 5", "recall_at_1": "recall of the best",
    "any_of_5": "rows with a right one among the best 5", "mrr": "mean reciprocal rank", "auc": "AUC",
    "calibration_error": "calibration error", "suggested_precision": "precision, suggested too",
    "suggested_recall": "recall, suggested too", "suggested_f1": "F1, suggested too",
}  # fmt: skip
FAULTS_SHOWN = 20
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1c2a33;background:#fff;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.25rem .8rem .25rem 0;text-align:left;border-bottom:1px solid #d5dde2;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}
.plots{display:flex;flex-wrap:wrap;gap:1rem}.wide{overflow-x:auto}
"""


@dataclass(frozen=True)
class Report:
    """What was measured on what, and what came of it."""

    dataset: str
    task: Task
    contender: dict[str, Any]
    seed: int
    rows: int
    faults: Sequence[Fault]
    speed: Speed
    outcome: Outcome

    def as_json(self) -> dict[str, Any]:
        """Everything but rows of the data."""
        faults = [{"where": one.where, "message": one.message} for one in self.faults[:FAULTS_SHOWN]]
        speed = {
            "rows_per_second": self.speed.per_second,
            "seconds": self.speed.seconds,
            "cpu_seconds": self.speed.cpu_seconds,
            "peak_mib": self.speed.peak_mib,
            "peak_mib_before": self.speed.before_mib,
        }
        told: dict[str, Any] = {
            "dataset": self.dataset,
            "measured": self.task.value,
            "step": self.contender,
            "seed": self.seed,
            "rows": self.rows,
            "faults": {"count": len(self.faults), "first": faults},
            "speed": plain(speed),
            **self.outcome.as_json(),
        }
        return told


def write(report: Report, folder: Path, cases: Sequence[Case], examples: int) -> tuple[Path, Path]:
    """Write report.html and report.json into a folder. Raises: ConfigError where that cannot be."""
    page, data = folder / "report.html", folder / "report.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page.write_text(html(report, cases, examples), "utf-8", errors="replace")
        data.write_text(json.dumps(report.as_json(), indent=2, default=str) + "\n", "utf-8")
    except OSError as error:
        raise ConfigError(
            f"The report cannot be written to {folder}: {error.strerror}.",
            remedy="Name another folder with --out.",
        ) from error
    return page, data


def html(report: Report, cases: Sequence[Case], examples: int = 0) -> str:
    """The page; rows of the data are quoted only as far as `examples` asks."""
    title = f"{report.contender['name']} on {report.dataset}"
    parts = [
        _summary(report),
        _measures(report.outcome.measures),
        _kinds(report.outcome),
        _groups(report.outcome),
    ]
    parts += [
        _curve(report.outcome),
        _plots(report.outcome),
        _notes(report),
        _examples(report, cases, examples),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{''.join(parts)}</main></body></html>\n"
    )


def _summary(report: Report) -> str:
    speed, step = report.speed, report.contender
    rows = [
        ("measured", MEANING[report.task]),
        ("version", step["version"]),
        ("settings", json.dumps(step["settings"], ensure_ascii=False)),
        ("competencies", f"{step.get('concepts', 0):,}"),
        ("rows", f"{report.rows:,} used, {len(report.faults):,} faults"),
        ("seed", str(report.seed)),
        ("speed", f"{speed.per_second:,.0f} rows a second on one core"),
        ("memory", f"{speed.peak_mib:,.0f} MiB at most; {speed.before_mib:,.0f} MiB before the first row"),
    ]
    return _table("What was measured", ("", ""), rows)


def _measures(measures: dict[str, Measure]) -> str:
    rows = [
        (TOLD.get(name, name), number(one.value), f"{number(one.low)} to {number(one.high)}")
        for name, one in measures.items()
    ]
    return _table(
        "Figures, with intervals of 95 % by the bootstrap over rows", ("", "value", "interval"), rows
    )


def _kinds(outcome: Outcome) -> str:
    if not outcome.kinds:
        return ""
    columns = ("kind", *next(iter(outcome.kinds.values())))
    rows = [
        (
            kind,
            *(
                f"{value:,.0f}" if name in ("there", "found") else number(value)
                for name, value in told.items()
            ),
        )
        for kind, told in outcome.kinds.items()
    ]
    return _table("Kind by kind", columns, rows)


def _groups(outcome: Outcome) -> str:
    rows = [
        (
            group or "(none)",
            TOLD.get(name, name),
            number(one.value),
            f"{number(one.low)} to {number(one.high)}",
        )
        for group, told in outcome.groups.items()
        for name, one in told.items()
    ]
    return _table("Group by group", ("group", "", "value", "interval"), rows) if rows else ""


def _curve(outcome: Outcome) -> str:
    rows = [
        (
            str(point.decisions),
            number(point.auc),
            f"{number(point.least)} to {number(point.most)}",
            number(point.calibration_error),
        )
        for point in outcome.curve
    ]
    columns = ("decisions", "AUC", "least and most of the orders", "calibration error")
    return _table("As decisions grow", columns, rows) if rows else ""


def _plots(outcome: Outcome) -> str:
    drawn = []
    if outcome.precision_recall:
        drawn.append(precision_recall_plot(outcome.precision_recall))
    if outcome.reliability is not None:
        drawn.append(reliability_plot(outcome.reliability))
    if outcome.curve:
        drawn.append(learning_plot(outcome.curve))
    if len(outcome.kinds) > 1:
        by_f1 = sorted(
            outcome.kinds.items(), key=lambda one: (math.isnan(one[1]["f1"]), -one[1]["f1"], one[0])
        )
        drawn.append(bars("F1, kind by kind", {kind: told["f1"] for kind, told in by_f1[:60]}))
    return f'<div class="plots">{"".join(drawn)}</div>' if drawn else ""


def _notes(report: Report) -> str:
    told = [f"<li>{escape(note)}</li>" for note in report.outcome.notes]
    told += [f"<li>{escape(one.where)}: {escape(one.message)}</li>" for one in report.faults[:FAULTS_SHOWN]]
    if (more := len(report.faults) - FAULTS_SHOWN) > 0:
        told.append(f"<li>and {more:,} more faults</li>")
    return f"<h2>Notes and faults</h2><ul>{''.join(told)}</ul>" if told else ""


def _examples(report: Report, cases: Sequence[Case], most: int) -> str:
    if not most or not report.outcome.wrong:
        return ""
    words = {case.line: f"{case.subject.title} {case.subject.text}".strip() for case in cases}
    rows = [
        (str(line), words[line][:300], said, wanted) for line, said, wanted in report.outcome.wrong[:most]
    ]
    return _table("Rows that came out otherwise than expected", ("line", "words", "said", "expected"), rows)


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in columns) if any(columns) else ""
    body = "".join(f"<tr>{''.join(_cell(place, one) for place, one in enumerate(row))}</tr>" for row in rows)
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f'<div class="wide"><table><caption>{escape(caption)}</caption>{top}<tbody>{body}</tbody></table></div>'


def _cell(place: int, value: str) -> str:
    if place == 0:
        return f'<th scope="row">{escape(value)}</th>'
    is_number = value.replace(".", "").replace(",", "").isdigit()
    return f'<td class="n">{escape(value)}</td>' if is_number else f'<td dir="auto">{escape(value)}</td>'


def number(value: float) -> str:
    """A figure to three places; a dash where it cannot be told."""
    return "-" if math.isnan(value) else f"{value:.3f}"
