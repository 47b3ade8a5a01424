"""The HTML page of a lesson: what the item is, where it comes from, and the link to it.

It runs no script but ours, loads nothing from elsewhere and works from any folder. What it says to the LMS stands
in the scripts beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files

from lms_adapters._lesson.course import Lesson, Part
from lms_adapters._lesson.words import Words

SHARED = ("lesson.css", "lesson.js")
"""The files that every page needs beside the script of its format."""

# `file:` because a page that is opened from a disk has no origin of its own in every browser.
_CSP = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; connect-src {}; base-uri 'none'; "
    "form-action 'none'"
)


NOTHING = "nothing"
"""The key of the one page of a package without any lesson."""


def page_path(key: str) -> str:
    """Where the page of a lesson lies in the package."""
    return f"pages/{key}.html"


def shared_file(name: str) -> bytes:
    """One of the shared files."""
    return files("lms_adapters._lesson").joinpath(name).read_bytes()


def page_of(
    lesson: Lesson | None,
    part: Part | None,
    words: Words,
    script: str,
    told: Mapping[str, str],
    *,
    title: str,
    language: str,
    connects: str = "'none'",
) -> bytes:
    """The page of a lesson, or the one that says there is none.

    `script` is the format's own in `shared/`; `told`: what it finds in the page's data attributes; `connects`: where
    it may send to.
    """
    body = "\n".join(_lesson(lesson, part, words) if lesson else [f"<p>{words.nothing}</p>"])
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in sorted(told.items()))
    said = "\n".join(
        f'<p data-say="{name}"{"" if name == "alone" else " hidden"}>{line}</p>'
        for name, line in words.said.items()
    )
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_CSP.format(escape(connects, quote=False))}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<base target="_blank">
<title>{escape(title)}</title>
<link rel="stylesheet" href="../shared/lesson.css">
</head>
<body>
<main{data}>
<h1 dir="auto">{escape(title)}</h1>
{body}
<div id="said" role="status">
{said}
</div>
<p><button type="button" id="leave" hidden>{words.leave}</button></p>
</main>
<script src="../shared/lesson.js"></script>
<script src="../shared/{script}"></script>
</body>
</html>
""".encode()


def _lesson(lesson: Lesson, part: Part | None, words: Words) -> Iterator[str]:
    entry = lesson.entry
    if lesson.place:
        yield f'<p class="place" dir="auto">{escape(lesson.place)}</p>'
    if part is not None:
        yield from _about(part, words)
    yield from (f'<p class="note" dir="auto">{escape(line)}</p>' for line in lesson.note)
    if entry.html:
        yield f'<div class="text" lang="{escape(entry.language)}" dir="auto">\n{entry.html}\n</div>'
    named = ((words.source, entry.attribution), (words.licence, entry.licence))
    yield from (f'<p class="credit">{name}: {escape(value)}</p>' for name, value in named if value)
    if entry.address:
        yield (
            f'<p><a id="source" href="{escape(entry.address)}" target="_blank" rel="noopener noreferrer">'
            f"{words.open}</a> <small>({words.opens_apart})</small></p>"
        )
    yield f'<p><button type="button" id="done" hidden>{words.done}</button></p>'


def _about(part: Part, words: Words) -> Iterator[str]:
    """What the path is for, folded away."""
    lines = [f"<p>{escape(line)}</p>" for line in part.summary]
    if part.objectives:
        lines.append(f"<p>{words.objectives}:</p>")
        lines.append(f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in part.objectives)}</ul>")
    if lines:
        yield f'<details dir="auto"><summary>{escape(part.title)}</summary>\n{"".join(lines)}\n</details>'
