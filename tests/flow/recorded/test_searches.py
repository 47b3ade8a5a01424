"""Searches are kept under a name, for oneself or for all who may see the log, and go with their owner."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from gleanery.errors import BadInput, Conflict
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.erasing import places, quoting
from gleanery.flow.erasing.subject import Asked, find_subject
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.house import House
from gleanery.flow.recorded import searches
from gleanery.flow.rights import rights_of
from gleanery.model.searches import SavedSearch, SearchedLog
from tests.flow.recorded.conftest import Lived

STATEMENTS, AUDIT = SearchedLog.STATEMENTS, SearchedLog.AUDIT


def visitor(house: House, account: str) -> Visitor:
    with house.store.write() as session:
        return Visitor(house.person(session, account), account, frozenset(), rights_of(()))


def names(house: House, who: Visitor, log: SearchedLog = STATEMENTS) -> list[str]:
    return [one.name for one in searches.kept(house, who, log)]


def test_a_search_is_its_owners_until_it_is_shared(own: Lived) -> None:
    ada, bea = visitor(own.house, "auditor"), visitor(own.house, "lead")
    searches.keep(own.house, ada, STATEMENTS, "  approvals  ", "verb=approve")
    assert (names(own.house, ada), names(own.house, bea)) == (["approvals"], [])
    searches.keep(own.house, ada, STATEMENTS, "approvals", "verb=reject", shared=True)
    assert names(own.house, bea) == ["approvals"]
    assert names(own.house, bea, AUDIT) == []
    (kept,) = searches.kept(own.house, ada, STATEMENTS)
    assert kept.asked == "verb=reject"


def test_only_its_owner_deletes_a_search(own: Lived) -> None:
    ada, bea = visitor(own.house, "auditor"), visitor(own.house, "lead")
    kept = searches.keep(own.house, ada, STATEMENTS, "mine", "", shared=True)
    with pytest.raises(BadInput):
        searches.forget(own.house, bea, STATEMENTS, kept.id)
    with pytest.raises(BadInput):
        searches.forget(own.house, ada, AUDIT, kept.id)
    searches.forget(own.house, ada, STATEMENTS, kept.id)
    assert names(own.house, ada) == []


def test_a_name_is_needed_and_there_is_an_end_to_them(own: Lived) -> None:
    ada = visitor(own.house, "auditor")
    with pytest.raises(BadInput):
        searches.keep(own.house, ada, AUDIT, "   ", "")
    with own.house.store.write() as session:
        for number in range(searches.MOST):
            row: dict[str, Any] = {"person_id": ada.person_id, "log": AUDIT, "name": str(number), "asked": ""}
            session.add(SavedSearch(id=uuid4(), made_at=own.house.now(), **row))
    with pytest.raises(Conflict):
        searches.keep(own.house, ada, AUDIT, "one more", "")


def test_erasing_somebody_takes_their_searches_and_those_for_them(own: Lived) -> None:
    ada, bea = visitor(own.house, "auditor"), visitor(own.house, "lead")
    searches.keep(own.house, ada, AUDIT, "mine", "")
    searches.keep(own.house, bea, AUDIT, "about them", f"person={ada.person_id}")
    searches.keep(own.house, bea, AUDIT, "by account", "actor=auditor")
    searches.keep(own.house, bea, AUDIT, "as subject", f"subject=person%3A{ada.person_id}&since=2026-01-01")
    searches.keep(own.house, bea, AUDIT, "another", "action=item.%2A")
    searches.keep(own.house, bea, AUDIT, "like their name", "actor=auditors&action=auditor.%2A")
    with own.house.change() as change:
        subject = find_subject(own.house, change.session, Asked(str(ada.person_id)))
        counted = places.drop_rows(change.session, subject, uuid4(), change.at)
        left = change.session.exec(select(SavedSearch.name)).all()
    assert counted["searches"] == 4
    assert left == ["another", "like their name"]


def test_a_name_in_the_name_of_a_search_goes_with_the_erasure(own: Lived) -> None:
    searches.keep(own.house, visitor(own.house, "lead"), AUDIT, "what Nobody Atall did", "")
    with own.house.change() as change:
        quoting.clean_rows(change, Traces.plain((), ["Nobody Atall"]))
    assert names(own.house, visitor(own.house, "lead"), AUDIT) == ["what erased did"]
