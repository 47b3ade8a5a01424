"""Plots as SVG that stands in a page by itself: no script, no font, no address from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from gleanery.flow.evaluating.metrics import Bins
from gleanery.flow.evaluating.outcomes import Point

WIDE, HIGH, LEFT, TOP, SIDE = 420, 300, 48, 14, 240
"""A plot is 420 by 300, its square field of 240 begins at 48, 14."""

INK, LINE, FILL, PALE = "#1c2a33", "#0b5e8a", "#7fb3d0", "#d5dde2"


def precision_recall_plot(points: Sequence[tuple[float, float]]) -> str:
    """Precision over recall, from the surest on."""
    thin = [points[at] for at in sorted({round(step * (len(points) - 1) / 400) for step in range(401)})]
    return _framed("Precision over recall", "recall", "precision", _path(thin))


def reliability_plot(bins: Bins) -> str:
    """How often right over how sure; a bar on the diagonal keeps its word, its width tells how many rows it has."""
    most = max(bins.rows) or 1
    bars = []
    for sure, right, rows in zip(bins.sure, bins.right, bins.rows, strict=True):
        if rows and not math.isnan(right):
            wide = 4 + 14 * rows / most
            bars.append(
                f'<rect x="{_x(sure) - wide / 2:.1f}" y="{_y(right):.1f}" width="{wide:.1f}" '
                f'height="{SIDE * right:.1f}" fill="{FILL}" stroke="{LINE}"/>'
            )
    diagonal = (
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="{INK}" stroke-dasharray="4 4" fill="none"/>'
    )
    return _framed("How often right over how sure", "sureness", "share right", "".join(bars) + diagonal)


def learning_plot(curve: Sequence[Point]) -> str:
    """AUC over decisions on a scale of powers, from 0.5 on, with the least and the most of the orders."""
    told = [point for point in curve if not math.isnan(point.auc)]
    if not told:
        return ""
    last = math.log(told[-1].decisions / 10) or 1
    places = [(math.log(point.decisions / 10) / last, point) for point in told]
    marks = [
        f'<path d="M{_x(at):.1f} {_y(2 * point.least - 1):.1f}V{_y(2 * point.most - 1):.1f}" stroke="{LINE}"/>'
        f'<circle cx="{_x(at):.1f}" cy="{_y(2 * point.auc - 1):.1f}" r="4" fill="{LINE}"/>'
        f'<text x="{_x(at):.1f}" y="{_y(0) + 18}" text-anchor="middle">{point.decisions}</text>'
        for at, point in places
    ]
    line = _path([(at, 2 * point.auc - 1) for at, point in places])
    words = ("AUC over decisions", "decisions", "AUC")
    return _framed(*words, line + "".join(marks), across=(), up=("0.5", "0.75", "1"))


def bars(title: str, values: Mapping[str, float]) -> str:
    """One bar from 0 to 1 for each name, with its value."""
    rows = []
    for number, (name, value) in enumerate(values.items()):
        high, known = 8 + 24 * number, not math.isnan(value)
        shown = f"{value:.2f}" if known else "none"
        rows.append(
            f'<text x="150" y="{high + 13}" text-anchor="end">{escape(name[:24])}</text>'
            f'<rect x="158" y="{high}" width="{200 * value if known else 0:.1f}" height="16" fill="{FILL}"/>'
            f'<text x="{164 + (200 * value if known else 0):.1f}" y="{high + 13}">{shown}</text>'
        )
    return _svg(title, "".join(rows), 24 * len(values) + 12)


def _x(at: float) -> float:
    return LEFT + SIDE * at


def _y(at: float) -> float:
    return TOP + SIDE * (1 - min(max(at, 0.0), 1.0))


def _path(points: Sequence[tuple[float, float]]) -> str:
    places = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    return f'<polyline points="{places}" fill="none" stroke="{LINE}" stroke-width="2"/>'


def _framed(
    title: str,
    below: str,
    beside: str,
    inside: str,
    across: Sequence[str] = ("0", "0.5", "1"),
    up: Sequence[str] = ("0", "0.5", "1"),
) -> str:
    """Axes with their words and marks around what is plotted."""
    frame = f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{PALE}"/>'
    marks = "".join(
        f'<text x="{_x(place / 2)}" y="{_y(0) + 18}" text-anchor="middle">{mark}</text>'
        for place, mark in enumerate(across)
    ) + "".join(
        f'<text x="{LEFT - 6}" y="{_y(place / 2) + 4}" text-anchor="end">{mark}</text>'
        for place, mark in enumerate(up)
    )
    words = (
        f'<text x="{_x(0.5)}" y="{_y(0) + 38}" text-anchor="middle">{below}</text>'
        f'<text x="{LEFT}" y="{TOP - 3}">{beside}</text>'
    )
    return _svg(title, frame + marks + words + inside, HIGH)


def _svg(title: str, inside: str, high: float) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {WIDE} {high:.0f}" width="{WIDE}" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="sans-serif" font-size="12" fill="{INK}"><title>{escape(title)}</title>{inside}</svg>'
    )
