"""The pages of reports: every one with its definition, its table and its files, in few queries."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import event
from sqlmodel import select

from gleanery.flow.house import House, utc_now
from gleanery.flow.reports import keeping
from gleanery.flow.reports.making import REPORTS
from gleanery.flow.rights import Role
from gleanery.model.items import CompetencyLabel, CompetencyRow, Framework, Item, ItemState, Tag
from gleanery.testing import Clock
from tests.clocks import RealClock
from tests.flow.reports.histories import History, house_with_items, reopened
from tests.house import make_house
from tests.web.houses import Site, served


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house of some days, with verdicts, deliveries and learners."""
    folder, clock = tmp_path_factory.mktemp("reports") / "house", Clock(utc_now() - timedelta(days=3))
    house = house_with_items(folder, clock)
    history = History(house, clock)
    for name, number in (
        ("approve", 0), ("approve", 1), ("reject", 2), ("deliver", 0), ("all view", 0), ("wait", 5), ("read", 1),
        ("complete", 1), ("view", 3),
    ):  # fmt: skip
        history.acts()[name](number)
    keeping.rebuild(house)
    house.close()
    return folder


@pytest.fixture(scope="module")
def site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = reopened(template, tmp_path_factory.mktemp("site") / "house", RealClock())
    with served(house) as made:
        yield made
    house.close()


@pytest.fixture(scope="module")
def browser(site: Site) -> requests.Session:
    return site.browser("lead", [Role.LEAD])


def _page(browser: requests.Session, site: Site, path: str, **query: str) -> str:
    answer = browser.get(f"{site.url}{path}", params=query)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_a_page_that_says_what_it_counts(
    site: Site, browser: requests.Session, name: str
) -> None:
    page = _page(browser, site, f"/reports/{name}")
    assert page.count('class="meaning"') == 1
    assert "<table" in page or "nothing to count" in page


def test_the_first_page_shows_every_report_by_its_number(site: Site, browser: requests.Session) -> None:
    page = _page(browser, site, "/reports")
    assert page.count('class="number"') == len(REPORTS)


def test_a_file_holds_what_the_page_shows(site: Site, browser: requests.Session) -> None:
    page = _page(browser, site, "/reports/funnel", days="7", goal="heights")
    shown = re.findall(r'<t[dh][^>]* data-value="([^"]*)"', page)
    text = _page(browser, site, "/reports/funnel/by-source.csv", days="7", goal="heights")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["source", "imported", "kept", "approved", "delivered", "opened", "completed"]
    assert [cell for row in rows[1:] for cell in row] == shown[-len(rows[1:]) * len(rows[0]) :]
    told = browser.get(
        f"{site.url}/reports/funnel/by-source.json", params={"days": "7", "goal": "heights"}
    ).json()
    assert [[str(one) for one in row.values()] for row in told["rows"]] == rows[1:]
    assert told["goal"] == "heights"


def test_the_address_of_the_period_is_shared_and_a_wrong_one_is_refused(
    site: Site, browser: requests.Session
) -> None:
    page = _page(browser, site, "/reports/funnel", since="2026-01-05", until="2026-01-09")
    assert 'value="2026-01-05"' in page
    assert "/reports/funnel/stages.csv?since=2026-01-05&amp;until=2026-01-09" in page
    for query in (
        {"since": "2026-01-09", "until": "2026-01-05"},
        {"since": "2020-01-01"},
        {"days": "0"},
        {"since": "x"},
    ):
        assert browser.get(f"{site.url}/reports/funnel", params=query).status_code == 422, query


def test_an_unknown_report_or_table_is_not_found(site: Site, browser: requests.Session) -> None:
    for path in ("/reports/nothing", "/reports/funnel/nothing.csv", "/reports/nothing/stages.json"):
        assert browser.get(f"{site.url}{path}").status_code == 404, path


def test_a_reader_is_only_led_to_what_they_may_see(site: Site, browser: requests.Session) -> None:
    lead, auditor = browser, site.browser("auditor", [Role.AUDITOR])
    assert 'href="/?' in _page(lead, site, "/reports/yield")
    assert 'href="/?' not in _page(auditor, site, "/reports/yield")
    assert 'href="/record?' in _page(auditor, site, "/reports/statements")
    assert 'href="/record?' not in _page(lead, site, "/reports/statements")


def test_who_may_not_see_reports_sees_none(site: Site) -> None:
    curator = site.browser("only-curator", [Role.CURATOR])
    for path in ("/reports", "/reports/funnel", "/reports/funnel/stages.csv"):
        assert curator.get(f"{site.url}{path}").status_code == 403, path


def test_an_empty_house_has_reports_too(tmp_path: Path) -> None:
    with served(make_house(tmp_path)) as empty:
        client = empty.browser()
        assert "not counted yet" in _page(client, empty, "/reports")
        for name in REPORTS:
            _page(client, empty, f"/reports/{name}")


