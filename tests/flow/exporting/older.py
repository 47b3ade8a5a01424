"""An audit log as version 0.1 wrote it."""

from __future__ import annotations

from sqlmodel import select

from gleanery.audit import LOG
from gleanery.flow.house import House
from gleanery.model.record import AuditHead, Entry
from gleanery.model.types import micros
from xapi.chain import entry_hash, genesis


def as_of_the_first_version(house: House) -> None:
    """Chain the entries there are anew over their words, and forget their checkpoints."""
    with house.store.write() as session:
        previous = genesis(LOG)
        for entry in session.exec(select(Entry)).all():
            words = (entry.action, entry.actor, entry.subject, entry.detail)
            start = (entry.seq.to_bytes(8, "big"), micros(entry.at).to_bytes(8, "big"))
            entry.salt = None
            previous = entry.hash = entry_hash(previous, *start, *(word.encode() for word in words))
            session.add(entry)
        head = session.exec(select(AuditHead)).one()
        head.hash = previous
        session.add(head)
    for place in filter(None, (house.local_checkpoints, house.other_checkpoints)):
        place.path.unlink()
