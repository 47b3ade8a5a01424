"""The page of rules by its forms, without scripts, and the API that does the same."""

from __future__ import annotations

import re
from typing import Any

import requests

from gleanery.flow import screen
from gleanery.flow.rights import Role
from gleanery.flow.rules import keeping, showing
from gleanery.flow.rules.writing import checked
from tests.web.houses import Site

LEAD, CURATOR = [Role.LEAD], [Role.CURATOR]


def row(value: str, field: str = "words", op: str = "has", sign: str = "") -> list[tuple[str, str]]:
    return [("field", field), ("sign", sign), ("op", op), ("value", value)]


def form(*rows: list[tuple[str, str]], **more: str) -> list[tuple[str, str]]:
    values = {"name": "No ladders", "join": "all", "do": "drop", "why": "Not ours.", **more}
    return [*values.items(), *(field for one in rows for field in one)]


def rule(**more: Any) -> dict[str, Any]:
    when = {"field": "words", "op": "has", "value": "ladders"}
    return {"name": "No ladders", "when": when, "effect": {"do": "drop", "why": "Not ours."}, **more}


def test_a_rule_is_written_tried_switched_on_and_undone_by_forms_alone(own_site: Site) -> None:
    browser, url = own_site.browser("lead", LEAD), f"{own_site.url}/curation/rules"
    tried = browser.post(url, data=form(row("ladders"), do_next="try"))
    assert "It matches 1 of the last 5 items." in tried.text
    assert "1: waits for a curator → dropped" in tried.text
    assert showing.listed(own_site.house) == []
    page = browser.post(url, data=form(row("ladders"), row(""), note="Sales asked for it."))
    assert "Kept, switched off." in page.text
    assert "1: waits for a curator → dropped" in page.text
    place = page.url.partition("?")[0]
    page = browser.post(f"{place}/on", data={"note": "From today."})
    assert "Switched on." in page.text
    assert "From today." in page.text
    assert screen(own_site.house).judged == 5
    assert "dropped" in browser.get(place).text
    assert "The last change is undone" in browser.post(f"{url}/undo").text
    [line] = showing.listed(own_site.house)
    assert not line.on


def test_a_rule_that_matches_everything_is_switched_on_only_by_a_second_word(own_site: Site) -> None:
    browser, url = own_site.browser("lead", LEAD), f"{own_site.url}/curation/rules"
    page = browser.post(url, data=form(row("0", "characters", ">=")))
    assert "It would drop everything." in page.text
    place = page.url.partition("?")[0]
    refused = browser.post(f"{place}/on")
    assert refused.status_code == 409
    assert "matches 4 of 5: it would drop everything" in refused.text
    assert "Switched on." in browser.post(f"{place}/on", data={"confirmed": "true"}).text


def test_a_refused_form_comes_back_whole_and_more_rows_are_to_be_had_without_scripts(own_site: Site) -> None:
    browser, url = own_site.browser("curator", CURATOR), f"{own_site.url}/curation/rules"
    refused = browser.post(url, data=form(row("((", op="matches"), name="A pattern"))
    assert refused.status_code == 422
    assert "unclosed group" in refused.text
    assert 'value="(("' in refused.text
    assert 'value="A pattern"' in refused.text
    few = browser.get(f"{url}/new").text.count('name="op"')
    assert browser.post(url, data=form(row("a"), do_next="row")).text.count('name="op"') > few
    assert browser.post(url, data=form()).status_code == 422


def test_what_a_form_cannot_say_is_changed_as_text(own_site: Site) -> None:
    when = {"all": [{"any": [{"field": "title", "op": "has", "value": "a"}]}]}
    rule_id = keeping.add(own_site.house, "curator", checked(rule(when=when)))
    browser, place = own_site.browser("curator", CURATOR), f"{own_site.url}/curation/rules/{rule_id}"
    page = browser.get(f"{place}/edit").text
    source = re.search(r'<textarea id="source"[^>]*>(.*?)</textarea>', page, re.S)
    assert source is not None
    text = source[1].replace("&#34;", '"').replace('"title"', '"text"')
    assert "Kept." in browser.post(place, data={"as_text": "true", "source": text}).text
    assert [one.number for one in showing.show(own_site.house, rule_id).versions] == [2, 1]


def test_a_curator_writes_rules_and_a_lead_switches_them(own_site: Site) -> None:
    curator = own_site.browser("curator", CURATOR)
    page = curator.post(f"{own_site.url}/curation/rules", data=form(row("ladders")))
    assert "Switch on" not in page.text
    assert curator.post(f"{page.url.partition('?')[0]}/on").status_code == 403


def test_what_stands_in_a_rule_is_shown_as_it_is_typed(own_site: Site) -> None:
    browser = own_site.browser("lead", LEAD)
    bold = "<b>bold</b>"
    page = browser.post(
        f"{own_site.url}/curation/rules", data=form(row(bold), name=bold, why=bold, note=bold)
    )
    assert bold not in page.text
    assert page.text.count("&lt;b&gt;bold&lt;/b&gt;") >= 4


def test_the_api_does_the_same(own_site: Site) -> None:
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {own_site.token('lead', roles=LEAD)}"
    url = f"{own_site.url}/api/rules"
    tried = api.post(f"{url}/what-if", json={"rule": rule()}).json()
    assert (tried["matched"], tried["moves"]) == (1, [{"before": "waiting", "after": "dropped", "items": 1}])
    made = api.post(url, json={"rule": rule(), "why": "Sales asked."})
    assert made.status_code == 201
    place = f"{url}/{made.json()['rule']['id']}"
    assert api.get(f"{place}/what-if").json()["told"] == "matches 1 of 5"
    assert api.post(f"{place}/on", json={}).json()["rule"]["on"] is True
    everything = {"field": "characters", "op": ">=", "value": 0}
    changed = api.put(place, json={"rule": rule(when=everything)}).json()
    assert (changed["rule"]["version"], changed["rule"]["newest"]) == (1, 2)
    refused = api.post(f"{place}/on", json={})
    assert (refused.status_code, "drop everything" in refused.text) == (409, True)
    assert api.post(f"{place}/on", json={"confirmed": True}).json()["rule"]["version"] == 2
    assert api.post(f"{place}/off").json()["rule"]["on"] is False
    assert api.delete(place).json()["rules"] == []
    assert [one["name"] for one in api.post(f"{url}/undo").json()["rules"]] == ["No ladders"]
    assert api.post(url, json={"rule": {"name": "x"}}).status_code == 422
    assert api.get(f"{url}/{own_site.house.organisation.id}").status_code == 404
