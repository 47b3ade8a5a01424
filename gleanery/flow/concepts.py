"""The imported competencies as the steps get them, and what tells that they were imported anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from gleanery.model.items import CompetencyDescription, CompetencyLabel, CompetencyRow, Framework
from gleanery.ports import Concept


def frameworks_in(session: Session) -> dict[str, str]:
    """By framework: what changes when anything of it does."""
    rows = session.exec(select(Framework.name, Framework.source_hash, Framework.imported_at))
    return {name: f"{digest} {at.isoformat()}" for name, digest, at in rows}


@dataclass(slots=True)
class _Told:
    """What the rows say of one competency."""

    labels: dict[str, None] = field(default_factory=dict)
    preferred: dict[str, str] = field(default_factory=dict)
    meanings: list[str] = field(default_factory=list)


def concepts_in(session: Session) -> tuple[Concept, ...]:
    """Every competency in use, with its labels and meaning in all languages, in a stable order."""
    told: dict[tuple[str, str], _Told] = {}
    _add_labels(session, told)
    _add_meanings(session, told)
    return tuple(
        Concept(
            framework,
            iri,
            tuple(one.labels),
            tuple(text for _, text in sorted(one.preferred.items())),
            "\n".join(one.meanings),
        )
        for (framework, iri), one in told.items()
    )


def _add_labels(session: Session, told: dict[tuple[str, str], _Told]) -> None:
    label, row = CompetencyLabel, CompetencyRow
    same = (col(row.iri) == col(label.iri)) & (col(row.framework) == col(label.framework))
    found = session.execute(
        sa_select(
            col(label.framework), col(label.iri), col(label.language), col(label.kind), col(label.label)
        )
        .join(row, same)
        .where(col(row.retired).is_(False))
        .order_by(col(label.framework), col(label.iri), col(label.label), col(label.language))
    )
    for framework, iri, language, kind, words in found:
        one = told.setdefault((framework, iri), _Told())
        one.labels[words] = None
        if kind == "preferred":
            one.preferred.setdefault(language, words)


def _add_meanings(session: Session, told: dict[tuple[str, str], _Told]) -> None:
    meaning = CompetencyDescription
    found = session.exec(
        select(meaning.framework, meaning.iri, meaning.text).order_by(
            col(meaning.framework), col(meaning.iri), col(meaning.language)
        )
    )
    for framework, iri, text in found:
        if (framework, iri) in told:
            told[framework, iri].meanings.append(" ".join(text.split()))


def mark_of(concepts: Iterable[Concept]) -> str:
    """A hash of all that the steps are told of these."""
    digest = hashlib.sha256()
    for one in concepts:
        digest.update(json.dumps(astuple(one), ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()[:16]
