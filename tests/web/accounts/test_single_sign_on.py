"""Single sign-on: a real provider on loopback, and one that lies."""

from __future__ import annotations

import importlib
import secrets
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from gleanery.errors import ConfigError
from gleanery.flow.accounts import staff
from gleanery.flow.accounts.visitors import visitor_of_session
from gleanery.flow.house import House
from gleanery.flow.rights import Role
from tests.fakes.identity import Identity
from tests.house import make_house
from tests.web.houses import Site, served

OUTSIDE = "https://gleanery.example.org"


@contextmanager
def _vouched_by(
    folder: Path, issuer: str, client_secret: str, monkeypatch: pytest.MonkeyPatch, **changes: Any
) -> Iterator[Site]:
    """The pages of a house with one provider."""
    monkeypatch.setenv("COMPANY_SECRET", client_secret)
    provider = {
        "name": "company", "label": "Company sign-in", "issuer": issuer, "client_id": "gleanery",
        "client_secret": {"env": "COMPANY_SECRET"}, **changes,
    }  # fmt: skip
    house = make_house(folder, serve={"address": OUTSIDE}, signing_in={"providers": [provider]})
    with served(house) as site:
        yield site
    house.close()


@pytest.fixture
def identity() -> Iterator[Identity]:
    with Identity() as made:
        yield made


