"""The privacy sheet as Markdown, as a page of HTML that stands alone, or as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from html import escape
from typing import Any

from gleanery.flow.people.sheet import Grid, Sheet
from gleanery.flow.people.wording import PHRASES


def as_data(sheet: Sheet) -> dict[str, Any]:
    """Plain values for JSON: each row as heading -> value."""
    return {
        "language": sheet.language,
        "title": sheet.title,
        "made": sheet.made,
        "gaps": list(sheet.gaps),
        "tables": [
            {"title": grid.title, "rows": [dict(zip(grid.columns, row, strict=True)) for row in grid.rows]}
            for grid in sheet.grids
        ],
        "notices": [asdict(notice) for notice in sheet.notices],
    }


def as_markdown(sheet: Sheet) -> str:
    """The sheet as Markdown."""
    return "\n".join(_markdown(sheet)).rstrip() + "\n"


def _markdown(sheet: Sheet) -> Iterator[str]:
    yield f"# {sheet.title}\n\n{sheet.made}\n"
    if sheet.gaps:
        yield f"## {PHRASES[sheet.language]['gaps']}\n"
        yield from (f"* {gap}" for gap in sheet.gaps)
        yield ""
    for grid in sheet.grids:
        yield f"## {grid.title}\n"
        yield _row(grid.columns)
        yield _row(tuple("---" for _ in grid.columns))
        yield from map(_row, grid.rows)
        yield ""
    yield f"## {sheet.notices_title}\n"
    for notice in sheet.notices:
        yield f"### {notice.title}\n"
        yield from (f"**{head}.** {text}\n" for head, text in notice.parts)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
    "div{overflow-x:auto}table{border-collapse:collapse}"
    "th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top}"
)


def as_html(sheet: Sheet) -> str:
    """A page that needs nothing else: no script, no other file."""
    head = f"<title>{escape(sheet.title)}</title><style>{_STYLE}</style>"
    viewport = '<meta name="viewport" content="width=device-width">'
    body = "\n".join(_html(sheet))
    return (
        f'<!doctype html>\n<html lang="{sheet.language}"><head><meta charset="utf-8">{viewport}{head}</head>\n'
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _html(sheet: Sheet) -> Iterator[str]:
    yield f"<h1>{escape(sheet.title)}</h1><p>{escape(sheet.made)}</p>"
    if sheet.gaps:
        gaps = "".join(f"<li>{escape(gap)}</li>" for gap in sheet.gaps)
        yield f"<h2>{escape(PHRASES[sheet.language]['gaps'])}</h2><ul>{gaps}</ul>"
    for grid in sheet.grids:
        yield f"<h2>{escape(grid.title)}</h2>{_table(grid)}"
    yield f"<h2>{escape(sheet.notices_title)}</h2>"
    for notice in sheet.notices:
        yield f"<h3>{escape(notice.title)}</h3>"
        yield from (f"<p><strong>{escape(h)}.</strong> {escape(text)}</p>" for h, text in notice.parts)


def _table(grid: Grid) -> str:
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in grid.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in grid.rows
    )
    return f'<div tabindex="0"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
