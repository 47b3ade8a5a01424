"""The record store inside the house: under /xapi, by its own keys, in the house's own database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gleanery.flow.house import House
from gleanery.flow.record import driver
from tests.house import make_house
from tests.web.houses import Site, served
from xapi.lrs.http.openapi import document
from xapi.lrs.http.routes import ROUTES
from xapi.lrs.keys import Keys, authority

VERSION = {"X-Experience-API-Version": "1.0.3"}
STATEMENT = {
    "actor": {"mbox": "mailto:learner@example.org"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
    "object": {"id": "https://example.org/course"},
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served house without items."""
    house = make_house(tmp_path_factory.mktemp("record"))
    with served(house) as site:
        yield site
    house.close()


@pytest.fixture(scope="module")
def client(open_house: Site) -> requests.Session:
    """A program elsewhere, with a key that may do everything."""
    return keyed(open_house.house)


def keyed(house: House, name: str = "lead") -> requests.Session:
    """A session with a new key of this house's record."""
    with house.store.write() as session:
        vouching = authority("https://lrs.example.org", name)
        secret = Keys(driver(session)).add(name, vouching, datetime.now(UTC), scopes=["all"])
    made = requests.Session()
    made.auth = (name, secret)
    made.headers.update(VERSION)
    return made


def test_a_program_elsewhere_records_and_reads_by_its_key_alone(
    open_house: Site, client: requests.Session
) -> None:
    address = f"{open_house.url}/xapi/statements"
    elsewhere = {
        "Origin": "https://course.example.org",
        "Sec-Fetch-Site": "cross-site",
        "Host": "lrs.example.org",
    }
    sent = client.post(address, json=STATEMENT, headers=elsewhere)
    assert sent.status_code == 200
    found = client.get(address, params={"statementId": sent.json()[0]})
    assert found.json()["actor"] == STATEMENT["actor"]
    with open_house.house.store.read() as session:
        stored = driver(session).execute("SELECT count(*) FROM lrs_statement").fetchone()[0]
    assert stored >= 1


def test_the_session_of_the_pages_opens_nothing_of_the_record(open_house: Site) -> None:
    browser = open_house.browser()
    assert browser.get(open_house.url).status_code == 200
    for answer in (
        browser.get(f"{open_house.url}/xapi/statements", headers=VERSION),
        browser.post(f"{open_house.url}/xapi/statements", json=STATEMENT, headers=VERSION),
    ):
        assert answer.status_code == 401


def test_a_key_of_the_record_opens_no_page(open_house: Site, client: requests.Session) -> None:
    with_key, without = client.get(open_house.url), requests.get(open_house.url, timeout=10)
    assert (with_key.status_code, with_key.text) == (without.status_code, without.text)


def test_an_answer_of_the_record_has_the_headers_of_the_pages_and_its_own(
    open_house: Site, client: requests.Session
) -> None:
    headers = client.get(f"{open_house.url}/xapi/statements").headers
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["access-control-allow-origin"] == "*"
    assert "'self'" in client.get(open_house.url).headers["content-security-policy"]


def test_a_batch_larger_than_any_form_is_taken(open_house: Site, client: requests.Session) -> None:
    long = [{**STATEMENT, "result": {"response": "x" * 500_000}} for _ in range(4)]
    assert client.post(f"{open_house.url}/xapi/statements", json=long).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/xapi/none", 404), ("/xapi/", 404), ("/xapinone", 404)])
def test_what_is_not_there_is_not_found(
    open_house: Site, client: requests.Session, path: str, status: int
) -> None:
    assert client.get(open_house.url + path).status_code == status


def test_where_the_configuration_turns_it_off_there_is_no_record_on_the_web(tmp_path: Path) -> None:
    house = make_house(tmp_path, lrs={"enabled": False})
    with served(house) as site:
        assert requests.get(f"{site.url}/xapi/about", timeout=10).status_code == 404
    house.close()


def test_what_came_by_the_web_is_written_and_sealed_when_the_serving_ends(tmp_path: Path) -> None:
    """By the record itself, since the clock may be busy reading a source for longer than a seal may wait."""
    now = [datetime.now(UTC)]
    house = make_house(tmp_path, lambda: now[0])
    with served(house) as site:
        sent = keyed(house).post(f"{site.url}/xapi/statements", json=[STATEMENT] * 20)
        assert sent.status_code == 200
        now[0] += timedelta(minutes=2)
    verdict = dict(house.verify())["statements:main"]
    assert (verdict.ok, verdict.entries, verdict.unprotected) == (True, 20, 0)
    house.close()


# ------------------------------------------------------------------ the document of the API


def test_the_document_tells_every_resource_method_and_parameter(open_house: Site) -> None:
    told = requests.get(f"{open_house.url}/xapi/extensions/openapi", timeout=10).json()
    assert told == document("/xapi")
    assert told["paths"].keys() == {f"/{path}" for path in ROUTES}
    for path, route in ROUTES.items():
        assert told["paths"][f"/{path}"].keys() == {method.lower() for method in route.actions}
        for method, action in route.actions.items():
            operation = told["paths"][f"/{path}"][method.lower()]
            asked = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
            assert asked == set(action.parameters)
            assert operation["summary"]


SCHEMA = schemathesis.openapi.from_dict(document("/xapi"))
OPERATIONS = {one.label: one for one in (found.ok() for found in SCHEMA.get_all_operations())}


def conforms(site: Site, client: requests.Session, operation: Any, examples: int) -> None:
    """Sends what the document allows and what it does not; no answer is other than it says."""
    valid = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    invalid = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=valid | invalid)
    def answered(case: Any) -> None:
        sent = case.call(base_url=f"{site.url}/xapi", session=client)
        case.validate_response(sent, checks=CHECKS)

    answered()


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_the_document_tells(
    open_house: Site, client: requests.Session, label: str
) -> None:
    conforms(open_house, client, OPERATIONS[label], 5)


@pytest.mark.proof
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_the_document_tells_two_hundred_times(open_house: Site, label: str) -> None:
    conforms(open_house, keyed(open_house.house, f"lead-{uuid4().hex}"), OPERATIONS[label], 200)
