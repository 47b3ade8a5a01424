"""gleanery.web.privacy: what everybody sees and decides about themselves."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from gleanery.flow.people import ledger
from gleanery.flow.people.own import own
from gleanery.flow.rights import Role
from gleanery.model.bases import BasisKind, Purpose
from gleanery.model.people import Person
from tests.web.privacy.conftest import Desk

LEARNING = Purpose.LEARNING_RECORD


def test_a_learner_consents_in_the_words_shown_and_withdraws(desk: Desk) -> None:
    learner = desk.site.browser("learner", roles=[Role.LEARNER])
    text = ledger.add_text(desk.house, "lead", LEARNING, "en", "We keep what you <b>completed</b>.")
    page = desk.get(learner, "/me/privacy")
    assert "We keep what you &lt;b&gt;completed&lt;/b&gt;." in page
    form = {"purpose": "learning-record", "text": str(text.id)}
    assert "You consented" in desk.post(learner, "/me/privacy/consent", **form).text
    page = desk.post(learner, "/me/privacy/withdraw", purpose="learning-record").text
    assert "You consented" not in page
    assert desk.post(learner, "/me/privacy/withdraw", purpose="learning-record").status_code == 409


def test_nobody_consents_to_words_that_were_replaced_meanwhile(desk: Desk) -> None:
    learner = desk.site.browser("learner", roles=[Role.LEARNER])
    old = ledger.add_text(desk.house, "lead", LEARNING, "en", "Old words.")
    ledger.add_text(desk.house, "lead", LEARNING, "en", "New words.")
    answer = desk.post(learner, "/me/privacy/consent", purpose="learning-record", text=str(old.id))
    assert answer.status_code == 409
    assert "has changed since" in answer.text
    assert "New words." in answer.text


def test_an_objection_is_entered_and_taken_back_by_nobody_but_oneself(desk: Desk) -> None:
    learner = desk.site.browser("learner", roles=[Role.LEARNER])
    other = desk.site.browser("another", roles=[Role.LEARNER])
    agreement = ledger.Draft(LEARNING, BasisKind.WORKS_AGREEMENT, reference="BV 1")
    ledger.give(desk.house, "lead", agreement)
    assert "You object" in desk.post(learner, "/me/privacy/object", purpose="learning-record").text
    with desk.house.store.read() as session:
        key = session.exec(select(Person.id).where(Person.account == "learner")).one()
    objection = own(desk.house, key, "en").choices[0].objection
    assert objection is not None
    form = {"objection": str(objection.id)}
    assert desk.post(other, "/me/privacy/object-no-more", **form).status_code == 422
    assert "You object" not in desk.post(learner, "/me/privacy/object-no-more", **form).text


def test_ones_own_file_is_for_nobody_else(shared: Desk) -> None:
    learner = shared.site.browser("learner", roles=[Role.LEARNER])
    told = learner.post(f"{shared.site.url}/api/me/privacy/file").json()
    shared.over(UUID(told["id"]))
    address = f"{shared.site.url}/me/privacy/file/{told['id']}"
    assert learner.get(address).status_code == 200
    assert shared.site.browser("another", roles=[Role.LEARNER]).get(address).status_code == 404
    assert shared.officer().get(address).status_code == 404


def test_what_an_officer_looked_up_about_another_is_not_their_own(desk: Desk) -> None:
    """Not on their own page either, nor once they are no officer any more."""
    officer = desk.officer()
    key = desk.find_planted(officer)
    desk.post(officer, f"/privacy/inquiries/{key}/export")
    desk.over(key)
    assert officer.get(f"{desk.site.url}/privacy/inquiries/{key}/file").status_code == 200
    assert officer.get(f"{desk.site.url}/me/privacy/file/{key}").status_code == 404
    assert str(key) not in desk.get(officer, "/me/privacy")
