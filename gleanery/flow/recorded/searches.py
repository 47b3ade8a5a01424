"""Searches that somebody keeps for another day, for themselves or for all who may see the log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlmodel import col, or_, select

from gleanery.errors import BadInput, Conflict
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.searches import SavedSearch, SearchedLog

MOST = 100
RIGHT = {SearchedLog.STATEMENTS: Right.SEE_RECORD, SearchedLog.AUDIT: Right.SEE_AUDIT}
"""Who may keep searches of a log, and is shown those that are shared: who may see it."""


def kept(house: House, visitor: Visitor, log: SearchedLog) -> Sequence[SavedSearch]:
    """The searches of a log that somebody is shown: their own and those that are shared, by name."""
    theirs = or_(col(SavedSearch.person_id) == visitor.person_id, col(SavedSearch.shared))
    query = select(SavedSearch).where(SavedSearch.log == log, theirs).order_by(col(SavedSearch.name))
    with house.store.read() as session:
        return session.exec(query.limit(2 * MOST)).all()


def keep(
    house: House, visitor: Visitor, log: SearchedLog, name: str, asked: str, *, shared: bool = False
) -> SavedSearch:
    """Keep a search; one of the same name of theirs is written over. Raises: BadInput, Conflict."""
    name = " ".join(name.split())
    if not name:
        raise BadInput("A search needs a name.", remedy="Give it one by which you will know it again.")
    with house.change() as change:
        rows = change.session.exec(
            select(SavedSearch).where(SavedSearch.person_id == visitor.person_id, SavedSearch.log == log)
        ).all()
        search = next((one for one in rows if one.name == name), None)
        if search is None and len(rows) >= MOST:
            raise Conflict(f"You keep {MOST} searches already.", remedy="Delete one that you no longer use.")
        search = search or SavedSearch(
            id=uuid4(), person_id=visitor.person_id, log=log, name=name, asked="", made_at=change.at
        )
        search.asked, search.shared = asked, shared
        change.session.add(search)
        change.audit("search.kept", visitor.actor, f"search:{search.id}", log=log.value, shared=shared)
        return search


def forget(house: House, visitor: Visitor, log: SearchedLog, search_id: UUID) -> SavedSearch:
    """Delete a search of theirs. Raises: BadInput where there is none of theirs."""
    with house.change() as change:
        search = change.session.get(SavedSearch, search_id)
        if search is None or (search.person_id, search.log) != (visitor.person_id, log):
            raise BadInput("You keep no such search.", remedy="It may be gone, or somebody else's.")
        change.session.delete(search)
        change.audit("search.forgotten", visitor.actor, f"search:{search.id}", log=search.log.value)
        return search
