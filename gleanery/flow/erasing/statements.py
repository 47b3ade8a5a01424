"""Erases and redacts statements, some in each transaction, and notes what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from gleanery.flow.change import Change
from gleanery.flow.erasing.finding import Found
from gleanery.flow.erasing.mentions import mentions
from gleanery.flow.erasing.work import POLICY, Work, batches
from gleanery.flow.record import Emptied, Removal, driver
from gleanery.model.erasures import ErasedStatement
from xapi.errors import InvalidStatement
from xapi.lrs.query import Stored
from xapi.lrs.store import StatementStore, prepare

BATCH = 50


def erase_statements(work: Work, found: Sequence[Found]) -> None:
    """Erase what is theirs and redact what is others'."""
    done = 0
    for store, several in groupby(found, key=lambda one: one.store):
        for batch in batches(list(several), BATCH):
            with work.change() as change:
                _erase_some(work, change, store, batch)
            done += len(batch)
            work.progress("statements", done, len(found))


def _erase_some(work: Work, change: Change, store: str, batch: Sequence[Found]) -> None:
    """Erase and redact some statements of a store, in a transaction that counts and notes them."""
    statements = StatementStore(driver(change.session), store)
    own = [one.id for one in batch if one.is_own]
    others = (statements.get(one.id) for one in batch if not one.is_own)
    redacted = {one.id: raw for one in others if one is not None and (raw := _redacted(work, one))}
    roles = {one.id: [place.value for place in one.places] for one in batch}

    def note(emptied: list[Emptied]) -> None:
        for one in emptied:
            key = one.erased.id
            change.session.merge(_noted(work, store, one, roles[key], is_redacted=key in redacted))
        taken = sum(one.erased.id in redacted for one in emptied)
        counts = {"statements-erased": len(emptied) - taken, "statements-redacted": taken}
        work.count(change.session, **counts)
        change.session.flush()

    change.erase(Removal(own, work.reason, POLICY, store, redacted, lambda _: work.at), note)


def _redacted(work: Work, stored: Stored) -> bytes | None:
    """A statement of somebody else without the mention; None where it has none, or would not be valid."""
    clean = mentions(stored.raw, work.traces, work.house.organisation.bridge_home)
    if not clean.places:
        return None
    try:
        prepare(clean.raw, stored.version)
    except InvalidStatement:
        work.leave("statement-cannot-be-redacted")
        return None
    return clean.raw


def _noted(work: Work, store: str, one: Emptied, roles: list[str], *, is_redacted: bool) -> ErasedStatement:
    return ErasedStatement(
        erasure_id=work.id,
        store=store,
        statement_id=one.erased.id,
        seq=one.erased.seq,
        redacted=is_redacted,
        roles=roles,
        old_hash=one.erased.content_hash,
        told_by=one.erased.told_by,
        holders=list(one.holders),
        voided=bool(one.holders) and not is_redacted,
    )
