"""A collection as a page: what it is for, and its steps in their order, each a link with what must be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape

from gleanery.ports import LearningCollection, LearningStep
from lms_adapters._text import plain, web_address

_SUMMARY = 4_000
_SOURCE = 2_000


@dataclass(frozen=True, slots=True)
class _Words:
    """Our own few words on the page; {} is filled in."""

    objectives: str
    competencies: str
    optional: str
    until: str
    within: str
    after: str


_ENGLISH = _Words(
    objectives="What you learn",
    competencies="Competencies",
    optional="optional",
    until="by {}",
    within="within {} days of starting",
    after="after: {}",
)
_GERMAN = _Words(
    objectives="Was Sie lernen",
    competencies="Kompetenzen",
    optional="freiwillig",
    until="bis {}",
    within="innerhalb von {} Tagen nach dem Beginn",
    after="nach: {}",
)


def page_of(collection: LearningCollection, language: str) -> str:
    """The collection as HTML, every word of it escaped."""
    words = _GERMAN if language.split("-")[0].lower() == "de" else _ENGLISH
    return "\n".join(_parts(collection, words))


def _parts(collection: LearningCollection, words: _Words) -> Iterator[str]:
    yield from (
        f"<p>{escape(line)}</p>" for line in collection.summary[:_SUMMARY].split("\n") if line.strip()
    )
    if collection.objectives:
        yield f"<h3>{words.objectives}</h3>\n<ul>{''.join(map(_item, map(plain, collection.objectives)))}</ul>"
    if due := _due(collection.due_on, collection.due_days, words):
        yield f"<p><strong>{escape(due)}</strong></p>"
    tag = "ol" if collection.ordered else "ul"
    titles = {step.item.id: plain(step.item.title) for step in collection.steps}
    steps = "\n".join(
        f"<li>{_step(step, words, titles.get(step.after) if step.after else None)}</li>"
        for step in collection.steps
    )
    yield f"<{tag}>\n{steps}\n</{tag}>"
    labels = ", ".join(label for _, _, name in collection.competencies if (label := plain(name)))
    if labels:
        yield f"<p>{words.competencies}: {escape(labels)}</p>"


def _item(text: str) -> str:
    return f"<li>{escape(text)}</li>"


def _step(step: LearningStep, words: _Words, first: str | None) -> str:
    """The link, then what the curators say of it, then whom it is from. `first`: what must be done before."""
    address = web_address(step.url)
    title = escape(plain(step.item.title) or address or str(step.item.id))
    link = f'<a href="{escape(address)}">{title}</a>' if address else title
    said = ["" if step.required else words.optional, words.after.format(first) if first else ""]
    said.append(_due(step.due_on, step.due_days, words))
    said = [part for part in said if part]
    lines = [link + (f" ({escape(', '.join(said))})" if said else "")]
    lines += [escape(line) for line in step.note.split("\n") if line.strip()]
    source = " · ".join(
        part for part in (plain(step.item.attribution, _SOURCE), plain(step.item.licence or "")) if part
    )
    return "<br>".join([*lines, *([f"<em>{escape(source)}</em>"] if source else [])])


def _due(on: date | None, days: int | None, words: _Words) -> str:
    if on is not None:
        return words.until.format(on.isoformat())
    return words.within.format(days) if days else ""
