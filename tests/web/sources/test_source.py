"""A source's page and its forms, and the API that does the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import requests
from sqlalchemy import event

from gleanery.flow import readings, runs, sources, standing
from gleanery.flow.rights import Right, Role
from gleanery.flow.settings import change_settings
from gleanery.leases import held
from gleanery.model.runs import Run, RunState
from gleanery.worker import work
from tests.fakes.slack import SlackWorld
from tests.web.houses import Site


@pytest.fixture
def team(site: Site, world: SlackWorld, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a source that reads the workspace."""
    monkeypatch.setenv("SLACK_TOKEN", world.token)
    add(site, "team", world.settings())
    return f"{site.url}/sources/team"


def add(site: Site, name: str, settings: dict[str, Any], connector: str = "slack") -> None:
    entry = {"name": name, "connector": connector, "settings": settings}
    change_settings(site.house, "curator", lambda document: document.setdefault("sources", []).append(entry))


def test_an_empty_desk_says_the_next_step(browser: requests.Session, site: Site) -> None:
    page = browser.get(f"{site.url}/sources").text
    assert "No source is connected yet" in page
    assert 'href="/sources/new"' in page


def test_reading_twice_at_once_joins_the_first(browser: requests.Session, site: Site, team: str) -> None:
    assert browser.post(f"{team}/read").url.endswith("said=reading")
    second = browser.post(f"{team}/read")
    assert second.url.endswith("said=already")
    assert "already being read" in second.text
    assert "Reading team" in second.text
    assert len(runs.under_way(site.house, readings.KIND)) == 1
    work(site.house)
    assert standing.status(site.house, "team")["posts"] == 1


def test_a_run_is_stopped_from_its_part_of_the_page(browser: requests.Session, site: Site, team: str) -> None:
    browser.post(f"{team}/read")
    [run] = runs.under_way(site.house)
    assert browser.post(f"{site.url}/runs/{run.id}/cancel").url == f"{site.url}/runs"
    assert runs.find(site.house, run.id).state.value == "cancelled"
    assert browser.post(f"{site.url}/runs/{run.id}/cancel").status_code == 200  # a page an hour old


def test_who_may_not_manage_sources_stops_no_reading(
    browser: requests.Session, site: Site, team: str
) -> None:
    browser.post(f"{team}/read")
    [run] = runs.under_way(site.house)
    lead, curator = site.browser("lead", (Role.LEAD,)), site.browser("somebody", (Role.CURATOR,))
    assert "Reading team" in lead.get(f"{site.url}/runs").text
    assert lead.post(f"{site.url}/runs/{run.id}/cancel").status_code == 403
    assert "Reading team" not in curator.get(f"{site.url}/runs").text
    assert curator.post(f"{site.url}/runs/{run.id}/cancel").status_code == 404


def test_a_source_is_paused_resumed_and_edited(browser: requests.Session, site: Site, team: str) -> None:
    assert "It is paused" in browser.post(f"{team}/pause").text
    assert browser.post(f"{team}/read").status_code == 409
    assert "read again" in browser.post(f"{team}/resume").text
    settings = site.house.config.source("team").settings
    form = {"base_url": settings["base_url"], "words_may_leave": "on", "every_minutes": "30"}
    assert browser.post(f"{team}/settings", data=form).url.endswith("said=edited")
    source = site.house.config.source("team")
    assert (source.every_minutes, source.settings["words_may_leave"]) == (30, True)
    assert source.settings["token"] == {"env": "SLACK_TOKEN"}
    refused = browser.post(f"{team}/settings", data={**form, "first_days": "soon"})
    assert (refused.status_code, 'value="soon"' in refused.text) == (422, True)


def test_the_second_of_two_administrators_is_told_and_keeps_what_they_typed(
    browser: requests.Session, site: Site, team: str
) -> None:
    base = {"base_url": site.house.config.source("team").settings["base_url"]}
    seen = re.findall(r'name="seen" value="([^"]+)"', browser.get(f"{team}/settings").text)
    assert len(seen) == 1
    first = browser.post(f"{team}/settings", data={**base, "every_minutes": "30", "seen": seen[0]})
    assert first.url.endswith("said=edited")
    late = {**base, "every_minutes": "45", "domain": "plant", "seen": seen[0]}
    second = browser.post(f"{team}/settings", data=late)
    assert "Somebody changed the settings of team" in second.text
    assert all(f'value="{typed}"' in second.text for typed in ("45", "plant"))
    assert site.house.config.source("team").every_minutes == 30


def test_words_that_must_go_are_deleted_before_the_source_can_be_removed(
    browser: requests.Session, site: Site, team: str
) -> None:
    work(site.house)
    with held(site.house.store, "read:team", site.house.now) as lease:
        assert lease is not None
        page = browser.post(f"{team}/disconnect", data={"typed": "team"})
    assert (page.status_code, "its words are still here" in page.text) == (422, True)
    assert "Delete its words" in browser.get(team).text
    assert "still here" in browser.post(f"{team}/remove").text
    assert "are deleted" in browser.post(f"{team}/disconnect", data={"typed": "team"}).text
    assert browser.post(f"{team}/remove").url.endswith("said=removed")


def test_disconnecting_shows_the_plan_and_wants_the_name_typed(
    browser: requests.Session, site: Site, team: str
) -> None:
    work(site.house)
    plan = browser.get(f"{team}/disconnect").text
    assert "The words of 1 posts are deleted" in plan
    assert browser.post(f"{team}/disconnect", data={"typed": "teem"}).status_code == 422
    assert not sources.is_disconnected(site.house, "team")
    assert browser.post(f"{team}/remove").status_code == 422
    assert "is disconnected" in browser.post(f"{team}/disconnect", data={"typed": "team"}).text
    assert browser.post(f"{team}/remove").url.endswith("said=removed")
    assert browser.get(team).status_code == 404


