"""Every known way to forge, repeat, swap or divert a launch is refused, and the log names the check.

The LMS's own key signs wherever nothing else is said: what is refused is refused although the signature is right.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws

from gleanery.testing import Clock
from gleanery.testing.context import MemoryLearners
from lms_adapters.lti import Lti
from tests.lms_adapters.items import item_id
from tests.lms_adapters.lti.browser import Browser, Seen
from tests.lms_adapters.lti.conftest import ADDRESS, MakeLti
from tests.lti_platforms import Lms, claims_named
from tests.lti_platforms.lms import compact, key_pair

ITEM = item_id(1)


class Attack:
    """A learner's launch that somebody tampers with."""

    def __init__(self, adapter: Lti, lms: Lms, learners: MemoryLearners) -> None:
        self.adapter, self.lms, self.learners = adapter, lms, learners
        self.browser = Browser(adapter, ADDRESS)

    def claims(self, nonce: str, /, **changes: Any) -> dict[str, Any]:
        """An honest launch for an item, changed."""
        told = self.lms.claims(nonce) | claims_named(custom={"gleanery": str(ITEM)}) | changes
        return {name: value for name, value in told.items() if value is not None}

    def launched(self, **changes: Any) -> Seen:
        """The launch with these claims, signed by the LMS."""
        asked = self.browser.login(self.lms)
        return self.browser.launch(asked["state"], self.lms.signed(self.claims(asked["nonce"], **changes)))

    def sent(self, forge: Callable[[dict[str, Any]], str]) -> Seen:
        """The launch with a token that was forged from honest claims."""
        asked = self.browser.login(self.lms)
        return self.browser.launch(asked["state"], forge(self.claims(asked["nonce"])))

    def refused(self, seen: Seen, check: str, arrived: int = 0) -> None:
        """Nobody got in, and the check is told, to whoever came and to the administrator."""
        assert seen.status in (400, 403), seen.text
        assert len(self.learners.arrivals) == arrived
        last = self.adapter.launches("en")[0]
        assert (last.check, bool(last.wrong), bool(last.remedy)) == (check, True, True)
        assert "location" not in seen.headers


@pytest.fixture
def attack(make: MakeLti, lms: Lms, learners: MemoryLearners) -> Attack:
    """An attack on the running LMS's tool."""
    return Attack(make(), lms, learners)


def test_an_honest_launch_gets_in(attack: Attack) -> None:
    seen = attack.launched()
    assert (seen.status, seen.location) == (303, "/learn/enter?ticket=1")
    assert [(one.check, one.wrong) for one in attack.adapter.launches("en")] == [("", "")]


# ------------------------------------------------------------------------------ the signature


def _part(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(compact(told).encode()).decode().rstrip("=")


def test_a_token_without_a_signature(attack: Attack) -> None:
    kid = attack.lms.keys[0].kid
    seen = attack.sent(lambda claims: f"{_part({'alg': 'none', 'kid': kid})}.{_part(claims)}.")
    attack.refused(seen, "algorithm")


def test_a_token_signed_with_the_public_key_as_a_shared_secret(attack: Attack) -> None:
    key = attack.lms.keys[0]

    def forge(claims: dict[str, Any]) -> str:
        body = f"{_part({'alg': 'HS256', 'kid': key.kid})}.{_part(claims)}"
        signature = hmac.digest(key.as_pem(private=False), body.encode(), "sha256")
        return f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"

    attack.refused(attack.sent(forge), "algorithm")


def test_a_token_that_names_the_address_of_its_own_keys(attack: Attack) -> None:
    strange = key_pair(9)
    seen = attack.sent(lambda claims: attack.lms.signed(claims, key=strange, jku="https://evil.example/jwks"))
    attack.refused(seen, "key")


def test_a_token_that_carries_its_own_key(attack: Attack) -> None:
    strange, kid = key_pair(9), attack.lms.keys[0].kid
    own = dict(strange.as_dict(private=False))
    seen = attack.sent(lambda claims: attack.lms.signed(claims, key=strange, jwk=own, kid=kid))
    attack.refused(seen, "signature")


def test_a_token_of_an_unknown_key(attack: Attack) -> None:
    attack.refused(attack.sent(lambda claims: attack.lms.signed(claims, kid="unheard-of")), "key")


def test_a_token_that_names_no_key(attack: Attack) -> None:
    def forge(claims: dict[str, Any]) -> str:
        return jws.serialize_compact(
            {"alg": "RS256"}, compact(claims), attack.lms.keys[0], algorithms=["RS256"]
        )

    attack.refused(attack.sent(forge), "key")


def test_a_token_whose_claims_were_changed_after_it_was_signed(attack: Attack) -> None:
    def forge(claims: dict[str, Any]) -> str:
        header, _, signature = attack.lms.signed(claims).split(".")
        return f"{header}.{_part(claims | {'sub': '4'})}.{signature}"

    attack.refused(attack.sent(forge), "signature")


def test_a_token_with_a_critical_header_that_nobody_knows(attack: Attack) -> None:
    def forge(claims: dict[str, Any]) -> str:
        _, payload, signature = attack.lms.signed(claims).split(".")
        header = {"alg": "RS256", "kid": attack.lms.keys[0].kid, "crit": ["exp"], "exp": 1}
        return f"{_part(header)}.{payload}.{signature}"

    attack.refused(attack.sent(forge), "token")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "." * 50, "x" * 200_000])