@pytest.fixture
def company(tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A house whose provider admits everybody as a learner."""
    with _vouched_by(tmp_path, identity.url, identity.client_secret, monkeypatch, admit=True) as site:
        yield site


def _go(site: Site, client: requests.Session) -> str:
    """Where the browser is sent to sign in."""
    answer = client.get(f"{site.url}/signin/with/company", allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def _back(site: Site, client: requests.Session, address: str) -> requests.Response:
    """The way back; the address that the provider knows is the one outside."""
    return client.get(address.replace(OUTSIDE, site.url), allow_redirects=False)


def _sign_in(site: Site, identity: Identity) -> tuple[requests.Session, requests.Response]:
    client = site.browser(None)
    return client, _back(site, client, identity.consent(_go(site, client)))


def _name(site: Site, client: requests.Session) -> str | None:
    cookie = client.cookies.get(f"gleanery-{site.house.organisation.id.hex[:8]}")
    visitor = visitor_of_session(site.house, cookie)
    return visitor.account if visitor else None


# --------------------------------------------------------------------------- a provider that works


def test_a_real_provider_signs_somebody_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the provider uses what its libraries have deprecated
        mock = importlib.import_module("oidc_provider_mock")
        with mock.run_server_in_thread() as server:
            issuer = f"http://localhost:{server.server_port}"
            requests.put(f"{issuer}/users/u-7", json={"preferred_username": "analyst"}, timeout=5)
            with _vouched_by(tmp_path, issuer, secrets.token_hex(8), monkeypatch, admit=True) as site:
                client = site.browser(None)
                address = _go(site, client)
                asked = parse_qs(urlsplit(address).query)
                assert asked["code_challenge_method"] == ["S256"]
                assert asked["redirect_uri"] == [f"{OUTSIDE}/signin/from/company"]
                consented = requests.post(address, {"sub": "u-7"}, allow_redirects=False, timeout=5)
                answer = _back(site, client, consented.headers["location"])
                assert answer.status_code == 200, answer.text
                assert _name(site, client) == "analyst"


def test_the_way_goes_on_by_a_page_of_ours_because_the_cookie_is_strict(
    company: Site, identity: Identity
) -> None:
    client, answer = _sign_in(company, identity)
    assert 'http-equiv="refresh" content="0; url=/me"' in answer.text
    set_cookies = [line.lower() for line in answer.raw.headers.getlist("set-cookie")]
    session = next(line for line in set_cookies if "-way=" not in line)
    assert "samesite=strict" in session
    assert "httponly" in session
    assert client.get(f"{company.url}/me").ok
    assert "Company sign-in" in requests.get(f"{company.url}/signin", timeout=5).text


def test_somebody_is_known_by_issuer_and_subject_whatever_else_they_are_called(
    company: Site, identity: Identity
) -> None:
    _sign_in(company, identity)
    identity.claims = {"sub": "u-1", "preferred_username": "renamed", "email": "x@example.org"}
    client, _ = _sign_in(company, identity)
    assert _name(company, client) == "analyst"


def test_a_name_that_somebody_has_is_not_taken_over(company: Site, identity: Identity) -> None:
    company.browser("curator")
    identity.claims = {"sub": "u-2", "preferred_username": "Curator", "email": "curator@example.org"}
    client, _ = _sign_in(company, identity)
    name = _name(company, client)
    assert name is not None
    assert name.startswith("Curator-")
    with company.house.store.read() as session:
        held = staff.roles_of(session, staff.find(session, name))
    assert held == {Role.LEARNER}


@pytest.mark.parametrize("claim", [None, "", 7, ["a", "b"], "<script>", "x" * 500])
def test_any_suggested_name_makes_one_that_can_be_one(
    company: Site, identity: Identity, claim: object
) -> None:
    identity.claims = {"sub": f"u-{claim}"[:40], "preferred_username": claim}
    client, answer = _sign_in(company, identity)
    assert answer.status_code == 200
    assert (_name(company, client) or "").isprintable()
    assert len(_name(company, client) or "") <= 64


def test_roles_follow_the_groups_and_others_stay(
    tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = {"learning-team": "curator", "it": "administrator"}
    settings: dict[str, Any] = {"admit": True, "roles_claim": "groups", "roles_from": groups}
    with _vouched_by(tmp_path, identity.url, identity.client_secret, monkeypatch, **settings) as site:

        def held() -> set[Role]:
            _sign_in(site, identity)
            with site.house.store.read() as session:
                return set(staff.roles_of(session, staff.find(session, "analyst")))

        identity.claims["groups"] = ["learning-team", "it", "unknown"]
        assert held() == {Role.LEARNER, Role.CURATOR, Role.ADMINISTRATOR}
        identity.claims["groups"] = "learning-team"
        assert held() == {Role.LEARNER, Role.CURATOR, Role.ADMINISTRATOR}, "the last administrator stays one"
        site.browser("office")
        assert held() == {Role.LEARNER, Role.CURATOR}


def test_an_unknown_person_waits_until_an_administrator_lets_them_in(
    tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _vouched_by(tmp_path, identity.url, identity.client_secret, monkeypatch) as site:
        client, answer = _sign_in(site, identity)
        assert answer.status_code == 403
        assert "Ask an administrator" in answer.text
        assert _name(site, client) is None
        _sign_in(site, identity)
        office, program = site.browser(), site.program()
        waiting = program.get(f"{site.url}/api/pending-sign-ins").json()["items"]
        assert [one["name"] for one in waiting] == ["analyst"]
        assert "analyst" in office.get(f"{site.url}/accounts").text
        admit = f"{site.url}/accounts/pending/{waiting[0]['id']}/admit"
        assert office.post(admit, {"roles": "auditor"}).ok
        assert office.post(admit, {"roles": "auditor"}).status_code == 410, "twice is told"
        client, _ = _sign_in(site, identity)
        assert _name(site, client) == "analyst"
        assert client.get(f"{site.url}/me").ok


def test_who_waits_can_be_let_in_as_an_account_there_is_or_be_turned_away(
    tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _vouched_by(tmp_path, identity.url, identity.client_secret, monkeypatch) as site:
        program = site.program()
        _sign_in(site, identity)
        identity.claims = {"sub": "u-2", "preferred_username": "nobody"}
        _sign_in(site, identity)
        waiting = {
            one["name"]: one["id"] for one in program.get(f"{site.url}/api/pending-sign-ins").json()["items"]
        }
        office = site.browser()
        known = f"{site.url}/accounts/pending/{waiting['analyst']}/admit"
        refused = office.post(known, {"account": "unknown", "roles": "auditor"})
        assert refused.status_code == 422
        assert 'value="unknown"' in refused.text, "what was typed is still there"
        assert f'id="role-{waiting["analyst"]}-auditor" name="roles" value="auditor" checked' in refused.text
        assert office.post(known, {"account": "curator"}).ok
        assert office.post(f"{site.url}/accounts/pending/{waiting['nobody']}/turn-away").ok
        assert program.get(f"{site.url}/api/pending-sign-ins").json()["items"] == []
        identity.claims = {"sub": "u-1"}
        client, _ = _sign_in(site, identity)
        assert _name(site, client) == "curator"


def test_who_waited_and_then_came_in_by_themselves_waits_no_more(
    tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _vouched_by(tmp_path, identity.url, identity.client_secret, monkeypatch) as site:
        _sign_in(site, identity)
        office, program, path = site.browser(), site.program(), f"{site.url}/api/pending-sign-ins"
        [waiting] = program.get(path).json()["items"]
        asked = site.house.config.signing_in
        admitting = asked.providers[0].model_copy(update={"admit": True})
        changed = {"signing_in": asked.model_copy(update={"providers": (admitting,)})}
        site.house.config = site.house.config.model_copy(update=changed)
        client, _ = _sign_in(site, identity)
        assert _name(site, client) == "analyst"
        assert program.get(path).json()["items"] == []
        admit = f"{site.url}/accounts/pending/{waiting['id']}/admit"
        assert office.post(admit, {"roles": "auditor"}).status_code == 410


def test_only_those_who_are_allowed_come_in(
    tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: dict[str, Any] = {"admit": True, "allowed": {"groups": ["staff"]}}
    with _vouched_by(tmp_path, identity.url, identity.client_secret, monkeypatch, **settings) as site:
        for groups, lets_in in ((["guests"], False), (None, False), (["staff", "guests"], True)):
            identity.claims["groups"] = groups
            client, answer = _sign_in(site, identity)
            assert (answer.status_code == 200) == lets_in
            assert (_name(site, client) is not None) == lets_in


def test_a_disabled_account_is_not_let_in_by_its_provider(company: Site, identity: Identity) -> None:
    client, _ = _sign_in(company, identity)
    company.browser("office")
    with company.house.change() as change:
        staff.disable(change, staff.find(change.session, "analyst"), "system")
    client, answer = _sign_in(company, identity)
    assert answer.status_code == 409
    assert _name(company, client) is None


# --------------------------------------------------------------------------- answers that are wrong

Lie = Callable[[dict[str, Any]], dict[str, Any]]


def _without(name: str) -> Lie:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


LIES: dict[str, Lie] = {
    "another issuer": lambda claims: claims | {"iss": "https://attacker.example"},
    "another audience": lambda claims: claims | {"aud": "another-app"},
    "several audiences and no party": lambda claims: claims | {"aud": ["gleanery", "another-app"]},
    "another party": lambda claims: claims | {"azp": "another-app"},
    "another nonce": lambda claims: claims | {"nonce": secrets.token_hex(8)},
    "no nonce": _without("nonce"),
    "no subject": _without("sub"),
    "no end": _without("exp"),
    "no issuer": _without("iss"),
    "no audience": _without("aud"),
    "an empty subject": lambda claims: claims | {"sub": ""},
    "a subject that is no text": lambda claims: claims | {"sub": 7},
    "a long subject": lambda claims: claims | {"sub": "x" * 256},
    "an identity that ran out": lambda claims: (
        claims | {"iat": claims["iat"] - 900, "exp": claims["iat"] - 600}
    ),
    "an identity of tomorrow": lambda claims: (
        claims | {"iat": claims["iat"] + 86_400, "nbf": claims["iat"] + 86_400}
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_identity_that_does_not_fit_signs_nobody_in(company: Site, identity: Identity, lie: str) -> None:
    identity.lie = LIES[lie]
    client, answer = _sign_in(company, identity)
    assert answer.status_code == 409
    assert _name(company, client) is None


def test_an_identity_that_is_not_signed_by_the_providers_key_signs_nobody_in(
    company: Site, identity: Identity
) -> None:
    identity.sign_with_another_key()
    assert _sign_in(company, identity)[1].status_code == 409
    header = "eyJhbGciOiJub25lIn0"
    for raw in (f"{header}.e30.", "a.b.c", "", "x" * 5000):
        identity.raw_token = raw
        client, answer = _sign_in(company, identity)
        assert answer.status_code == 409
        assert _name(company, client) is None


def test_an_identity_signed_with_the_shared_secret_signs_nobody_in(company: Site, identity: Identity) -> None:
    key = OctKey.import_key(identity.client_secret)
    identity.raw_token = jwt.encode({"alg": "HS256"}, {"iss": identity.url, "sub": "u-1"}, key)
    assert _sign_in(company, identity)[1].status_code == 409


@pytest.mark.parametrize("state", ["", "guessed", "💥"])
def test_an_answer_to_what_was_not_asked_is_refused(company: Site, identity: Identity, state: str) -> None:
    client = company.browser(None)
    back = identity.consent(_go(company, client)).partition("&state=")[0]
    answer = _back(company, client, f"{back}&state={state}")
    assert answer.status_code == 409
    assert not [one for one in identity.asked if one.path == "/token"], "the code is not even sent"


def test_an_answer_in_another_browser_is_refused(company: Site, identity: Identity) -> None:
    """Login CSRF: the answer of one's own sign-in, planted in the browser of another."""
    back = identity.consent(_go(company, company.browser(None)))
    victim = company.browser(None)
    assert _back(company, victim, back).status_code == 409
    _go(company, victim)
    assert _back(company, victim, back).status_code == 409
    assert _name(company, victim) is None


def test_an_answer_is_good_once(company: Site, identity: Identity) -> None:
    client = company.browser(None)
    address = _go(company, client)
    way = client.cookies.copy()
    back = identity.consent(address)
    assert _back(company, client, back).status_code == 200
    thief = company.browser(None)
    thief.cookies.update(way)
    assert _back(company, thief, back).status_code == 409
    assert _name(company, thief) is None
    assert len([one for one in identity.asked if one.path == "/token"]) == 1


def test_an_answer_that_took_longer_than_ten_minutes_is_refused(
    tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from gleanery.flow.accounts.providers import NotVouched, SingleSignOn
    from gleanery.flow.house import utc_now

    late = [timedelta(0)]
    monkeypatch.setenv("COMPANY_SECRET", identity.client_secret)
    provider = {"name": "company", "issuer": identity.url, "client_id": "gleanery"}
    house = make_house(
        tmp_path,
        lambda: utc_now() + late[0],
        serve={"address": OUTSIDE},
        signing_in={"providers": [provider]},
    )
    sign_on = SingleSignOn(house)
    address, way = sign_on.begin("company")
    query = {name: values[0] for name, values in parse_qs(urlsplit(identity.consent(address)).query).items()}
    late[0] = timedelta(minutes=10, seconds=1)
    with pytest.raises(NotVouched, match="too long"):
        sign_on.finish("company", way, query)
    with pytest.raises(NotVouched):
        sign_on.finish("company", way[:-8] + "AAAAAAA=", query)


def test_the_way_back_is_the_configured_address_whatever_host_was_asked(
    company: Site, identity: Identity
) -> None:
    headers = {"Host": "localhost"}
    answer = requests.get(
        f"{company.url}/signin/with/company", headers=headers, allow_redirects=False, timeout=5
    )
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == [f"{OUTSIDE}/signin/from/company"]
    forwarded = {"X-Forwarded-Host": "attacker.example", "Forwarded": "host=attacker.example"}
    answer = requests.get(
        f"{company.url}/signin/with/company", headers=forwarded, allow_redirects=False, timeout=5
    )
    assert "attacker" not in answer.headers["location"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://attacker.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": ""},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_gone_to(
    company: Site, identity: Identity, metadata: dict[str, Any]
) -> None:
    identity.metadata = metadata
    answer = company.browser(None).get(f"{company.url}/signin/with/company", allow_redirects=False)
    assert answer.status_code in (422, 503)
    assert "location" not in answer.headers


def test_a_provider_that_is_down_or_says_no_is_told_in_words(company: Site, identity: Identity) -> None:
    identity.interrupt("cut")
    down = company.browser(None).get(f"{company.url}/signin/with/company", allow_redirects=False)
    assert down.status_code == 503
    client = company.browser(None)
    state = parse_qs(urlsplit(_go(company, client)).query)["state"][0]
    denied = _back(company, client, f"{OUTSIDE}/signin/from/company?error=access_denied&state={state}")
    assert denied.status_code == 409
    assert "did not sign anybody in" in denied.text
    assert company.browser(None).get(f"{company.url}/signin/with/another").status_code == 404


def test_the_clients_secret_and_the_code_stand_in_no_log_and_no_table(
    company: Site, identity: Identity, capsys: pytest.CaptureFixture[str]
) -> None:
    _sign_in(company, identity)
    code = next(one.form["code"] for one in identity.asked if one.path == "/token")
    logged = "".join(capsys.readouterr())
    kept = b"".join(path.read_bytes() for path in company.house.config.data.rglob("*") if path.is_file())
    for secret in (identity.client_secret, code):
        assert secret not in logged
        assert secret.encode() not in kept


def test_without_an_address_of_its_own_a_house_says_what_is_missing(tmp_path: Path) -> None:
    from gleanery.flow.accounts.providers import SingleSignOn

    provider = {"name": "company", "issuer": "https://id.example.org", "client_id": "gleanery"}
    house: House = make_house(tmp_path, signing_in={"providers": [provider]})
    with pytest.raises(ConfigError, match="address"):
        SingleSignOn(house).redirect_address(house.config.signing_in.providers[0])
