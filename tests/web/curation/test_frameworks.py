"""The pages of frameworks and their API: lists, trees, versions, and the answer to a version that waits."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from gleanery.flow import import_frameworks
from gleanery.flow.frameworks.importing import import_framework
from gleanery.flow.rights import Role
from gleanery.web.curation.frameworks.desk import PATH
from gleanery.worker import work
from tests.web.houses import Site, house_with, moved_in, post

IRI = "https://skills.example.org"
HEADER = "id,label,alt_labels,parent,language,description,code,status,replaced_by\n"
TABLE = (
    f"{IRI}/safety,Safety,,,en,To come home whole.,S,,\n"
    f"{IRI}/safety,Sicherheit,,,de,,,,\n"
    f"{IRI}/ropes,Ropes <b>,rigging,{IRI}/safety,en,,S1,,\n"
    f"{IRI}/rooms,book rooms,rooms,,en,,,,\n"
)
LEAD, CURATOR = [Role.LEAD], [Role.CURATOR]


@pytest.fixture
def skills(tmp_path: Path) -> Path:
    """The file of the framework."""
    path = tmp_path / "skills.csv"
    path.write_text(HEADER + TABLE, "utf-8")
    return path


@pytest.fixture
def site(stage: Site, tmp_path: Path, skills: Path) -> Iterator[Site]:
    """The pages of a house with one framework whose changes are looked at first."""
    frameworks = [{"name": "ours", "path": str(skills), "review": True}]
    posts = [post(1, text="How to book rooms for a training, told in ten minutes.")]
    made = house_with(
        tmp_path / "house", posts, frameworks=frameworks, curation={"steps": [{"step": "tags"}]}
    )
    with moved_in(stage, made) as moved:
        yield moved


def _text(site: Site, path: str, account: str = "curator") -> str:
    answer = site.browser(account, CURATOR).get(site.url + path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_tree_is_gone_down_by_links_and_searched(site: Site) -> None:
    assert "ours" in _text(site, PATH)
    top = _text(site, f"{PATH}/ours")
    assert (">Safety</a>" in top, "Ropes" in top, "1 below" in top) == (True, False, True)
    below = _text(site, f"{PATH}/ours?below={IRI}/safety")
    assert "Ropes &lt;b&gt;" in below
    assert "<b>" not in below
    assert "Ropes &lt;b&gt;" in _text(site, f"{PATH}/ours?q=rigg")
    one = _text(site, f"{PATH}/ours/competency?iri={IRI}/safety")
    assert ("To come home whole." in one, "Sicherheit" in one) == (True, True)
    used = _text(site, f"{PATH}/ours/competency?iri={IRI}/rooms")
    assert 'href="/items/' in used


def test_a_version_that_waits_is_looked_at_and_brought_in_by_a_lead(site: Site, skills: Path) -> None:
    skills.write_text(
        HEADER
        + TABLE.replace("Safety", "Safety at work").replace(
            "book rooms,rooms,,en,,,,", "book rooms,rooms,,en,,,retired,"
        )
    )
    import_frameworks(site.house)
    page = _text(site, f"{PATH}/ours/versions/2")
    assert ("Safety at work" in page, "Bring it in" in page) == (True, False)
    lead = site.browser("lead", LEAD)
    assert "Bring it in" in lead.get(f"{site.url}{PATH}/ours").text
    refused = site.browser("curator", CURATOR).post(f"{site.url}{PATH}/ours/versions/2/bring-in", data={})
    assert refused.status_code == 403
    answer = lead.post(f"{site.url}{PATH}/ours/versions/2/bring-in", data={})
    assert "It is brought in now" in answer.text
    work(site.house)
    page = _text(site, f"{PATH}/ours")
    assert ("Safety at work" in page, "Version 2" in page) == (True, True)
    again = lead.post(f"{site.url}{PATH}/ours/versions/2/refuse", data={})
    assert "does not wait" in html.unescape(again.text)


def test_programs_are_told_the_same(site: Site, skills: Path) -> None:
    client = site.browser("lead", LEAD)

    def get(path: str) -> dict[str, object]:
        answer = client.get(f"{site.url}/api/frameworks{path}")
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found

    [line] = get("")["items"]  # type: ignore[misc]
    assert (line["name"], line["version"], line["in_use"], line["languages"]) == ("ours", 1, 3, ["de", "en"])
    [leaf] = get(f"/ours/level?below={IRI}/safety")["items"]  # type: ignore[misc]
    assert (leaf["label"], leaf["code"], leaf["below"]) == ("Ropes <b>", "S1", 0)
    assert get(f"/ours/competency?iri={IRI}/ropes")["labels"] == {
        "en": {"alternative": ["rigging"], "preferred": ["Ropes <b>"]}
    }
    skills.write_text(HEADER + TABLE + f"{IRI}/nets,nets,,,en,,,,\n")
    import_frameworks(site.house)
    assert get("/ours/versions/2")["state"] == "waiting"
    assert get("/ours/versions/2/changes")["items"] == [
        {"kind": "added", "iri": f"{IRI}/nets", "label": "nets", "was": "", "now": "nets"}
    ]
    answer = client.post(f"{site.url}/api/frameworks/ours/versions/2/refuse")
    assert answer.json()["state"] == "refused"
    assert client.get(f"{site.url}/api/frameworks/none/level").status_code == 404
    assert get("/ours/retired")["items"] == []


def test_a_page_asks_as_often_for_many_competencies_as_for_few(site: Site, skills: Path) -> None:
    def queries() -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        engine = site.house.store.engine
        event.listen(engine, "before_cursor_execute", note)
        client.get(f"{site.url}{PATH}/ours")
        event.remove(engine, "before_cursor_execute", note)
        return count

    client = site.browser("curator", CURATOR)
    client.get(f"{site.url}{PATH}/ours")
    few = queries()
    skills.write_text(
        HEADER + TABLE + "".join(f"{IRI}/n{number},n {number},,,en,,,,\n" for number in range(90))
    )
    import_framework(site.house, "ours", "system")
    assert "n 89" in client.get(f"{site.url}{PATH}/ours").text
    assert queries() == few