def test_the_log_can_be_taken_along(browser: requests.Session, site: Site, team: str) -> None:
    work(site.house)
    [line] = json.loads(browser.get(f"{team}/log.json").text)
    assert (line["end"], line["new"]) == ("done", 1)
    table = browser.get(f"{team}/log.csv")
    assert table.headers["content-disposition"] == 'attachment; filename="team-log.csv"'
    assert table.text.splitlines()[0].startswith("began_at,ended_at,end,new")
    assert browser.get(f"{team}/log.xml").status_code == 422


def test_the_list_costs_as_many_queries_for_many_sources_as_for_one(
    browser: requests.Session, site: Site, team: str, world: SlackWorld
) -> None:
    asked: list[str] = []
    event.listen(site.house.store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def count() -> int:
        asked.clear()
        assert browser.get(f"{site.url}/sources").status_code == 200
        return len(asked)

    videos = {"searches": ["ladders"], "key": {"env": "SLACK_TOKEN"}}
    posts = {"users": ["@gleanery"], "bearer_token": {"env": "SLACK_TOKEN"}, "monthly_usd": 5}
    others = {"slack": world.settings(), "youtube": videos, "x": posts}
    for connector, settings in others.items():
        add(site, connector, settings, connector)
    one = count()
    for number in range(3):
        for connector, settings in others.items():
            add(site, f"{connector}{number}", settings, connector)
    assert count() == one


# --------------------------------------------------------------------------- the API


def test_a_token_does_what_the_pages_do(site: Site, world: SlackWorld, team: str) -> None:
    program = site.program("machine", roles=(Role.ADMINISTRATOR,))
    api = f"{site.url}/api/sources"
    new = {
        "name": "second",
        "connector": "slack",
        "settings": {"token": world.token, "base_url": f"{world.url}/api/"},
    }
    assert program.post(api, json=new).json()["status"] == "new"
    assert program.post(api, json=new).status_code == 422
    told = program.get(f"{api}/second").json()
    assert (told["settings"]["token"], world.token in str(told)) == ("kept", False)
    edited = program.patch(f"{api}/second", json={"every_minutes": 5}).json()
    assert (edited["every_minutes"], edited["settings"]["token"]) == (5, "kept")
    assert program.post(f"{api}/second/read").json()["joined"] is False
    work(site.house)
    assert program.get(f"{api}/second/log").json()["items"][0]["end"] == "done"
    assert program.post(f"{api}/second/pause").json() == {"changed": True}
    assert program.post(f"{api}/second/disconnect", json={"confirm": "x"}).status_code == 422
    assert program.post(f"{api}/second/disconnect", json={"confirm": "second"}).status_code == 200
    assert program.delete(f"{api}/second").json() == {"changed": True}
    assert [one["name"] for one in program.get(api).json()["items"]] == ["team"]


def test_a_token_without_the_right_changes_nothing(site: Site, team: str) -> None:
    program = site.program("watcher", rights=[Right.SEE_SOURCES], roles=(Role.ADMINISTRATOR,))
    assert program.get(f"{site.url}/api/sources/team").status_code == 200
    for path in ("read", "pause", "disconnect", "sign-in"):
        assert (
            program.post(f"{site.url}/api/sources/team/{path}", json={"confirm": "team"}).status_code == 403
        )


def test_what_is_not_there_is_404_everywhere(site: Site) -> None:
    program = site.program("machine", roles=(Role.ADMINISTRATOR,))
    for path in ("", "/log", "/usage", "/checks", "/disconnect"):
        assert program.get(f"{site.url}/api/sources/nobody{path}").status_code == 404
    for path in ("read", "pause", "resume", "release", "sign-in"):
        assert program.post(f"{site.url}/api/sources/nobody/{path}", json={}).status_code == 404
    assert program.get(f"{site.url}/api/connectors/nobody").status_code == 404
    assert (
        program.get(f"{site.url}/api/runs/{'0' * 8}-{'0' * 4}-{'0' * 4}-{'0' * 4}-{'0' * 12}").status_code
        == 404
    )


def test_a_draft_is_filled_tried_and_saved_by_a_program(site: Site, world: SlackWorld) -> None:
    program = site.program("machine", roles=(Role.ADMINISTRATOR,))
    drafts = f"{site.url}/api/source-drafts"
    draft = program.post(drafts, json={"connector": "slack"}).json()["id"]
    assert program.post(f"{drafts}/{draft}/try").status_code == 422
    settings = {"token": world.token, "base_url": f"{world.url}/api/"}
    program.patch(f"{drafts}/{draft}", json={"name": "team", "settings": settings}).raise_for_status()
    choices = program.get(f"{drafts}/{draft}/choices").json()["items"]
    assert [one["label"] for one in choices] == ["#general", "#help"]
    program.post(f"{drafts}/{draft}/try").raise_for_status()
    work(site.house)
    assert sum(one["posts"] for one in program.get(f"{drafts}/{draft}").json()["outlook"]) == 1
    assert program.post(f"{drafts}/{draft}/save").json() == {"changed": True}
    assert program.get(drafts).json()["items"] == []


def test_a_run_whose_worker_fell_silent_says_so(browser: requests.Session, site: Site, team: str) -> None:
    browser.post(f"{team}/read")
    assert "It begins in a moment." in browser.get(team).text
    [asked] = runs.under_way(site.house)
    for state, told in ((RunState.WAITING, "It still waits"), (RunState.RUNNING, "it is taken up again")):
        with site.house.store.write() as session:
            run = session.get(Run, asked.id)
            assert run is not None
            run.state, run.seen_at = state, site.house.now() - 2 * runs.SILENT
            session.add(run)
        assert told in browser.get(team).text
