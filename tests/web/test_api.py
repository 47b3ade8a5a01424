"""The API as a whole: described, the same for every role, off the event loop, and with connections enough."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args

import pytest
import requests
import schemathesis
from anyio import to_thread
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import event, text

from gleanery.flow.rights import RIGHTS, Role
from gleanery.store import Store
from gleanery.store.engines import CONNECTIONS
from gleanery.web.app import create_app
from tests.web.houses import Site, copied, served


@pytest.fixture(scope="module")
def asked(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house of its own, which may be left in any state."""
    house = copied(few, tmp_path_factory.mktemp("asked") / "few")
    with served(house) as site:
        yield site
    house.close()


def test_the_description_is_open_and_names_right_and_deed_of_every_address(asked: Site) -> None:
    schema = requests.get(f"{asked.url}/api/openapi.json", timeout=10).json()
    for path, ways in schema["paths"].items():
        for method, told in ways.items():
            assert told["x-right"] is not None, path
            assert bool(told["x-does"]) or method in ("get", "post"), path
            assert told.get("summary"), path
            assert "401" in told["responses"], path
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


# --------------------------------------------------------------------------- any request whatever


def _every_request(site: Site, role: Role, examples: int) -> None:
    """Requests made from the description, good and bad; each answer must be one that is described."""
    schema = schemathesis.openapi.from_url(f"{site.url}/api/openapi.json")
    for number, result in enumerate(schema.get_all_operations()):
        _one_operation(site, result.ok(), site.token(f"{role.value}-{number}", roles=[role]), examples)


def _one_operation(site: Site, operation: Any, token: str, examples: int) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        answer = case.call(headers=headers, timeout=30)
        documented = set(operation.definition.raw["responses"])
        assert str(answer.status_code) in documented, (
            f"{case.method} {case.formatted_path}: {answer.status_code} is not described: {answer.text[:300]}"
        )
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"]

    ask()


def test_no_request_is_answered_by_what_is_not_described(asked: Site) -> None:
    for role in (Role.ADMINISTRATOR, Role.LEARNER):
        _every_request(asked, role, 1)


@pytest.mark.proof
@pytest.mark.parametrize("role", Role)
def test_two_hundred_requests_of_each_kind_by_each_role(asked: Site, role: Role) -> None:
    _every_request(asked, role, 200)


def test_a_name_that_no_body_has_is_told_and_not_passed_over(asked: Site) -> None:
    bodies = {
        one.field_info.annotation
        for route in create_app(asked.house).routes
        if isinstance(route, APIRoute) and route.path.startswith("/api/")
        for one in route.dependant.body_params
    }
    models = {model for one in bodies for model in (one, *get_args(one)) if hasattr(model, "model_config")}
    assert len(models) > 30
    assert [model for model in models if model.model_config.get("extra") != "forbid"] == []


# --------------------------------------------------------------------------- threads and connections


def test_no_query_is_made_on_the_event_loop(asked: Site) -> None:
    """Every page and list that can be opened, by somebody who holds every right, and a request that is refused."""
    engine, on_loop = asked.house.store.engine, []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        on_loop.append(statement)

    client = asked.browser("everything", roles=list(Role))
    event.listen(engine, "before_cursor_execute", note)
    paths = [path for path in _readable(asked) if "{" not in path]
    for path in paths:
        assert client.get(asked.url + path, timeout=20, allow_redirects=False).status_code < 500, path
    forged = client.post(f"{asked.url}/signout", headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    client.post(f"{asked.url}/signout")
    event.remove(engine, "before_cursor_execute", note)
    assert len(paths) >= 10
    assert not on_loop


def _readable(site: Site) -> list[str]:
    from gleanery.web.app import create_app
    from gleanery.web.routes import declared

    return [one.path for one in declared(create_app(site.house).routes) if one.method == "GET"]


def test_there_are_more_connections_than_threads_that_answer(tmp_path: Path) -> None:
    async def threads() -> float:
        return to_thread.current_default_thread_limiter().total_tokens

    assert asyncio.run(threads()) + 8 <= CONNECTIONS
    store = Store(f"sqlite:///{tmp_path / 'x.db'}")
    together = threading.Barrier(CONNECTIONS, timeout=20)

    def hold(_: int) -> bool:
        with store.engine.connect():
            together.wait()
            return True

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        assert all(pool.map(hold, range(CONNECTIONS)))
    store.close()


def test_a_fault_amid_a_reading_leaves_no_connection_behind_that_sees_the_past(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'x.db'}"
    store, other = Store(address), Store(address)
    with store.write() as session:
        session.execute(text("CREATE TABLE counted (number INTEGER)"))
        session.execute(text("INSERT INTO counted VALUES (1), (2), (3)"))
    kept = []

    def fail() -> None:
        with store.read() as session:
            kept.append(session.execute(text("SELECT number FROM counted")))
            kept[0].fetchone()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with other.write() as session:
        session.execute(text("DELETE FROM counted"))
    with store.read() as session:
        assert session.execute(text("SELECT count(*) FROM counted")).scalar_one() == 0
    with store.write() as session:
        session.execute(text("INSERT INTO counted VALUES (4)"))
    store.close()
    other.close()


def test_every_right_belongs_to_some_role() -> None:
    from gleanery.flow.rights import Right

    assert frozenset().union(*RIGHTS.values()) == frozenset(Right)
