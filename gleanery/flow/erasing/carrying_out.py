"""Carries an erasure out, part by part, each in small transactions.

What is left to do is found anew each time from what is there, so a run that was killed is finished by the next and
a repetition changes nothing. The order matters: first the list of erasures, so that no backup can bring back what
is gone; the rows by which a person is found come last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import structlog

from gleanery.errors import GleaneryError
from gleanery.flow import erasure_list
from gleanery.flow.delivering import deliver
from gleanery.flow.erasing import files, finding, places, quoting
from gleanery.flow.erasing.finding import Found
from gleanery.flow.erasing.statements import erase_statements
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.erasing.work import Work, batches
from gleanery.flow.erasure_list import Erasure
from gleanery.flow.record import driver, stores
from gleanery.flow.screening import screen
from xapi.lrs.documents import Documents

log = structlog.get_logger()


def carry_out(work: Work) -> None:
    """Do all parts but the last: what is there of the person afterwards is in `work.left`."""
    house = work.house
    copies = files.traces_of(house, work.subject)
    with house.store.read() as session:
        found = list(finding.naming(house, session, work.traces, work.progress))
    _enter(work, found)
    parts: tuple[tuple[str, Callable[[], None]], ...] = (
        ("statements", lambda: erase_statements(work, found)),
        ("documents", lambda: erase_documents(work)),
        ("posts", lambda: erase_posts(work)),
        ("quotations", lambda: redact_quotations(work)),
        ("items", lambda: _bring_along(work)),
        ("rows", lambda: _drop_rows(work)),
        ("files", lambda: remove_copies(work, copies)),
    )
    for number, (name, part) in enumerate(parts):
        work.progress(f"erase {name}", number, len(parts))
        part()


def _enter(work: Work, found: Sequence[Found]) -> None:
    """Enter the erasure in the list that is kept apart, unless it says all this already."""
    house, subject = work.house, work.subject
    known = next((one for one in erasure_list.read(house) if one.id == work.id), None)
    before = known or Erasure(work.id, work.at)
    entry = Erasure(
        work.id,
        before.at,
        subject.persons,
        subject.handles,
        _together(before.statements, (one.id for one in found if one.is_own)),
        _together(before.redacted, (one.id for one in found if not one.is_own)),
        subject.posts,
        subject.traces(house, house.vault.mark).marks,
    )
    if entry != known:
        erasure_list.append(house, entry)


def _together(before: tuple[UUID, ...], found: Iterable[UUID]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys([*before, *found]))


# --------------------------------------------------------------------------- the parts


def erase_documents(work: Work) -> None:
    """Delete what is kept about them as an agent, store by store."""
    with work.house.store.read() as session:
        known = [
            (store, agent)
            for store in stores(session)
            for agent in finding.documented_in(session, store, work.traces)
        ]
    for store, agent in known:
        with work.change() as change:
            gone = Documents(driver(change.session), store).forget(agent)
            work.count(change.session, documents=gone)


def erase_posts(work: Work) -> None:
    """Empty their words, batch by batch."""
    done = places.BATCH
    while done == places.BATCH:
        with work.change() as change:
            done = places.empty_posts(change.session, work.subject, change.at)
            work.count(change.session, posts=done)


def redact_quotations(work: Work) -> None:
    """Take the name out of others' words and documents, and of messages."""
    house = work.house
    with house.store.read() as session:
        posts = list(quoting.posts_naming(house, session, work.subject, work.traces, work.progress))
        documents = list(quoting.documents_naming(session, work.traces))
    for batch in batches(posts, places.BATCH):
        with work.change() as change:
            for one in batch:
                quoting.clean_post(house, change.session, one)
            work.count(change.session, **{"posts-redacted": len(batch)})
    for document in documents:
        if document.content is None:
            work.leave("document-is-no-json")
            continue
        with work.change() as change:
            quoting.clean_document(change, document)
            work.count(change.session, **{"documents-redacted": 1})
    with work.change() as change:
        rows = quoting.clean_rows(change, work.traces)
        rows += quoting.clean_refusals(change, work.traces)
        work.count(change.session, messages=rows)


def _bring_along(work: Work) -> None:
    """Have items judged without the words, and taken back where they stand; what is unreachable stays owed."""
    house = work.house
    if screen(house).busy:
        work.leave("screening-is-busy")
    for destination in house.config.destinations:
        try:
            faults = deliver(house, destination.name).faults
        except GleaneryError as error:
            log.warning("erasure.destination", destination=destination.name, error=str(error))
            faults = [(destination.name, "")]
        if faults:
            work.leave(f"destination-owed:{destination.name}")


def _drop_rows(work: Work) -> None:
    with work.change() as change:
        done = places.drop_rows(change.session, work.subject, work.id, change.at)
        work.count(change.session, **done)


def remove_copies(work: Work, traces: Traces) -> None:
    """Blot or delete copies in the data folder; backups stay, for the list is applied to them again."""
    for path in files.naming(work.house, traces):
        files.remove(path, traces)
        with work.change() as change:
            work.count(change.session, files=1)