def test_few_learners_are_no_number_on_any_page_or_file(tmp_path: Path) -> None:
    house = house_with_items(tmp_path / "house", Clock(utc_now()))
    history = History(house, Clock(utc_now()))
    for learner in range(3):
        history.view_by(learner, 0)
    with served(house) as few:
        client = few.browser()
        assert 'data-value="few">&lt;5<' in _page(client, few, "/reports/learners")
        assert ">&lt;5<" in _page(client, few, "/reports")
        assert _page(client, few, "/reports/learners/all.csv").splitlines() == ["opened,completed", "<5,0"]
        assert client.get(f"{few.url}/reports/learners/all.json").json()["rows"] == [
            {"opened": "<5", "completed": 0}
        ]
        told = few.program().get(f"{few.url}/api/reports/learners").json()
        assert told["figure"]["value"] == "<5"
        assert told["tables"][0]["rows"] == [["<5", 0]]


def test_the_api_tells_the_same_as_the_page(site: Site, browser: requests.Session) -> None:
    program = site.program("lead", roles=[Role.LEAD])
    listed = program.get(f"{site.url}/api/reports").json()
    assert [one["name"] for one in listed["items"]] == list(REPORTS)
    report = program.get(f"{site.url}/api/reports/funnel", params={"days": 7}).json()
    stages = next(one for one in report["tables"] if one["name"] == "stages")
    page = _page(browser, site, "/reports/funnel", days="7")
    for stage, items, *_ in stages["rows"]:
        assert re.search(rf'data-value="{stage}">.*?data-value="{items}"', page, re.DOTALL), stage
    csv_file = program.get(f"{site.url}/api/reports/funnel/stages.csv", params={"days": 7})
    assert csv_file.headers["content-type"].startswith("text/csv")
    assert csv_file.text == _page(browser, site, "/reports/funnel/stages.csv", days="7")
    assert program.get(f"{site.url}/api/reports/nothing").status_code == 404
    assert program.get(f"{site.url}/api/reports", params={"since": "2020-01-01"}).status_code == 422


def test_one_follows_a_framework_down_to_the_items_of_a_competency(template: Path, tmp_path: Path) -> None:
    house = reopened(template, tmp_path / "house", RealClock())
    _plant(house)
    with served(house) as made:
        client = made.browser("lead", [Role.LEAD])
        place = "/reports/coverage?framework=ours&amp;below=top"
        assert f'href="{place}">The top</a>' in _page(client, made, "/reports/coverage")
        below = _page(client, made, "/reports/coverage", framework="ours", below="top")
        assert 'aria-current="page">The top</span>' in below
        assert 'tag=ours%3Aleaf">leaf</a>' in below
        assert "/reports/coverage/tree.csv?days=30&amp;framework=ours&amp;below=top" in below
        level = {"framework": "ours", "below": "top"}
        assert _page(client, made, "/reports/coverage/tree.csv", **level).splitlines() == [
            "competency,framework,with_below,covered,share,items",
            "leaf,ours,1,1,1.0,1",
        ]
        told = made.program("lead", roles=[Role.LEAD]).get(f"{made.url}/api/reports/coverage", params=level)
        tree = next(one for one in told.json()["tables"] if one["name"] == "tree")
        assert tree["rows"] == [["leaf", "ours", 1, 1, 1.0, 1]]
        assert client.get(f"{made.url}/reports/coverage", params={"framework": "none"}).status_code == 422
        client.headers["accept-language"] = "de"
        assert "Im Rahmenwerk abwärts" in _page(client, made, "/reports/coverage", **level)
    house.close()


def _plant(house: House) -> None:
    """A framework of two competencies, the lower one borne by an approved item."""
    with house.change() as change:
        approved = select(Item.id).where(Item.state == ItemState.APPROVED)
        tag = Tag(framework="ours", concept="leaf", said_by="test", confidence=1,
                  item_id=change.session.exec(approved).first())  # fmt: skip
        label = CompetencyLabel(framework="ours", iri="top", language="en", kind="preferred", label="The top")
        change.session.add_all(
            [
                Framework(name="ours", source_hash="1", imported_at=change.at, competencies=2),
                CompetencyRow(framework="ours", iri="top"),
                CompetencyRow(framework="ours", iri="leaf", parent="top"),
                tag,
                label,
            ]
        )
    keeping.rebuild(house)


def test_the_number_of_queries_does_not_grow_with_items(tmp_path: Path) -> None:
    assert _queries(tmp_path / "few", 4) == _queries(tmp_path / "many", 40)


def _queries(folder: Path, items: int) -> dict[str, int]:
    house = house_with_items(folder, Clock(utc_now() - timedelta(days=1)), items)
    keeping.rebuild(house)
    house.close()
    house = reopened(folder, folder.with_name(f"{folder.name}-again"), RealClock())
    with served(house) as made:
        client = made.browser()
        return {
            path: _counted(house, client, made.url + path)
            for path in ("/reports", "/reports/yield", "/reports/coverage")
        }


def _counted(house: House, client: requests.Session, url: str) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(house.store.engine, "before_cursor_execute", note)
    client.get(url).raise_for_status()
    event.remove(house.store.engine, "before_cursor_execute", note)
    assert count
    return count
