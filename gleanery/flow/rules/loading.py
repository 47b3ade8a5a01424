"""The rules of a set as they are kept, made ready to judge."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlmodel import Session, col, select, tuple_

from gleanery.errors import BadInput
from gleanery.flow.rules.ruling import InForce, Ruling
from gleanery.flow.rules.sets import judging, members_of, newest_set
from gleanery.flow.rules.writing import checked
from gleanery.model.rules import RuleVersion

log = structlog.get_logger()


def ruling_in(session: Session) -> Ruling:
    """The rules that are on, ready to judge."""
    row = newest_set(session)
    return Ruling(str(row.judges_as if row else 0), in_force(session, judging(members_of(row))))


def in_force(session: Session, wanted: Sequence[tuple[UUID, int]]) -> tuple[InForce, ...]:
    """These versions of rules, in this order; one that can no longer be read is left out, and logged."""
    keys = tuple_(col(RuleVersion.rule_id), col(RuleVersion.number)).in_(wanted)
    rows = {(row.rule_id, row.number): row for row in session.exec(select(RuleVersion).where(keys))}
    found = []
    for key in wanted:
        try:
            found.append(InForce(*key, checked(rows[key].body)))
        except BadInput as error:
            log.warning("rule.unusable", rule=str(key[0]), version=key[1], error=error.message)
    return tuple(found)
