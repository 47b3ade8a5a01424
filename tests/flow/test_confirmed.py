"""Which tags leave the house (gleanery.flow.confirmed)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from gleanery.flow import desk, record
from gleanery.flow.deciding import decide
from gleanery.flow.house import House
from gleanery.flow.items import tagging
from gleanery.flow.items.finding import find_item
from gleanery.flow.leaving import learning_items
from gleanery.flow.reports import counting
from gleanery.model.items import DecisionVerdict
from tests.flow.items.conftest import STEPS, with_items
from tests.house import article

SHEETS, RISK = "urn:c:3", "urn:c:2"
TEXT = "Spreadsheets for everyone, and how the risk of each project is managed by those who work on it."
GOALS = [{"name": "risk", "title": "Fewer surprises", "competencies": [RISK]}]


def house_of(folder: Path, leave: str | None = None) -> House:
    curation: dict[str, Any] = {"steps": STEPS} | ({"tags_that_leave": leave} if leave else {})
    return with_items(folder, {**article(9), "text": TEXT}, curation=curation)


def item_of(house: House) -> str:
    return str(next(row.id for row in desk.queue(house).rows if "9" in row.title))


def bands(house: House) -> dict[str, str]:
    return {tag.concept: tag.band for tag in desk.show(house, item_of(house)).row.tags}


def leaving(house: House, session: Session, item: str) -> tuple[set[str], tuple[str, ...]]:
    """The competencies and goals that an adapter is given."""
    (told,) = learning_items(house, session, [find_item(session, item)]).values()
    return {iri for _, iri, _ in told.competencies}, told.goals


def stated(house: House) -> set[str]:
    """The competencies of all statements there are."""
    with record.record(house.store) as statements:
        told = json.dumps([json.loads(one.raw) for one in statements.query(limit=500)])
    return {iri for iri in (SHEETS, RISK) if iri.replace(":", "%3A") in told or iri in told}


def covered(house: House) -> set[str]:
    with house.store.read() as session:
        return {one.key for one in counting.competencies(house, session)}


def test_a_proposal_leaves_in_nothing_until_a_person_confirms_it(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    item = item_of(house)
    assert bands(house) == {SHEETS: "high", RISK: "low"} | {"urn:c:1": "low"}
    decide(house, item, DecisionVerdict.APPROVE, "curator")
    with house.store.read() as session:
        assert leaving(house, session, item) == (set(), ())
    assert (stated(house), covered(house)) == (set(), set())
    tagging.add_tag(house, item, "curator", tagging.Concept("skills", RISK))
    with house.store.read() as session:
        assert leaving(house, session, item) == ({RISK}, ("risk",))
    assert stated(house) == {RISK}
    assert RISK in covered(house)
    assert SHEETS not in covered(house)
    house.close()


@pytest.mark.parametrize(("leave", "left"), [("high", {SHEETS}), ("all", {SHEETS, RISK, "urn:c:1"})])
def test_the_administrator_may_let_proposals_leave_by_their_band(
    tmp_path: Path, leave: str, left: set[str]
) -> None:
    house = house_of(tmp_path, leave)
    item = item_of(house)
    decide(house, item, DecisionVerdict.APPROVE, "curator")
    with house.store.read() as session:
        assert leaving(house, session, item)[0] == left
    assert stated(house) == left - {"urn:c:1"}
    assert covered(house) == left
    house.close()


def test_confirming_all_leaves_out_what_is_of_low_band(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    item = item_of(house)
    assert tagging.accept_tags(house, item, "curator") == 1
    assert [tag.concept for tag in desk.show(house, item).row.tags if tag.by_person] == [SHEETS]
    house.close()


def test_the_words_behind_a_proposal_are_shown_and_kept_nowhere_but_in_the_item(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    detail = desk.show(house, item_of(house))
    assert detail.spoken_for[SHEETS] == ("Spreadsheets",)
    assert "risk" in detail.spoken_for[RISK]
    with house.store.read() as session:
        kept = session.connection().exec_driver_sql("SELECT spans, params, flags, scores FROM finding").all()
    assert "readsheet" not in str(kept)
    assert SHEETS in str(kept)
    house.close()
