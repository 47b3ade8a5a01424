"""Who may use which route: the matrix of every route and every role, generated from the router itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from gleanery.flow.accounts import staff
from gleanery.flow.rights import RIGHTS, Right, Role
from gleanery.web.app import create_app
from gleanery.web.routes import Declared, declared
from tests.web.houses import Site, copied, filled, served

ROLES = [*Role, None]
"""Every role, and an account that holds none."""

ONLY_IN_A_BROWSER = {
    "session.begin", "password.set-by-link",
    "visit.show", "visit.declare", "visit.answer", "visit.rate", "visit.note", "visit.report", "visit.pick",
}  # fmt: skip
"""What begins a browser's session: a program has its token already. And what somebody does whom an LMS sent."""


@pytest.fixture(scope="module")
def house_of_roles(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house of its own: nothing that is asked here reaches what other tests look at."""
    house = copied(few, tmp_path_factory.mktemp("roles") / "few")
    with served(house) as site:
        yield site
    house.close()


_KNOWN: dict[str, list[Declared]] = {}


def _routes(site: Site) -> list[Declared]:
    """Every route but those that plugins offer to platforms; the application is put together once."""
    if site.url not in _KNOWN:
        every = declared(create_app(site.house).routes)
        _KNOWN[site.url] = [one for one in every if not one.path.startswith("/in/")]
    return _KNOWN[site.url]


def _ask(site: Site, client: requests.Session, one: Declared) -> int:
    """The status of an address with ids that nobody has and a form that says nothing."""
    answer = client.request(one.method, site.url + filled(one.path), allow_redirects=False, timeout=20)
    return answer.status_code


def _browser(site: Site, role: Role | None) -> requests.Session:
    name = role.value if role else "none"
    client = site.browser(name, roles=[role] if role else [Role.LEARNER])
    if role is None:
        with site.house.change() as change:
            staff.set_roles(change, staff.find(change.session, name), [], "system")
    return client


def _held(role: Role | None) -> frozenset[Right]:
    return RIGHTS[role] if role else frozenset({Right.OWN})


_LEAVES = {"/signout", "/me/sessions/end", "/api/sessions"}
"""What ends the session that is asking; its policy is the same as that of its neighbours."""


def _wrong(site: Site, role: Role | None, asked: Callable[[Right], bool]) -> list[object]:
    """The routes that answer this role otherwise than its rights say."""
    client, held, wrong = _browser(site, role), _held(role), []
    for one in _routes(site):
        assert one.policy is not None
        right = one.policy.right
        if right is None or one.path in _LEAVES or not asked(right):
            continue
        status = _ask(site, client, one)
        if (status == 403) != (right not in held) or status in (401, 500):
            wrong.append((one.method, one.path, right.value, status))
    return wrong


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_each_role_opens_what_its_rights_say_and_nothing_else(
    house_of_roles: Site, role: Role | None
) -> None:
    """Every route that a role may not use; those that it may are opened by the first role that may, once each."""
    held = _held(role)

    def is_asked(right: Right) -> bool:
        return right not in held or next(one for one in ROLES if right in _held(one)) == role

    assert not _wrong(house_of_roles, role, is_asked)


@pytest.mark.proof
@pytest.mark.parametrize("role", ROLES, ids=str)
def test_the_whole_matrix(house_of_roles: Site, role: Role | None) -> None:
    assert not _wrong(house_of_roles, role, lambda right: True)


def test_nobody_signed_in_opens_only_what_is_open_to_everybody(house_of_roles: Site) -> None:
    site, client = house_of_roles, house_of_roles.browser(None)
    for one in _routes(site):
        assert one.policy is not None
        if one.policy.right is not None:
            assert _ask(site, client, one) == 401, one


def test_a_token_with_no_rights_and_one_of_a_disabled_account_open_nothing(house_of_roles: Site) -> None:
    site = house_of_roles
    bare, disabled = site.program("bare", []), site.program("put-out")
    with site.house.change() as change:
        staff.disable(change, staff.find(change.session, "put-out"), "system")
    for one in _routes(site):
        if one.path.startswith("/api/") and one.policy is not None and one.policy.right is not None:
            assert _ask(site, bare, one) == 403, one
            assert _ask(site, disabled, one) == 401, one


def test_no_role_does_by_itself_what_two_must_do(house_of_roles: Site) -> None:
    assert not [role for role, held in RIGHTS.items() if {Right.DECIDE, Right.ERASE} <= held]
    assert Right.ERASE not in RIGHTS[Role.CURATOR] | RIGHTS[Role.ADMINISTRATOR]
    auditor = {one.policy.does for one in _routes(house_of_roles) if one.policy and one.policy.right in
               RIGHTS[Role.AUDITOR] - {Right.OWN} and one.policy.does}  # fmt: skip
    assert auditor <= SEARCHES_AND_COPIES, "an auditor changes nothing but what they keep for themselves"


SEARCHES_AND_COPIES = {
    "search.keep", "search.forget", "search.save", "search.share",
    "export.begin", "export.cancel", "record.export", "audit.export", "record.bundle", "audit.bundle",
    "verification.begin", "verification.cancel", "record.verify", "audit.verify",
}  # fmt: skip
"""What an auditor does: none of it changes the record, the log, or what others see."""


def test_nothing_changes_the_audit_log() -> None:
    assert not [right for right in Right if right.value.startswith("audit.") and right is not Right.SEE_AUDIT]


def test_whatever_a_page_can_do_a_token_can_do(house_of_roles: Site) -> None:
    routes = [one for one in _routes(house_of_roles) if one.policy is not None and one.policy.does]
    pages = {one.policy.does for one in routes if one.policy and not one.path.startswith("/api/")}
    programs = {one.policy.does for one in routes if one.policy and one.path.startswith("/api/")}
    assert pages - programs == ONLY_IN_A_BROWSER


def test_a_token_needs_no_lesser_right_than_the_page_that_does_the_same(house_of_roles: Site) -> None:
    pages: dict[str, set[Right | None]] = {}
    programs: dict[str, set[Right | None]] = {}
    for one in _routes(house_of_roles):
        if one.policy is not None and one.policy.does:
            rights = programs if one.path.startswith("/api/") else pages
            rights.setdefault(one.policy.does, set()).add(one.policy.right)
    lesser = {
        does: asked - pages[does] for does, asked in programs.items() if does in pages and asked - pages[does]
    }
    assert not lesser


def test_a_page_changes_nothing_and_a_form_has_a_name_for_what_it_does(house_of_roles: Site) -> None:
    for one in _routes(house_of_roles):
        assert one.policy is not None
        changes = one.method not in ("GET", "HEAD")
        assert bool(one.policy.does) == changes or one.path.startswith("/api/"), one
        assert not (one.policy.does and not changes), one