def test_what_is_no_token_at_all(attack: Attack, token: str) -> None:
    attack.refused(attack.sent(lambda _: token), "token")


def test_a_header_of_some_kilobytes_is_taken_as_lmss_send_certificates_in_it(attack: Attack) -> None:
    chain = ["A" * 2_500]
    assert attack.sent(lambda claims: attack.lms.signed(claims, x5t="x" * 40)).status == 303
    asked = attack.browser.login(attack.lms)
    key = attack.lms.keys[0]
    header = {"alg": "RS256", "kid": key.kid, "x5c": chain}
    body = f"{_part(header)}.{_part(attack.claims(asked['nonce']))}"
    signer = jws.JWSRegistry.algorithms["RS256"]
    signature = base64.urlsafe_b64encode(signer.sign(body.encode(), key)).decode().rstrip("=")
    assert attack.browser.launch(asked["state"], f"{body}.{signature}").status == 303


# ------------------------------------------------------------------------------ the flow


def test_a_launch_repeated_in_the_same_browser(attack: Attack) -> None:
    asked = attack.browser.login(attack.lms)
    cookies = dict(attack.browser.cookies)
    token = attack.lms.signed(attack.claims(asked["nonce"]))
    assert attack.browser.launch(asked["state"], token).status == 303
    assert attack.browser.cookies == {}
    attack.browser.cookies = cookies
    attack.refused(attack.browser.launch(asked["state"], token), "used", arrived=1)


def test_a_launch_repeated_in_another_browser(attack: Attack) -> None:
    asked = attack.browser.login(attack.lms)
    token = attack.lms.signed(attack.claims(asked["nonce"]))
    assert attack.browser.launch(asked["state"], token).status == 303
    other = Browser(attack.adapter, ADDRESS)
    attack.refused(other.launch(asked["state"], token), "browser", arrived=1)


def test_a_launch_in_a_browser_that_began_none(attack: Attack) -> None:
    asked = attack.browser.login(attack.lms)
    attack.browser.cookies.clear()
    token = attack.lms.signed(attack.claims(asked["nonce"]))
    attack.refused(attack.browser.launch(asked["state"], token), "browser")


def test_a_launch_with_a_state_of_somebody_elses_making(attack: Attack) -> None:
    asked = attack.browser.login(attack.lms)
    token = attack.lms.signed(attack.claims(asked["nonce"]))
    for state in ("", "x", "x.y", asked["state"][:-2] + "xx", "é" * 20, asked["state"] * 50):
        attack.refused(attack.browser.launch(state, token), "state")
        attack.browser.headers = {}


def test_a_launch_whose_sign_in_began_too_long_ago(attack: Attack, clock: Clock) -> None:
    asked = attack.browser.login(attack.lms)
    clock.move(timedelta(minutes=11))
    attack.refused(
        attack.browser.launch(asked["state"], attack.lms.signed(attack.claims(asked["nonce"]))), "state"
    )


def test_a_token_of_one_flow_with_the_state_of_another(attack: Attack) -> None:
    one, other = attack.browser.login(attack.lms), attack.browser.login(attack.lms)
    token = attack.lms.signed(attack.claims(one["nonce"]))
    attack.refused(attack.browser.launch(other["state"], token), "nonce")


def test_a_login_that_is_to_end_elsewhere(attack: Attack) -> None:
    for target in (
        "https://evil.example/launch",
        f"{ADDRESS}evil",
        f"{ADDRESS}@evil.example/",
        "javascript:1",
        "",
    ):
        fields = {"iss": attack.lms.url, "login_hint": "5", "target_link_uri": target}
        attack.refused(attack.browser.post("login", fields), "target")


