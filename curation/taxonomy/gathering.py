"""Puts together what several rows and tables say of one competency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from gleanery.ports import Competency, Fault

LabelKind = Literal["preferred", "alternative", "hidden"]

_ORDER: dict[LabelKind, int] = {"preferred": 0, "alternative": 1, "hidden": 2}


@dataclass(slots=True)
class Gathered:
    """One competency in the making. `labels` are (language, text) -> kind; `where` is its first line."""

    where: str
    labels: dict[tuple[str, str], LabelKind] = field(default_factory=dict)
    parent: str | None = None
    retired: bool = False
    code: str = ""
    replaced_by: str | None = None
    retires_on: date | None = None
    descriptions: dict[str, str] = field(default_factory=dict)

    def add(self, language: str, kind: LabelKind, text: str) -> None:
        """One label; a text that was there with a weightier kind keeps it."""
        text = " ".join(text.split())
        if text:
            self.labels[language, text] = min(
                self.labels.get((language, text), kind), kind, key=_ORDER.__getitem__
            )

    def describe(self, language: str, text: str) -> None:
        """What it means in a language; the first that is told counts."""
        if text := text.strip():
            self.descriptions.setdefault(language, text)

    def has_name(self, language: str) -> bool:
        """Whether it has a preferred label in this language."""
        return any(spoken == language and kind == "preferred" for (spoken, _), kind in self.labels.items())


def competencies(gathered: dict[str, Gathered]) -> Iterator[Competency | Fault]:
    """The competencies in the order met; one whose parent is not among them has none, and a Fault says so."""
    for iri, one in gathered.items():
        parent = one.parent if one.parent in gathered and one.parent != iri else None
        if one.parent and parent is None:
            yield Fault(
                one.where, f"the broader one {one.parent!r} is not in this framework; kept without it"
            )
        labels = sorted(
            ((language, kind, text) for (language, text), kind in one.labels.items()),
            key=lambda label: _ORDER[label[1]],
        )
        yield Competency(
            iri,
            tuple(labels),
            parent,
            one.retired,
            tuple(one.descriptions.items()),
            one.code,
            one.replaced_by,
            one.retires_on,
        )
