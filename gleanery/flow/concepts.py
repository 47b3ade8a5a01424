"""The imported competencies as the steps get them, and what tells that they were imported anew."""

from __future__ import annotations

from sqlmodel import Session, col, select

from gleanery.model.items import CompetencyLabel, CompetencyRow, Framework
from gleanery.ports import Concept


def frameworks_in(session: Session) -> dict[str, str]:
    """By framework: the digest of the files it was imported from."""
    return dict(session.exec(select(Framework.name, Framework.source_hash)).all())


def concepts_in(session: Session) -> tuple[Concept, ...]:
    """Every competency in use, with its labels in all languages, in a stable order."""
    label, row = CompetencyLabel, CompetencyRow
    same = (col(row.iri) == col(label.iri)) & (col(row.framework) == col(label.framework))
    found = session.exec(
        select(label.framework, label.iri, label.label)
        .join(row, same)
        .where(col(row.retired).is_(False))
        .order_by(col(label.framework), col(label.iri), col(label.label))
    ).all()
    labels: dict[tuple[str, str], list[str]] = {}
    for framework, iri, words in found:
        labels.setdefault((framework, iri), []).append(words)
    return tuple(Concept(framework, iri, tuple(words)) for (framework, iri), words in labels.items())
