"""Erases once more, in a restored house, whom an entry of the list of erasures names by ids and marks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from gleanery.flow.change import Change
from gleanery.flow.erasing import carrying_out, finding, places, receipts
from gleanery.flow.erasing.finding import Found
from gleanery.flow.erasing.mentions import Place
from gleanery.flow.erasing.statements import erase_statements
from gleanery.flow.erasing.subject import Subject
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.erasing.work import POLICY, Work
from gleanery.flow.erasure_list import Erasure
from gleanery.flow.house import House
from gleanery.flow.record import driver, stores
from gleanery.model.erasures import ErasureCase, ErasureState
from xapi.lrs.store import StatementStore


def erase_again(house: House, erasure: Erasure) -> None:
    """Take away statements, documents, words and rows, as the erasure did. Repeating it changes nothing.

    The name itself is known no more, only marks of it: they are compared with every identity that the restored
    record knows, and with the words of what was redacted then.
    """
    subject = Subject(persons=erasure.persons, handles=erasure.handles, posts=erasure.posts)
    work = Work(house, erasure.id, erasure.at, subject, Traces.marked(erasure.marks, house.vault.mark))
    with house.store.read() as session:
        found = list(_found(house, session, work, erasure))
    erase_statements(work, found)
    carrying_out.erase_documents(work)
    carrying_out.erase_posts(work)
    carrying_out.redact_quotations(work)
    with house.change() as change:
        places.drop_rows(change.session, subject, erasure.id, change.at)
        _end_case(house, change, erasure)
        change.audit("erasure.repeated", POLICY, f"erasure:{erasure.id}")


def _found(house: House, session: Session, work: Work, erasure: Erasure) -> Iterator[Found]:
    """What is on the list, and what else the marks find."""
    listed = set(erasure.statements)
    for store in stores(session):
        statements = StatementStore(driver(session), store)
        for one in filter(None, map(statements.get, erasure.statements)):
            yield Found(store, one.id, one.seq, (Place.ACTOR,))
    for found in finding.naming(house, session, work.traces, work.progress, erasure.redacted):
        if found.id not in listed:
            yield found


def _end_case(house: House, change: Change, erasure: Erasure) -> None:
    """An erasure that was asked for, or under way, when the backup was made is done by this."""
    case = change.session.get(ErasureCase, erasure.id)
    if case is None or case.state is ErasureState.DONE:
        return
    case.state, case.sealed, case.done_at = ErasureState.DONE, None, change.at
    case.receipt = receipts.written(house, change.session, case, {})
    change.session.add(case)