# ------------------------------------------------------------------------------ the claims

CLAIMS: dict[str, tuple[str, dict[str, Any]]] = {
    "another issuer": ("issuer", {"iss": "https://evil.example"}),
    "no issuer": ("issuer", {"iss": None}),
    "the issuer with a slash": ("issuer", {"iss": "{lms}/"}),
    "another audience": ("audience", {"aud": "another-tool"}),
    "no audience": ("audience", {"aud": None}),
    "several audiences and another authorized party": (
        "audience",
        {"aud": ["{client}", "another"], "azp": "another"},
    ),
    "several audiences and no authorized party": ("audience", {"aud": ["{client}", "another"]}),
    "another authorized party": ("audience", {"azp": "another"}),
    "no deployment": ("claim", claims_named(deployment_id=None)),
    "an unknown deployment": ("pending", claims_named(deployment_id="99")),
    "an expiry in the past": ("time", {"exp": -3_600}),
    "no expiry": ("claim", {"exp": None}),
    "an expiry in words": ("claim", {"exp": "tomorrow"}),
    "issued in the far future": ("time", {"iat": 86_400, "exp": 90_000}),
    "issued thirty days ago": ("time", {"iat": -30 * 86_400}),
    "never issued": ("claim", {"iat": None}),
    "not valid before tomorrow": ("time", {"nbf": 86_400}),
    "another version": ("version", claims_named(version="1.1")),
    "no version": ("version", claims_named(version=None)),
    "another type of message": ("message", claims_named(message_type="LtiSubmissionReviewRequest")),
    "no type of message": ("message", claims_named(message_type=None)),
    "nobody who comes": ("anonymous", {"sub": None}),
    "somebody who is no text": ("claim", {"sub": 5}),
    "an unknown nonce": ("nonce", {"nonce": "of my own making"}),
    "no nonce": ("nonce", {"nonce": None}),
    "a link to another host": (
        "target",
        claims_named(target_link_uri="https://evil.example/in/destination-test"),
    ),
    "a link to another page of ours": (
        "target",
        claims_named(target_link_uri="https://gleanery.example.org/people"),
    ),
    "no link": ("claim", claims_named(target_link_uri=None)),
    "no place of the link": ("claim", claims_named(resource_link=None)),
    "no item": ("nothing", claims_named(custom={})),
    "an item that is no id": ("nothing", claims_named(custom={"gleanery": "../../etc/passwd"})),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_launch_with(attack: Attack, clock: Clock, name: str) -> None:
    check, told = CLAIMS[name]
    attack.refused(
        attack.launched(**{one: _meant(value, attack.lms, clock) for one, value in told.items()}), check
    )


def _meant(value: Any, lms: Lms, clock: Clock) -> Any:
    """The LMS's own values in the place of their names, and times from now on."""
    if isinstance(value, int) and abs(value) > 100:
        return int(clock().timestamp()) + value
    text = compact(value).replace("{lms}", lms.url).replace("{client}", lms.client_id)
    return json.loads(text)


def test_a_clock_that_differs_a_little_is_no_attack(attack: Attack, clock: Clock) -> None:
    at = int(clock().timestamp())
    assert attack.launched(iat=at - 100, exp=at - 60).status == 303
    assert attack.launched(iat=at + 100, exp=at + 160, nbf=at + 100).status == 303
    assert attack.launched(aud=[attack.lms.client_id]).status == 303
    assert attack.launched(azp=attack.lms.client_id, aud=[attack.lms.client_id, "x"]).status == 303


# ------------------------------------------------------------------------------ choosing


def test_a_choice_that_returns_to_another_host(attack: Attack) -> None:
    for back in ("https://evil.example/return", "javascript:alert(1)", f"{attack.lms.url}@evil.example/"):
        asked = attack.browser.login(attack.lms)
        claims = attack.lms.choice(asked["nonce"], deep_link_return_url=back)
        attack.refused(attack.browser.launch(asked["state"], attack.lms.signed(claims)), "return")


def test_a_choice_by_a_learner(attack: Attack) -> None:
    asked = attack.browser.login(attack.lms)
    roles = claims_named(roles=["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"])
    token = attack.lms.signed(attack.lms.choice(asked["nonce"]) | roles)
    attack.refused(attack.browser.launch(asked["state"], token), "learner-picks")
