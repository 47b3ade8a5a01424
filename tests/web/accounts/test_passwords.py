"""Signing in by name and password: invitations, wrong passwords, and what a new password ends."""

from __future__ import annotations

import secrets
from pathlib import Path
from uuid import UUID

import pytest
import requests
from sqlmodel import select

from gleanery.flow.accounts import entering, links, staff, tries
from gleanery.flow.accounts.visitors import visitor_of_session
from gleanery.flow.house import House
from gleanery.flow.rights import Role
from gleanery.model.accounts import Account, SignInTry
from gleanery.model.record import Entry
from tests.house import make_house
from tests.web.houses import Site


def a_password() -> str:
    return " ".join(secrets.token_hex(3) for _ in range(4))


def with_password(house: House, name: str, password: str, *roles: Role) -> UUID:
    """An account that signs in by this password."""
    with house.change() as change:
        made = staff.invite(house, change, name, roles or (Role.CURATOR,), "system")
        entering.set_password(house, change, made.person_id, password, "system")
    return made.person_id


def signed_in(site: Site, name: str, password: str) -> requests.Session:
    client = site.browser(None)
    answer = client.post(f"{site.url}/signin", {"name": name, "password": password}, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return client


def test_somebody_invited_chooses_a_password_and_is_in(site: Site) -> None:
    office = site.browser()
    page = office.post(f"{site.url}/accounts", {"name": "invited", "roles": "auditor"})
    assert page.status_code == 200
    link = page.text.partition("<pre>")[2].partition("</pre>")[0]
    assert link.startswith(f"{site.url}/password?link=")
    token, password, client = link.partition("link=")[2], a_password(), site.browser(None)
    for _ in range(2):
        assert "Set a password for invited" in client.get(link).text, (
            "a scanner that opens it uses nothing up"
        )
    form = {"link": token, "password": password, "repeated": password}
    assert client.post(f"{site.url}/password", form, allow_redirects=False).headers["location"] == "/record"
    assert client.get(f"{site.url}/me").status_code == 200
    assert client.post(f"{site.url}/password", form).status_code == 403, "a link is good once"
    assert signed_in(site, "Invited", password).get(f"{site.url}/me").ok, "names know no case"


@pytest.mark.parametrize(
    ("password", "repeated"),
    [
        ("short", "short"),
        ("a" * 20, "a" * 20),
        ("choosy choosy", "choosy choosy"),
        ("gleanery-gleanery", None),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_good(
    site: Site, password: str, repeated: str | None
) -> None:
    with site.house.change() as change:
        name = f"choosy{secrets.token_hex(2)}" if repeated is None else "choosy"
        held = staff.person_of(change.session, name)
        account = (
            staff.account(change.session, held)
            if held
            else staff.invite(site.house, change, name, (), "system")
        )
    path = links.password_link(site.house, account, name)
    form = {"link": path.partition("=")[2], "password": password, "repeated": repeated or password}
    client = site.browser(None)
    answer = client.post(f"{site.url}/password", form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    good = a_password()
    form |= {"password": good, "repeated": good}
    assert client.post(f"{site.url}/password", form, allow_redirects=False).status_code == 303


def test_a_password_link_is_worth_nothing_once_the_password_was_changed_otherwise(site: Site) -> None:
    with site.house.change() as change:
        account = staff.invite(site.house, change, "overtaken", (), "system")
    first, second = (links.password_link(site.house, account, "overtaken") for _ in range(2))
    password, client = a_password(), site.browser(None)
    form = {"password": password, "repeated": password}
    assert client.post(f"{site.url}/password", form | {"link": first.partition("=")[2]}).ok
    other = site.browser(None).post(f"{site.url}/password", form | {"link": second.partition("=")[2]})
    assert other.status_code == 403


def test_only_an_argon2id_hash_is_kept_and_a_weaker_one_is_made_anew(site: Site) -> None:
    from argon2 import PasswordHasher

    password = a_password()
    person_id = with_password(site.house, "rehashed", password)
    with site.house.store.write() as session:
        row = session.get_one(Account, person_id)
        assert row.password is not None
        assert row.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        row.password = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)
        session.add(row)
    signed_in(site, "rehashed", password)
    with site.house.store.read() as session:
        kept = session.get_one(Account, person_id).password
        entries = [line.detail for line in session.exec(select(Entry))]
    assert kept is not None
    assert "m=19456,t=2" in kept
    assert not [line for line in entries if password in line]


@pytest.mark.parametrize("name", ["nobody-of-this-name", "wronged", "unpassworded", "barred", "", "x" * 100])
def test_a_wrong_name_and_a_wrong_password_are_told_the_same(site: Site, name: str) -> None:
    with site.house.store.read() as session:
        is_made = staff.person_of(session, "wronged")
    if not is_made:
        with_password(site.house, "wronged", a_password())
        barred = with_password(site.house, "barred", BARRED)
        with site.house.change() as change:
            staff.invite(site.house, change, "unpassworded", (), "system")
            staff.disable(change, barred, "system")
    answer = site.browser(None).post(f"{site.url}/signin", {"name": name, "password": BARRED})
    assert answer.status_code == 403
    assert "Name or password is wrong." in answer.text
    assert not answer.cookies


BARRED = a_password()


def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password(tmp_path: Path) -> None:
    """Counted in hashings, not by the clock: one for each try, whoever is named."""
    from gleanery.flow.accounts import passwords

    house = make_house(tmp_path)
    with_password(house, "known", a_password())
    made = []
    original = passwords._HASHER
    passwords._HASHER = _Counting(made)  # type: ignore[assignment]
    try:
        for name in ("known", "unknown"):
            with pytest.raises(entering.NotLetIn):
                entering.by_password(house, name, a_password(), "127.0.0.1")
    finally:
        passwords._HASHER = original
    parameters = [kept.rpartition("$")[0].rpartition("$")[0] for kept in made]
    assert len(parameters) == 2
    assert parameters[0] == parameters[1], "both are hashed with the same cost"


class _Counting:
    """Hashes as the house does and notes against what was compared."""

    def __init__(self, made: list[str]) -> None:
        from argon2 import PasswordHasher

        self._made, self._own = made, PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    def hash(self, password: str) -> str:
        return self._own.hash(password)

    def verify(self, kept: str, password: str) -> bool:
        self._made.append(kept)
        return self._own.verify(kept, password)


def test_a_new_password_ends_every_other_session_and_keeps_this_one(site: Site) -> None:
    former, password = a_password(), a_password()
    with_password(site.house, "changing", former)
    here, elsewhere = signed_in(site, "changing", former), signed_in(site, "changing", former)
    wrong = here.post(f"{site.url}/me/password", {"former": "?", "password": password, "repeated": password})
    assert wrong.status_code == 422
    assert elsewhere.get(f"{site.url}/me").ok
    form = {"former": former, "password": password, "repeated": password}
    assert "Your password is set." in here.post(f"{site.url}/me/password", form).text
    assert here.get(f"{site.url}/me").ok
    assert elsewhere.get(f"{site.url}/me").status_code == 401
    signed_in(site, "changing", password)


def test_a_sign_in_gives_a_session_of_its_own_whatever_the_browser_brought(site: Site) -> None:
    password = a_password()
    with_password(site.house, "fixed", password)
    client, name = site.browser(None), f"gleanery-{site.house.organisation.id.hex[:8]}"
    planted = dict(site.browser().cookies)[name]
    client.cookies.set(name, planted, domain="127.0.0.1", path="/")
    form = {"name": "fixed", "password": password}
    answer = client.post(f"{site.url}/signin", form, allow_redirects=False)
    given = answer.cookies[name]
    assert given != planted
    holder = visitor_of_session(site.house, planted)
    assert holder is not None
    assert holder.account == "curator", "the planted session is still its owner's alone"
    taken = visitor_of_session(site.house, given)
    assert taken is not None
    assert taken.account == "fixed"


def test_signing_in_goes_on_to_the_page_that_was_asked_for_and_nowhere_else(site: Site) -> None:
    password = a_password()
    with_password(site.house, "going", password)
    form = {"name": "going", "password": password}
    for wanted, goes in (
        ("/?state=approved", "/?state=approved"),
        ("//attacker.example/", "/"),
        ("https://attacker.example/", "/"),
        ("/\\attacker.example", "/"),
        ("/signout", "/"),
    ):
        answer = site.browser(None).post(f"{site.url}/signin", form | {"to": wanted}, allow_redirects=False)
        assert answer.headers["location"] == goes


# --------------------------------------------------------------------------- brute force


def test_after_ten_wrong_passwords_even_the_right_one_waits_fifteen_minutes(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    now = [datetime(2026, 5, 4, 9, 0, tzinfo=UTC)]
    house = make_house(tmp_path, lambda: now[0])
    password = a_password()
    with_password(house, "guessed", password)
    for _ in range(tries.MOST_OF_NAME):
        with pytest.raises(entering.NotLetIn):
            entering.by_password(house, "guessed", a_password(), "192.0.2.1")
    with pytest.raises(tries.TooMany):
        entering.by_password(house, "Guessed ", password, "192.0.2.1")
    assert entering.by_password(house, "guessed", password, "192.0.2.2"), "another place is not shut out"
    now[0] += timedelta(minutes=14, seconds=59)
    with pytest.raises(tries.TooMany):
        entering.by_password(house, "guessed", password, "192.0.2.1")
    now[0] += timedelta(seconds=1)
    assert entering.by_password(house, "guessed", password, "192.0.2.1")


def test_one_address_may_fail_a_hundred_times_whatever_the_names(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    for number in range(tries.MOST_OF_ADDRESS):
        tries.take(house, f"name{number}", "192.0.2.9")
    with pytest.raises(tries.TooMany):
        tries.take(house, "another", "192.0.2.9")
    with pytest.raises(tries.TooMany):
        tries.take(house, "another", "::ffff:192.0.2.9")
    for number in range(tries.MOST_OF_NAME):
        tries.take(house, "v6", f"2001:db8::{number}")
    with pytest.raises(tries.TooMany):
        tries.take(house, "v6", "2001:db8::ffff")
    tries.take(house, "v6", "2001:db8:0:1::1")


def test_many_tries_at_once_pass_the_count_no_more_than_one_after_another(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    house = make_house(tmp_path)

    def try_once(_: int) -> bool:
        try:
            tries.take(house, "rushed", "192.0.2.1")
        except tries.TooMany:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(try_once, range(48))) == tries.MOST_OF_NAME


def test_tries_are_kept_under_a_key_that_tells_neither_name_nor_address(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    tries.take(house, "somebody", "192.0.2.77")
    with house.store.read() as session:
        marks = [row.mark for row in session.exec(select(SignInTry))]
    assert {len(mark) for mark in marks} == {32}
    assert house.vault.mark("sign-in 192.0.2.77") in marks
    tries.forget(house, "somebody", "192.0.2.77")
    with house.store.read() as session:
        assert not session.exec(select(SignInTry)).all()


def test_too_many_wrong_passwords_are_told_by_the_page(site: Site) -> None:
    with_password(site.house, "shut-out", a_password())
    client = site.browser(None)
    form = {"name": "shut-out", "password": a_password()}
    told = [client.post(f"{site.url}/signin", form).status_code for _ in range(11)]
    assert told == [403] * 10 + [429]
