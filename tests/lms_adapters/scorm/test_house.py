"""From the house into a package, from its page in an LMS back into the record: only of those with a basis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gleanery.flow import deciding, delivering
from gleanery.flow.house import House
from gleanery.flow.people import handles, persons
from gleanery.flow.people.handles import Account
from gleanery.flow.reading import read
from gleanery.flow.screening import screen
from gleanery.flow.settings import change_settings
from gleanery.model.items import DecisionVerdict
from gleanery.model.people import LinkedBy, Person
from tests.flow.learners.test_statements import stated
from tests.flow.people.deeds import LEAD, consent
from tests.house import article, file_source, items_of, make_house, records
from tests.lms_adapters.scorm.lms import LEARNER, playing
from tests.web.houses import served

pytestmark = pytest.mark.browser
LMS = "https://lms.example.org"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with one approved item and a package that is to report."""
    settings = {"path": str(tmp_path / "package.zip"), "reports": True, "realm": LMS}
    made = make_house(
        tmp_path / "house",
        sources=[file_source(records(tmp_path, [article(1, url="http://127.0.0.1:9/1")]))],
        destinations=[{"name": "scorm", "adapter": "scorm", "settings": settings}],
    )
    read(made, "catalogue")
    screen(made)
    (item,) = items_of(made).values()
    deciding.decide(made, str(item.id), DecisionVerdict.APPROVE, "curator")
    yield made
    made.close()


def linked(house: House) -> Person:
    """The person whose account at the LMS it is."""
    with house.change() as change:
        person = persons.new_person(change, LEAD)
        account = Account("lms", LMS, LEARNER)
        handle = handles.ensure_handle(change.session, house.organisation.id, account)
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True)
    return person


def learned(chromium: Browser, path: Path) -> None:
    """Open the one page in the LMS, open the source, wait until gleanery said that it heard."""
    with playing(path, "1.2") as lms:
        context = chromium.new_context()
        page: Page = context.new_page()
        page.goto(lms.address(lms.scos[0]))
        shown = page.frame_locator("iframe[name=middle]").frame_locator("iframe[name=sco]")
        with page.expect_popup():
            shown.get_by_role("link", name="Open").click()
        page.wait_for_function("api.cmi.suspend_data.split('\"told\":true').length === 3")
        context.close()


def test_what_a_learner_does_in_the_package_is_stated_of_who_has_a_basis(
    chromium: Browser, house: House, tmp_path: Path
) -> None:
    with served(house) as site:
        change_settings(house, "system", lambda document: document.update(serve={"address": site.url}))
        assert delivering.deliver(house, "scorm").delivered == 1
        learned(chromium, tmp_path / "package.zip")
        assert stated(house) == [], "nobody knows the learner"
        person = linked(house)
        consent(house, person)
        learned(chromium, tmp_path / "package.zip")
    said = stated(house)
    assert [one["verb"]["id"].rpartition("/")[2] for one in said] == ["viewed", "completed"]
    assert {one["actor"]["account"]["name"] for one in said} == {str(person.id)}
    (evidence,) = said[1]["result"]["extensions"].values()
    assert evidence == "opened"
    assert LEARNER not in str(said)
