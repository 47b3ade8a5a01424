"""gleanery.web.privacy: an erasure from the preview to the certificate, with two accounts."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
import requests
from sqlalchemy import update
from sqlmodel import select

from gleanery.flow.erasing import cases
from gleanery.flow.inquiries import work
from gleanery.flow.people import persons
from gleanery.model.erasures import ErasureState
from gleanery.model.inquiries import Inquiry
from gleanery.model.record import Entry
from tests.flow.erasing.planted import found_in_files, found_in_record
from tests.web.privacy.conftest import Desk


def asked(desk: Desk, officer: requests.Session, reason: str = "they wrote") -> UUID:
    """Ask for the erasure of the planted person; its id."""
    key = desk.find_planted(officer)
    desk.post(officer, f"/privacy/inquiries/{key}/plan")
    desk.over(key)
    answer = desk.post(officer, f"/privacy/inquiries/{key}/erasure", reason=reason, understood="true")
    assert answer.status_code == 200, answer.text
    return UUID(answer.url.rpartition("/")[2])


def approved(desk: Desk, client: requests.Session, case: UUID) -> requests.Response:
    desk.post(client, f"/privacy/erasures/{case}/plan")
    desk.over(case)
    answer = desk.post(client, f"/privacy/erasures/{case}/approve", understood="true")
    desk.over(case)
    return answer


def test_two_officers_erase_somebody_and_nothing_of_them_is_left(desk: Desk) -> None:
    case = asked(desk, desk.officer())
    second = desk.officer("second")
    assert "Waits for you to look at it." in desk.get(second, "/privacy")
    page = desk.get(second, f"/privacy/erasures/{case}")
    assert "they wrote" in page
    assert approved(desk, second, case).status_code == 200
    assert cases.case_of(desk.house, case).state is ErasureState.DONE
    assert found_in_record(desk.planted) == []
    assert found_in_files(desk.planted) == []
    with desk.house.store.read() as session:
        assert session.exec(select(Inquiry)).all() == []
    page = desk.get(second, f"/privacy/erasures/{case}")
    assert "Certificate of erasure" in page
    assert desk.planted.canary not in page.lower()
    assert "they wrote" not in page


def test_whoever_asked_cannot_approve(desk: Desk) -> None:
    officer = desk.officer()
    case = asked(desk, officer)
    desk.post(officer, f"/privacy/erasures/{case}/plan")
    desk.over(case)
    answer = desk.post(officer, f"/privacy/erasures/{case}/approve", understood="true")
    assert answer.status_code == 409
    assert "cannot approve it" in answer.text
    assert desk.post(officer, f"/privacy/erasures/{case}/resume").status_code == 409
    assert cases.case_of(desk.house, case).state is ErasureState.ASKED


def test_nobody_asks_or_approves_without_having_seen_what_would_go(desk: Desk) -> None:
    officer = desk.officer()
    key = desk.find_planted(officer)
    answer = desk.post(officer, f"/privacy/inquiries/{key}/erasure", reason="early", understood="true")
    assert answer.status_code == 422
    case = asked(desk, officer)
    second = desk.officer("second")
    assert desk.post(second, f"/privacy/erasures/{case}/approve", understood="true").status_code == 422
    desk.post(second, f"/privacy/erasures/{case}/plan")
    desk.over(case)
    assert desk.post(second, f"/privacy/erasures/{case}/approve").status_code == 422
    assert cases.case_of(desk.house, case).decided_by is None


def test_a_form_without_the_tick_keeps_the_reason(desk: Desk) -> None:
    officer = desk.officer()
    key = desk.find_planted(officer)
    desk.post(officer, f"/privacy/inquiries/{key}/plan")
    desk.over(key)
    answer = desk.post(officer, f"/privacy/inquiries/{key}/erasure", reason="a long <reason>")
    assert answer.status_code == 422
    assert "a long &lt;reason&gt;</textarea>" in answer.text


def test_the_approving_page_tells_what_changed_since_it_was_asked_for(desk: Desk) -> None:
    case = asked(desk, desk.officer())
    second = desk.officer("second")
    desk.post(second, f"/privacy/erasures/{case}/plan")
    desk.over(case)
    assert "It is the same as when" in desk.get(second, f"/privacy/erasures/{case}")
    desk.planted.put("later", desk.planted.others, context={"instructor": {"mbox": desk.planted.mbox}})
    desk.post(second, f"/privacy/erasures/{case}/plan")
    desk.over(case)
    page = desk.get(second, f"/privacy/erasures/{case}")
    assert "It changed since" in page
    assert "Statements redacted: instructor: 1 → 2" in " ".join(page.split())


def test_the_erasure_of_one_more_than_was_seen_is_not_approved(desk: Desk) -> None:
    case, second = asked(desk, desk.officer()), desk.officer("second")
    desk.post(second, f"/privacy/erasures/{case}/plan")
    desk.over(case)
    with desk.house.change() as change:
        other = persons.new_person(change, "person:x").id
    desk.post(second, f"/privacy/people/{desk.planted.person}/merge", other=str(other))
    for path in (f"/privacy/erasures/{case}/approve", f"/api/privacy/erasures/{case}/approve"):
        answer = desk.post(second, path, understood="true")
        assert answer.status_code == 409
        assert "Since the preview" in answer.text
    assert cases.case_of(desk.house, case).decided_by is None
    assert "Count again" in desk.get(second, f"/privacy/erasures/{case}")
    assert approved(desk, second, case).status_code == 200
    assert cases.case_of(desk.house, case).state is ErasureState.DONE


def test_a_preview_that_was_forgotten_is_counted_anew(desk: Desk) -> None:
    case, second = asked(desk, desk.officer()), desk.officer("second")
    desk.post(second, f"/privacy/erasures/{case}/plan")
    desk.over(case)
    with desk.house.store.write() as session:
        session.execute(update(Inquiry).values(until=desk.house.now() - timedelta(seconds=1)))
    assert approved(desk, second, case).status_code == 200
    assert cases.case_of(desk.house, case).state is ErasureState.DONE


def test_whoever_asked_does_not_become_two_to_agree(desk: Desk) -> None:
    officer, second = desk.officer(), desk.officer("second")
    with desk.house.store.read() as session:
        ids = [desk.house.person(session, one) for one in ("officer", "second")]
    page = desk.post(officer, f"/privacy/people/{ids[0]}/merge", other=str(ids[1]))
    gone = page.url.rpartition("=")[2]
    for client in (officer, second):
        answer = desk.post(client, f"/privacy/people/{gone}/split")
        assert answer.status_code == 409
        assert client.post(f"{desk.site.url}/api/privacy/people/{gone}/split").status_code == 409
    assert desk.post(desk.officer("third"), f"/privacy/people/{gone}/split").status_code == 200


def test_a_refused_erasure_forgets_whom_it_was_about(desk: Desk) -> None:
    case = asked(desk, desk.officer())
    second = desk.officer("second")
    assert desk.post(second, f"/privacy/erasures/{case}/refuse").status_code == 200
    row = cases.case_of(desk.house, case)
    assert (row.state, row.sealed) == (ErasureState.REFUSED, None)
    assert desk.post(second, f"/privacy/erasures/{case}/refuse").status_code == 409


def test_an_erasure_that_was_cut_off_is_gone_on_with(desk: Desk) -> None:
    """As after kill -9: begun in the database, nobody at it."""
    case = asked(desk, desk.officer())
    cases.approve(desk.house, str(case), "second")
    cases._begun(desk.house, case)
    officer = desk.officer()
    assert "It is being carried out" in desk.get(officer, f"/privacy/erasures/{case}")
    desk.post(officer, f"/privacy/erasures/{case}/resume")
    desk.over(case)
    assert cases.case_of(desk.house, case).state is ErasureState.DONE
    assert found_in_files(desk.planted) == []


def test_a_certificate_is_checked_and_one_changed_digit_is_found(desk: Desk) -> None:
    case, second = asked(desk, desk.officer()), desk.officer("second")
    approved(desk, second, case)
    text = second.get(f"{desk.site.url}/privacy/erasures/{case}/certificate").text
    assert "statements are erased as it says" in desk.post(second, "/privacy/certificates", text=text).text
    told = json.loads(text)
    told["counts"]["posts"] = 99
    answer = desk.post(second, "/privacy/certificates", text=json.dumps(told))
    assert answer.status_code == 422
    assert "not signed by this house" in answer.text
    for hostile in ("[]", "{}", '{"signature": 1}', "[" * 100_000):
        assert desk.post(second, "/privacy/certificates", text=hostile).status_code == 422, hostile[:10]


def test_audit_entries_of_an_erasure_name_ids_and_codes_only(desk: Desk) -> None:
    case = asked(desk, desk.officer(), reason="reasons are content")
    approved(desk, desk.officer("second"), case)
    with desk.house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.subject == f"erasure:{case}")).all()
        every = " ".join(str(one.detail) for one in session.exec(select(Entry)))
    assert [one.action for one in entries] == [
        "erasure.asked",
        "erasure.approved",
        "erasure.begun",
        "erasure.done",
    ]
    assert desk.planted.canary not in every.lower()
    assert "reasons are content" not in every


@pytest.mark.parametrize(
    "path",
    [
        "/privacy/erasures/{id}",
        "/privacy/inquiries/{id}",
        "/privacy/bases/{id}",
        "/privacy/people/{id}",
        "/privacy/hr-lists/{id}",
    ],
)
def test_an_unknown_id_is_no_page(shared: Desk, path: str) -> None:
    officer = shared.officer()
    address = shared.site.url + path.format(id=UUID(int=7))
    assert officer.get(address).status_code == 404
    assert officer.get(address.replace("/privacy/", "/api/privacy/")).status_code == 404


def test_a_look_asked_for_twice_is_one_run(shared: Desk) -> None:
    officer = shared.officer()
    key = shared.find_planted(officer)
    first = work.ask(shared.house, work.EXPORT, key, "person:x")
    assert work.ask(shared.house, work.EXPORT, key, "person:y").id == first.id
