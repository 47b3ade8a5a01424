"""The page of a registration: the one address, deployments, the log of launches; and the API that does the same."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlmodel import col, select

from gleanery.flow import deciding, deliver, desk
from gleanery.flow.destinations import registering
from gleanery.flow.learners import scoring
from gleanery.flow.rights import Role
from gleanery.model.items import DecisionVerdict, Item
from gleanery.model.record import Entry
from tests.lti_platforms import Lms, claims_named
from tests.lti_platforms.lms import DL, query_of
from tests.web.houses import Site, copied, house_with, moved_in, post

OFFICE = [Role.ADMINISTRATOR]
ADDRESS = "https://gleanery.example.org"
TOOL = f"{ADDRESS}/in/destination-academy"


@pytest.fixture(scope="module")
def registered_house(tmp_path_factory: pytest.TempPathFactory, _told: None) -> Path:
    """The folder of a closed house with a destination for an LMS."""
    folder = tmp_path_factory.mktemp("houses") / "lti"
    made = house_with(
        folder, [post(1), post(2), post(3)], curation={"steps": [{"step": "language"}]}, serve={"address": ADDRESS},
        destinations=[{"name": "academy", "adapter": "lti"}, {"name": "file", "adapter": "cartridge"}],
        http={"allow_hosts": ["127.0.0.1"]},
    )  # fmt: skip
    for row in desk.queue(made).rows:
        deciding.decide(made, str(row.id), DecisionVerdict.APPROVE, "curator")
    report = deliver(made, "academy")
    assert (report.delivered, report.faults) == (3, [])
    made.close()
    return folder


@pytest.fixture
def lti_site(stage: Site, registered_house: Path, tmp_path: Path) -> Iterator[Site]:
    with moved_in(stage, copied(registered_house, tmp_path / "house")) as made:
        yield made


@pytest.fixture
def lms(lti_site: Site) -> Iterator[Lms]:
    def keys() -> object:
        return requests.get(f"{lti_site.url}/in/destination-academy/jwks", timeout=10).json()

    with Lms(lti_site.house.now, TOOL, keys) as running:
        running.registration_tokens.add("t")
        yield running


def register(site: Site, lms: Lms, address: str) -> requests.Response:
    """The LMS opens the address, over the wire."""
    place = address.replace(ADDRESS, site.url)
    told = {"openid_configuration": f"{lms.url}/mod/lti/openid-configuration.php", "registration_token": "t"}
    return requests.get(f"{place}&{urlencode(told)}", timeout=10)


def launch(
    site: Site,
    lms: Lms,
    deployment: str,
    wants: str = "00000000-0000-4000-8000-000000000009",
    *,
    picks: bool = False,
) -> requests.Response:
    """A launch over the wire, its cookie carried by hand as loopback has no https."""
    own = f"{site.url}/in/destination-academy"
    fields = {"iss": lms.url, "login_hint": "5", "target_link_uri": f"{TOOL}/launch"}
    began = requests.post(f"{own}/login", data=fields, allow_redirects=False, timeout=10)
    cookie = began.headers["set-cookie"].partition(";")[0]
    onward = began.headers["location"].replace(TOOL, own)
    asked_for = requests.get(onward, headers={"Cookie": cookie}, allow_redirects=False, timeout=10)
    asked = query_of(asked_for.headers["location"])
    claims = claims_named(deployment_id=deployment, custom={"gleanery": wants})
    told = lms.choice(asked["nonce"]) if picks else lms.claims(asked["nonce"], **claims)
    form = {"state": asked["state"], "id_token": lms.signed(told)}
    return requests.post(
        f"{own}/launch", data=form, headers={"Cookie": cookie}, allow_redirects=False, timeout=10
    )


def actions(site: Site) -> list[str]:
    """What the audit log holds of the destination."""
    with site.house.store.read() as session:
        found = session.exec(select(Entry).where(Entry.subject == "destination:academy")).all()
    return [one.action for one in found]


def test_an_administrator_makes_the_one_address_and_the_lms_registers_by_it(lti_site: Site, lms: Lms) -> None:
    office = lti_site.browser("office", OFFICE)
    assert "No LMS is registered yet" in office.get(f"{lti_site.url}/destinations/academy/lms").text
    page = office.post(f"{lti_site.url}/destinations/academy/lms/invite")
    address = html.unescape(page.text.partition('id="invitation" value="')[2].partition('"')[0])
    assert address.startswith(f"{TOOL}/register?token=")
    answer = register(lti_site, lms, address)
    assert (answer.status_code, "The LMS is registered" in answer.text) == (200, True)
    assert register(lti_site, lms, address).status_code == 403
    page = office.get(f"{lti_site.url}/destinations/academy/lms")
    assert lms.url in page.text
    assert "destination.invited" in actions(lti_site)
    refused = office.post(f"{lti_site.url}/destinations/academy/lms/invite")
    assert (refused.status_code, "is registered here already" in refused.text) == (422, True)


def test_a_deployment_that_waits_is_approved_on_the_page(lti_site: Site, lms: Lms) -> None:
    office = lti_site.browser("office", OFFICE)
    address = registering.invite(lti_site.house, "academy", "office")
    register(lti_site, lms, address)
    seen = launch(lti_site, lms, "8<b>")
    assert (seen.status_code, "is not approved yet" in seen.text) == (403, True)
    page = office.get(f"{lti_site.url}/destinations/academy/lms").text
    assert "Deployment 8&lt;b&gt;" in page
    assert "waits for approval" in page
    assert "is not approved yet" in page, "the log of launches says why"
    assert "learner@example.org" not in page
    where = f"{lti_site.url}/destinations/academy/lms/deployment"
    said = office.post(where, data={"deployment": "8<b>", "state": "approved"})
    assert "Approved: launches from there are let in now." in said.text
    assert office.post(where, data={"deployment": "9", "state": "approved"}).status_code == 422
    assert office.post(where, data={"deployment": "8<b>", "state": "else"}).status_code == 422
    assert "destination.deployment-approved" in actions(lti_site)
    german = office.get(where.removesuffix("/deployment"), headers={"Accept-Language": "de"}).text
    assert "noch nicht freigegeben" in german


def test_who_may_only_look_sees_no_button_and_may_do_nothing(lti_site: Site) -> None:
    curator = lti_site.browser("lead", [Role.LEAD])
    page = curator.get(f"{lti_site.url}/destinations/academy/lms")
    if page.status_code == 200:
        assert "Make the address" not in page.text
    assert curator.post(f"{lti_site.url}/destinations/academy/lms/invite").status_code == 403
    assert curator.post(f"{lti_site.url}/destinations/academy/lms/rotate-keys").status_code == 403


def test_the_api_does_the_same(lti_site: Site, lms: Lms) -> None:
    program = lti_site.program("office", roles=OFFICE)
    one = f"{lti_site.url}/api/destinations/academy/lms"
    shown = program.get(one).json()
    assert (shown["registered"], shown["addresses"]["jwks"]) == (None, f"{TOOL}/jwks")
    made = program.post(f"{one}/invite", json={"replaces": False})
    assert made.status_code == 201
    register(lti_site, lms, made.json()["address"])
    assert program.post(f"{one}/invite", json={}).status_code == 409
    assert program.get(one).json()["registered"]["client_id"] == lms.client_id
    launch(lti_site, lms, "8")
    assert program.get(f"{one}/launches").json()["items"][0]["check"] == "pending"
    decided = program.post(f"{one}/deployment", json={"deployment": "8", "state": "refused"}).json()
    assert {row["id"]: row["state"] for row in decided["deployments"]} == {"8": "refused", "3": "approved"}
    assert program.post(f"{one}/deployment", json={"deployment": "9", "state": "refused"}).status_code == 410
    assert program.post(f"{one}/rotate-keys").json() == {"published": 2}
    assert program.post(f"{one}/roster/2").status_code == 410
    assert program.get(one.replace("academy", "file")).status_code == 404
    assert program.get(one.replace("academy", "none")).status_code == 404
    fine = program.post(f"{lti_site.url}/api/destinations/academy/test").json()
    assert {check["name"]: check["ok"] for check in fine["checks"]}["token"] is True


def came(site: Site, answer: requests.Response) -> tuple[requests.Session, requests.Response, str]:
    """The page that a launch leads to, the browser that opened it, and the address of the visit."""
    assert answer.status_code == 303, answer.text
    browser = requests.Session()
    browser.headers["Sec-Fetch-Site"] = "same-origin"
    entered = browser.get(site.url + answer.headers["location"], allow_redirects=False, timeout=10)
    for cookie in browser.cookies:
        cookie.secure = False
    place = site.url + entered.headers["location"].removeprefix(ADDRESS)
    visit = re.search(r".*/learn/v/[0-9a-f-]{36}", place)
    assert visit, place
    return browser, browser.get(place, timeout=10), visit[0]


def test_from_the_teachers_choice_to_the_learners_grade(lti_site: Site, lms: Lms) -> None:
    register(lti_site, lms, registering.invite(lti_site.house, "academy", "office"))
    teacher, picker, visit = came(lti_site, launch(lti_site, lms, "3", picks=True))
    assert f"frame-ancestors {lms.url}" in picker.headers["content-security-policy"]
    with lti_site.house.store.read() as session:
        items = [str(one) for one in session.exec(select(Item.id).order_by(col(Item.seq)))]
    key = re.search(r'name="key" value="([^"]+)"', picker.text)
    assert key
    placed = teacher.post(f"{visit}/picked", data={"key": key[1], "chosen": items}, timeout=10)
    token = re.search(r'name="JWT" value="([^"]+)"', placed.text)
    assert token
    keys = KeySet.import_key_set(
        requests.get(f"{lti_site.url}/in/destination-academy/jwks", timeout=10).json()
    )
    links = jwt.decode(token[1], keys, algorithms=["RS256"]).claims[f"{DL}content_items"]
    assert [link["custom"]["gleanery"] for link in links] == items

    learner, page, visit = came(lti_site, launch(lti_site, lms, "3", items[0]))
    assert "Working with" in page.text
    assert f"frame-ancestors {lms.url}" in page.headers["content-security-policy"]
    source = re.search(r'href="([^"]+/open/[^"]+)"', page.text)
    assert source
    requests.get(lti_site.url + html.unescape(source[1]), allow_redirects=False, timeout=10)
    assert "You completed this." in learner.get(visit, timeout=10).text
    scoring.send(lti_site.house, "academy")
    scoring.send(lti_site.house, "academy")
    ((_, told),) = [one for one in lms.scores if one[1]["activityProgress"] == "Completed"]
    assert (told["userId"], told["scoreGiven"]) == ("5", 100)
    (line,) = lms.lines.values()
    assert line["resourceId"] == items[0]
    assert line["label"].startswith("Working with")


def test_the_page_of_the_destination_leads_there(lti_site: Site) -> None:
    office = lti_site.browser("office", OFFICE)
    assert "/destinations/academy/lms" in office.get(f"{lti_site.url}/destinations/academy").text
    assert "/destinations/file/lms" not in office.get(f"{lti_site.url}/destinations/file").text
    assert office.get(f"{lti_site.url}/destinations/file/lms").status_code == 404
    office.post(f"{lti_site.url}/destinations/academy/lms/test")
    assert "Not registered at an LMS yet" in office.get(f"{lti_site.url}/destinations/academy/lms").text
    assert (
        "A new key is published" in office.post(f"{lti_site.url}/destinations/academy/lms/rotate-keys").text
    )
