"""gleanery.web.privacy.api: whatever a page can do a program can do, with the same refusals."""

from __future__ import annotations

from uuid import UUID

from gleanery.flow.erasing import cases
from gleanery.flow.rights import Role
from gleanery.model.erasures import ErasureState
from gleanery.web import privacy
from gleanery.web.pages import Pages
from gleanery.web.routes import declared
from tests.web.privacy.conftest import Desk


def test_every_act_of_a_page_has_an_address_of_the_api(shared: Desk) -> None:
    routes = list(declared(privacy.router(shared.house, Pages("x")).routes))
    pages = {one.policy.does for one in routes if one.policy and not one.path.startswith("/api/")}
    api = {one.policy.does for one in routes if one.policy and one.path.startswith("/api/")}
    assert pages == api


def test_a_program_erases_as_the_pages_do(desk: Desk) -> None:
    api, second = desk.officer(), desk.officer("second")
    base = f"{desk.site.url}/api/privacy"
    sought = {"text": str(desk.planted.person), "identities": list(desk.planted.asked.identities)}
    key = api.post(f"{base}/inquiries", json=sought).json()["id"]
    desk.over(UUID(key))
    assert api.get(f"{base}/inquiries/{key}").json()["held"]
    assert api.post(f"{base}/erasures", json={"inquiry": key}).status_code == 422
    api.post(f"{base}/inquiries/{key}/plan")
    desk.over(UUID(key))
    case = api.post(f"{base}/erasures", json={"inquiry": key, "reason": "asked"}).json()["id"]
    assert second.post(f"{base}/erasures/{case}/approve").status_code == 422
    for client in (api, second):
        client.post(f"{base}/erasures/{case}/plan")
        desk.over(UUID(case))
    assert api.post(f"{base}/erasures/{case}/approve").status_code == 409
    assert second.post(f"{base}/erasures/{case}/approve").status_code == 202
    desk.over(UUID(case))
    assert cases.case_of(desk.house, UUID(case)).state is ErasureState.DONE
    text = second.get(f"{base}/erasures/{case}/certificate").text
    checked = second.post(f"{base}/certificates", json={"text": text}).json()
    assert checked["agree"] == checked["statements"] > 0


def test_ledger_people_and_lists_answer_programs(shared: Desk) -> None:
    api, base = shared.officer(), f"{shared.site.url}/api/privacy"
    given = {"purpose": "curation-credit", "kind": "contract", "reference": "C 1"}
    made = api.post(f"{base}/bases", json=given)
    assert (made.status_code, made.json()["standing"]) == (201, "in-force")
    assert api.get(f"{base}/bases?kind=contract").json()["items"]
    assert api.post(f"{base}/bases/{made.json()['id']}/end").json()["standing"] == "ended"
    assert len(api.get(f"{base}/coverage").json()) == 4
    text = {"purpose": "curation-credit", "language": "en", "body": "Words."}
    assert api.post(f"{base}/texts", json=text).json()["version"] == 1
    seen = api.post(f"{base}/hr-lists", json={"text": "id;unit\n77;Harbour\n"}).json()
    shared.over(UUID(seen["id"]))
    assert api.get(f"{base}/hr-lists/{seen['id']}").json()["plan"]["counts"] == {"joins": 1}
    person = f"{base}/people/{shared.planted.person}"
    objection = api.post(f"{person}/objections", json={"purpose": "curation-credit"}).json()["id"]
    assert api.get(person).json()["objections"][0]["id"] == objection
    assert api.delete(f"{person}/objections/{objection}").status_code == 204
    assert api.get(f"{base}/people?after=nonsense").status_code == 422
    assert api.get(f"{base}/people?after=99999999999999999999999.{UUID(int=1)}").status_code == 422


def test_curators_and_administrators_cannot_erase(shared: Desk) -> None:
    client = shared.site.browser("both", roles=[Role.ADMINISTRATOR, Role.LEAD, Role.CURATOR])
    base = f"{shared.site.url}/api/privacy/erasures"
    assert client.post(base, json={"inquiry": str(UUID(int=1))}).status_code == 403
    assert client.post(f"{base}/{UUID(int=1)}/approve").status_code == 403
