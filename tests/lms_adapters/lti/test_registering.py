"""An LMS registers itself: once, by an address that an administrator made, and only for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from gleanery.errors import ConfigError, Conflict
from gleanery.http import GuardedHttp
from gleanery.ports import Context
from gleanery.testing import Clock, make_context
from gleanery.testing.fakes import Reply
from lms_adapters.lti import Lti, Settings
from tests.lms_adapters.items import HOSTILE, item_id
from tests.lms_adapters.lti.browser import Browser, Seen
from tests.lms_adapters.lti.conftest import ADDRESS
from tests.lti_platforms import Lms
from tests.lti_platforms.lms import DEPLOYMENT, TOOL

DAY = timedelta(days=1)


class Registration:
    """An administrator of the LMS opens the address that ours made."""

    def __init__(self, lms: Lms, context: Context, **settings: Any) -> None:
        self.lms, self.adapter = lms, Lti(Settings.model_validate(settings), context)
        self.browser = Browser(self.adapter, ADDRESS)

    def invited(self, *, replaces: bool = False) -> str:
        """A fresh address."""
        return self.adapter.invite(replaces=replaces, lives=DAY)

    def opened(self, address: str, **changes: str) -> Seen:
        """The LMS opens it."""
        self.lms.registration_tokens.add("t")
        told = {
            "openid_configuration": f"{self.lms.url}/mod/lti/openid-configuration.php",
            "token_": "t",
            **changes,
        }
        token = told.pop("token_")
        return self.browser.get(f"{address}&{urlencode(told | {'registration_token': token})}")

    def refused(self, seen: Seen, words: str) -> None:
        """Nothing was registered, and the page says why and what to do."""
        assert seen.status >= 400
        assert words in seen.text, seen.text
        assert seen.text.count("<p>") >= 2, "no remedy"
        assert self.lms.registered is None


@pytest.fixture
def registration(lms: Lms, context: Context) -> Registration:
    """A registration at the LMS."""
    return Registration(lms, context)


def test_an_lms_registers_itself_and_learners_come(registration: Registration, lms: Lms) -> None:
    seen = registration.opened(registration.invited())
    assert (seen.status, "The LMS is registered" in seen.text) == (200, True)
    told = registration.adapter.registered()
    assert told is not None
    assert (told.issuer, told.client_id, told.family, told.by_hand) == (
        lms.url,
        lms.client_id,
        "moodle",
        False,
    )
    assert [(one.id, one.state) for one in registration.adapter.deployments()] == [(DEPLOYMENT, "approved")]
    assert lms.registered is not None
    assert lms.registered["initiate_login_uri"] == f"{ADDRESS}/login"
    assert lms.registered["redirect_uris"] == [f"{ADDRESS}/launch"]
    assert lms.registered[TOOL]["messages"][1]["placements"] == ["ContentArea"]
    assert lms.registered[TOOL]["claims"] == ["iss", "sub"], "no name is asked for"
    assert registration.browser.open(lms, item_id(1)).status == 303


def test_the_address_is_good_once(registration: Registration) -> None:
    address = registration.invited()
    assert registration.opened(address).status == 200
    registration.lms.registered = None
    registration.refused(registration.opened(address), "was used")


def test_the_address_runs_out(registration: Registration, clock: Clock) -> None:
    address = registration.invited()
    clock.move(DAY)
    registration.refused(registration.opened(address), "too old")


def test_a_newer_address_ends_the_one_before(registration: Registration) -> None:
    old, _ = registration.invited(), registration.invited()
    registration.refused(registration.opened(old), "newer")


@pytest.mark.parametrize("token", ["", "guess", "é", "%00", "a" * 5_000])
def test_without_the_token_nobody_is_asked_anything(registration: Registration, token: str) -> None:
    registration.invited()
    seen = registration.opened(f"{ADDRESS}/register?token={token}")
    assert seen.status in (400, 403)
    assert registration.lms.asked == []


def test_a_registration_that_stands_is_replaced_only_where_that_was_said(registration: Registration) -> None:
    address = registration.invited()
    registration.opened(address)
    with pytest.raises(Conflict, match="already"):
        registration.invited()
    registration.lms.client_id = "another"
    assert registration.opened(registration.invited(replaces=True)).status == 200
    told = registration.adapter.registered()
    assert told is not None
    assert told.client_id == "another"


def test_an_address_made_before_another_lms_came_replaces_nothing(
    registration: Registration, context: Context
) -> None:
    address = registration.invited()
    from lms_adapters.lti.platform import Platform, keep

    keep(Platform("https://a.example", "c", "https://a.example/a", "https://a.example/t", "https://a.example/j", "x"),
         context.store)  # fmt: skip
    registration.refused(registration.opened(address), "already")
    told = registration.adapter.registered()
    assert told is not None
    assert told.issuer == "https://a.example"


# ------------------------------------------------------------------------------ an LMS that is none


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"issuer": "https://evil.example"}, "another host"),
        ({"issuer": None}, "another host"),
        ({"issuer": "https://canvas.instructure.com"}, "another host"),
        ({"registration_endpoint": "https://evil.example/register"}, "not its own host"),
        ({"token_endpoint": "https://evil.example/token"}, "not its own host"),
        ({"jwks_uri": "https://evil.example/jwks"}, "not its own host"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "no web address"),
        ({"registration_endpoint": 5}, "no web address"),
        ({"token_endpoint": "http://lms.example.org/token"}, "not encrypted"),
    ],
)
def test_what_an_lms_says_of_itself_must_be_its_own(
    registration: Registration, says: dict[str, Any], words: str
) -> None:
    registration.lms.configuration_says = says
    registration.refused(registration.opened(registration.invited()), words)
    assert all(asked.method == "GET" for asked in registration.lms.asked)


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "file:///etc/passwd", "http://lms.example.org/x", "https://user@127.0.0.1/"],
)
def test_a_configuration_at_what_is_no_address(registration: Registration, url: str) -> None:
    registration.refused(registration.opened(registration.invited(), openid_configuration=url), "lti: ")


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "localhost", "[::1]"])
def test_a_configuration_within_our_own_network_is_not_read(
    tmp_path: Any, lms: Lms, clock: Clock, host: str
) -> None:
    registration = Registration(lms, make_context(tmp_path, GuardedHttp(), clock), allow_http=True)
    url = f"http://{host}:{lms.url.rpartition(':')[2]}/mod/lti/openid-configuration.php"
    registration.refused(
        registration.opened(registration.invited(), openid_configuration=url), "public address"
    )
    assert lms.asked == []


def test_another_lms_than_the_one_that_is_set(lms: Lms, context: Context) -> None:
    registration = Registration(lms, context, url="https://lms.example.org")
    registration.refused(registration.opened(registration.invited()), "is for lms.example.org")
    assert lms.asked == []


def test_a_configuration_that_sends_on_to_another_host(registration: Registration, context: Context) -> None:
    with Lms(context.now, ADDRESS, dict) as other:
        far = f"http://localhost:{other.url.rpartition(':')[2]}/mod/lti/openid-configuration.php"
        registration.lms.interrupt(Reply(302, b"", {"Location": far}))
        seen = registration.opened(registration.invited())
        assert seen.status >= 400
        assert registration.lms.registered is None


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"<!doctype html><h1>Sign in</h1>"), "something other than the JSON"),
        (Reply(200, b"[1]"), "something other than the JSON"),
        (Reply(200, b"[" * 100_000), "something other than the JSON"),
        (Reply(200, b" " * 400_000), "something other than the JSON"),
        (Reply(404, b""), "answers 404"),
        (Reply(503, b""), "answers 503"),
    ],
)
def test_an_lms_that_answers_something_else(registration: Registration, reply: Reply, words: str) -> None:
    registration.lms.interrupt(reply)
    registration.refused(registration.opened(registration.invited()), words)


def test_an_lms_that_is_unreachable(registration: Registration) -> None:
    address = registration.invited()
    registration.lms.interrupt("cut")
    seen = registration.opened(address)
    assert (seen.status, registration.lms.registered) == (503, None)


def test_after_a_failure_the_address_is_still_good(registration: Registration, clock: Clock) -> None:
    address = registration.invited()
    registration.lms.interrupt(Reply(503, b""))
    assert registration.opened(address).status == 503
    assert "under way" in registration.opened(address).text
    clock.move(timedelta(minutes=1))
    assert registration.opened(address).status == 200


def test_a_registration_token_that_the_lms_does_not_take(registration: Registration) -> None:
    registration.refused(
        registration.opened(registration.invited(), token_="wrong"), "refused the registration (404)"
    )


@pytest.mark.parametrize("token", ["x\r\nX-Evil: 1", "é", "a b"])
def test_a_registration_token_that_is_none(registration: Registration, token: str) -> None:
    registration.refused(registration.opened(registration.invited(), token_=token), "token is none")


@pytest.mark.parametrize("body", [{"client_id": ""}, {"client_id": 5}, {}, {"client_id": "x" * 300}])
def test_an_answer_without_a_client_id(registration: Registration, body: dict[str, Any]) -> None:
    registration.lms.interrupt(Reply(200, body), when=lambda asked: asked.method == "POST")
    registration.refused(registration.opened(registration.invited()), "no client id")
    assert registration.adapter.registered() is None


def test_hostile_text_on_the_way_is_only_ever_text(registration: Registration, clock: Clock) -> None:
    for text in HOSTILE[:12]:
        clock.move(timedelta(minutes=2))
        registration.lms.configuration_says = {"issuer": text}
        seen = registration.opened(registration.invited())
        assert "<script>" not in seen.text
        assert "<img" not in seen.text


def test_without_an_address_of_ours_nobody_is_invited(context: Context) -> None:
    import dataclasses

    with pytest.raises(ConfigError, match="no address"):
        Lti(Settings(), dataclasses.replace(context, address="")).invite(replaces=False, lives=DAY)
