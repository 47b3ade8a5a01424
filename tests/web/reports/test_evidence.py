"""The page of evidence by person: for those who may see the record, in both languages, with files and an address."""

from __future__ import annotations

from sqlmodel import select

from gleanery.flow.rights import Role
from gleanery.model.record import Entry
from tests.web.houses import Site


def test_an_auditor_sees_the_report_and_that_is_entered(site: Site) -> None:
    browser = site.browser("auditor", [Role.AUDITOR])
    answer = browser.get(f"{site.url}/reports/evidence")
    assert answer.status_code == 200
    assert "there is no agreement on reports that show single persons" in answer.text
    with site.house.store.read() as session:
        subjects = session.exec(select(Entry.subject).where(Entry.action == "record.read")).all()
    assert "report:evidence" in subjects


def test_it_speaks_german(site: Site) -> None:
    browser = site.browser("auditor", [Role.AUDITOR])
    answer = browser.get(f"{site.url}/reports/evidence", headers={"accept-language": "de"})
    assert "Nachweise je Person" in answer.text


def test_a_lead_who_may_not_see_the_record_sees_neither_page_nor_link(site: Site) -> None:
    browser = site.browser("lead", [Role.LEAD])
    for path in (
        "/reports/evidence",
        "/reports/evidence.csv",
        "/reports/evidence.json",
        "/api/reports/evidence",
    ):
        assert browser.get(f"{site.url}{path}").status_code == 403
    assert "/reports/evidence" not in browser.get(f"{site.url}/reports").text


def test_files_and_the_address_for_programs_hold_the_same(site: Site) -> None:
    browser = site.browser("auditor", [Role.AUDITOR])
    assert browser.get(f"{site.url}/reports/evidence.csv").text.startswith("person,unit,competency")
    told = browser.get(f"{site.url}/reports/evidence.json").json()
    shape = browser.get(f"{site.url}/api/reports/evidence").json()
    assert (told["rows"], told["is_off"]) == ([], True)
    assert (shape["items"], shape["left_out"], shape["is_off"]) == ([], 0, True)
