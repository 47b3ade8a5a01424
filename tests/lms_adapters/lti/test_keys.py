"""Keys change, ours and theirs, and an LMS whose keys cannot be had is not asked without end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import KeySet

from gleanery.ports import Context
from gleanery.testing import Clock
from gleanery.testing.context import MemoryLearners
from gleanery.testing.fakes import Reply
from lms_adapters.lti.jwks import PlatformKeys, usable
from lms_adapters.lti.keys import OwnKeys
from lms_adapters.lti.refusals import Refused
from tests.lms_adapters.items import item_id
from tests.lms_adapters.lti.browser import Browser
from tests.lms_adapters.lti.conftest import ADDRESS, MakeLti
from tests.lti_platforms import Lms
from tests.lti_platforms.lms import key_pair

ITEM = item_id(1)


def _readings(lms: Lms) -> int:
    return sum(asked.path.endswith("certs.php") for asked in lms.asked)


def test_two_launches_side_by_side_in_one_browser_both_get_in(
    browser: Browser, lms: Lms, learners: MemoryLearners
) -> None:
    one, other = browser.login(lms), browser.login(lms)
    assert len(browser.cookies) == 2
    for asked, user in ((other, "6"), (one, "5")):
        custom = {"https://purl.imsglobal.org/spec/lti/claim/custom": {"gleanery": str(ITEM)}}
        token = lms.signed(lms.claims(asked["nonce"], sub=user, **custom))
        assert browser.launch(asked["state"], token).status == 303
    assert [arrival.account for arrival in learners.arrivals] == ["6", "5"]
    assert browser.cookies == {}


def test_an_lms_that_changes_its_keys_is_read_again_and_at_once(
    browser: Browser, lms: Lms, clock: Clock
) -> None:
    assert browser.open(lms, ITEM).status == 303
    clock.move(timedelta(seconds=6))
    lms.keys = [lms.keys[0], key_pair(1)]
    assert browser.open(lms, ITEM).status == 303
    assert _readings(lms) == 2
    clock.move(timedelta(hours=2))
    lms.keys = [key_pair(1)]
    assert browser.open(lms, ITEM).status == 303
    old = browser.login(lms)
    assert browser.launch(old["state"], lms.signed(lms.claims(old["nonce"]), key=key_pair(0))).status == 403


def test_a_flood_of_unknown_keys_reads_the_set_at_most_once_in_five_seconds(
    browser: Browser, lms: Lms, clock: Clock
) -> None:
    assert browser.open(lms, ITEM).status == 303
    for number in range(40):
        clock.move(timedelta(milliseconds=500))
        asked = browser.login(lms)
        token = lms.signed(lms.claims(asked["nonce"]), kid=f"flood-{number}")
        assert browser.launch(asked["state"], token).status == 403
    assert _readings(lms) <= 1 + 20 / 5


def test_the_flood_stops_no_launch_with_a_known_key(browser: Browser, lms: Lms) -> None:
    assert browser.open(lms, ITEM).status == 303
    asked = browser.login(lms)
    assert browser.launch(asked["state"], lms.signed(lms.claims(asked["nonce"]), kid="flood")).status == 403
    assert browser.open(lms, ITEM).status == 303


def test_many_first_launches_at_once_read_the_set_once(context: Context, lms: Lms) -> None:
    keys, found = PlatformKeys(context, f"{lms.url}/mod/lti/certs.php"), []
    threads = [Thread(target=lambda: found.append(keys.key(str(lms.keys[0].kid)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), _readings(lms)) == (8, 1)


def _answers() -> Iterator[tuple[str, Reply]]:
    yield "503", Reply(503, b"")
    yield "something other than JSON", Reply(200, b"<!doctype html><h1>Sign in</h1>")
    yield "something other than JSON", Reply(200, b"[" * 50_000)
    yield "no key set", Reply(200, {"keys": {"a": 1}})
    yield "no key set", Reply(200, [1, 2])
    yield "holds no RSA key", Reply(200, {"keys": ["x", {"kty": "oct", "k": "AAAA", "kid": "a"}]})
    yield "256 KiB", Reply(200, b" " * 300_000)
    yield "larger than", Reply(200, b" " * (64 * 1024 * 1024))


@pytest.mark.parametrize(
    ("words", "reply"), list(_answers()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_keys_that_cannot_be_had_are_said_in_words(
    browser: Browser, make: MakeLti, lms: Lms, words: str, reply: Reply
) -> None:
    lms.jwks = lambda: reply
    seen = browser.open(lms, ITEM)
    assert (seen.status, make().launches("en")[0].check) == (503, "keys")
    assert words in seen.text
    again = browser.open(lms, ITEM)
    assert (again.status, words in again.text) == (503, True), "not asked again within five seconds"
    assert _readings(lms) == 1


def test_known_keys_serve_for_a_day_while_the_lms_gives_none(
    browser: Browser, lms: Lms, clock: Clock
) -> None:
    assert browser.open(lms, ITEM).status == 303
    lms.jwks = lambda: Reply(503, b"")
    clock.move(timedelta(hours=3))
    assert browser.open(lms, ITEM).status == 303
    clock.move(timedelta(days=1))
    assert browser.open(lms, ITEM).status == 503


def test_a_key_may_lack_its_algorithm_and_use_but_must_be_for_signatures(lms: Lms) -> None:
    key = dict(lms.keys[0].as_dict(private=False))
    bare = {name: key[name] for name in ("kid", "kty", "n", "e")}
    assert usable([bare]) == [bare]
    assert usable([bare | {"key_ops": ["verify"]}]) == [bare]
    wrong: list[dict[str, Any]] = [
        {"use": "enc"}, {"alg": "HS256"}, {"key_ops": ["encrypt"]}, {"n": "AQAB"}, {"kty": "EC"}, {"kid": 5},
        {"n": "!"},
    ]  # fmt: skip
    assert all(usable([bare | one]) == [] for one in wrong)


def test_our_own_keys_change_without_a_launch_that_fails(context: Context, clock: Clock, lms: Lms) -> None:
    keys = OwnKeys(context)
    first = keys.signed({"jti": "1"})
    assert keys.rotate() == 2
    assert len(_kids(keys)) == 2
    assert _kid(first) in _kids(keys)
    assert _kid(keys.signed({})) == _kid(first), "the LMS had no time yet to read the new one"
    clock.move(timedelta(days=1))
    second = keys.signed({})
    assert _kid(second) != _kid(first)
    assert _kids(keys) == {_kid(first), _kid(second)}, "what was signed a moment ago can still be checked"
    clock.move(timedelta(days=1))
    assert _kids(keys) == {_kid(second)}


def _kids(keys: OwnKeys) -> set[str]:
    return {key["kid"] for key in keys.published()["keys"]}


def _kid(token: str) -> str:
    return str(jws.extract_compact(token.encode()).headers()["kid"])


def test_the_key_set_holds_no_private_half(browser: Browser) -> None:
    seen = browser.get(f"{ADDRESS}/jwks")
    (key,) = json.loads(seen.body)["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
    assert KeySet.import_key_set(json.loads(seen.body)).keys


def test_a_key_that_is_not_there_is_refused_by_name(context: Context, lms: Lms) -> None:
    with pytest.raises(Refused) as refused:
        PlatformKeys(context, f"{lms.url}/mod/lti/certs.php").key("none")
    assert refused.value.check == "key"
