"""Competencies that a reader tells in parts, put together as the house does: what is said first counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gleanery.ports import Competency, Fault


def joined(told: Iterable[Competency | Fault]) -> dict[str, Competency]:
    """By IRI the whole of each competency."""
    found: dict[str, Competency] = {}
    for one in told:
        if isinstance(one, Fault):
            continue
        first = found.setdefault(one.iri, Competency(one.iri, ()))
        found[one.iri] = replace(
            first,
            labels=(*first.labels, *one.labels),
            parent=first.parent or one.parent,
            retired=first.retired or one.retired,
            descriptions=(*first.descriptions, *one.descriptions),
            code=first.code or one.code,
            replaced_by=first.replaced_by or one.replaced_by,
            retires_on=first.retires_on or one.retires_on,
        )
    return found
