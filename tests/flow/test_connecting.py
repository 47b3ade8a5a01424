"""A person signs in at the platform, once, for a source that waits for it; whatever else comes is turned away."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from sqlmodel import col, select

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, Unreachable
from gleanery.flow import connecting, read
from gleanery.flow.failing import pause_failing
from gleanery.flow.house import House
from gleanery.flow.sources import is_paused
from gleanery.model.record import Entry, Kept
from gleanery.model.sources import Source
from gleanery.testing import Clock, Reply
from tests.fakes.signing import SCOPES, SignIn, Signing, installed, source
from tests.house import file_source, make_house, records

REDIRECT = "http://127.0.0.1:8328/"


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    """A platform, and its connector on the search path."""
    monkeypatch.syspath_prepend(str(installed(tmp_path)))
    with SignIn() as made:
        monkeypatch.setenv("SIGNING_SECRET", made.client_secret)
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(platform: SignIn, tmp_path: Path, clock: Clock) -> Iterator[House]:
    made = make_house(tmp_path, clock, sources=[source(platform)])
    yield made
    made.close()


def signed_in_at(address: str) -> str:
    """Where the platform sends the person who opens the address and allows everything."""
    answer = requests.get(address, allow_redirects=False, timeout=5)
    return answer.headers["Location"]


def connected(house: House, by: str = "lead") -> connecting.Connected:
    begun = connecting.begin(house, "signed", REDIRECT, by)
    return connecting.answered(house, signed_in_at(begun.address), by)


def entries(house: House, action: str) -> list[Entry]:
    with house.store.read() as session:
        return list(session.exec(select(Entry).where(Entry.action == action)))


# --------------------------------------------------------------------------- the way


def test_the_address_asks_with_pkce_and_state_and_keeps_its_own_parameters(
    house: House, platform: SignIn
) -> None:
    begun = connecting.begin(house, "signed", REDIRECT, "lead")
    asked = {name: value for name, [value] in parse_qs(urlsplit(begun.address).query).items()}
    assert begun.address.startswith(f"{platform.url}/authorize?")
    assert asked["theme"] == "plain"
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == REDIRECT
    assert asked["scope"] == "posts.read profile.read"
    assert asked["state"] == begun.state
    assert len(base64.urlsafe_b64decode(asked["code_challenge"] + "=")) == hashlib.sha256().digest_size
    assert connecting.begin(house, "signed", REDIRECT, "lead").state != begun.state


def test_a_sign_in_gives_a_token_with_which_the_source_is_read(house: House, platform: SignIn) -> None:
    done = connected(house)
    assert (done.scopes, done.missing, done.renews) == (SCOPES, (), True)
    assert read(house, "signed").new_posts == 1
    [told] = entries(house, "source.connected")
    assert (told.subject, json.loads(told.detail)) == ("source:signed", {"scopes": 2, "missing": 0})
    assert told.actor.startswith("person:")


def test_scopes_that_were_not_granted_are_told(house: House, platform: SignIn) -> None:
    platform.granted = ("posts.read",)
    done = connected(house)
    assert (done.scopes, done.missing) == (("posts.read",), ("profile.read",))


def test_what_waits_is_kept_sealed_and_goes_when_its_time_is_over(
    house: House, tmp_path: Path, clock: Clock
) -> None:
    begun = connecting.begin(house, "signed", REDIRECT, "lead")
    with house.store.read() as session:
        row = session.exec(select(Kept).where(Kept.plugin == "connecting")).one()
    assert row.expires_at == clock() + timedelta(minutes=10)
    house.store.forget_log()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
    for word in (begun.state, REDIRECT, "verifier"):
        assert word.encode() not in kept


def test_a_new_sign_in_takes_the_place_of_the_one_before_and_ends_a_pause(
    house: House, platform: SignIn, clock: Clock
) -> None:
    connected(house)
    read(house, "signed")
    with house.store.write() as session:
        row = session.exec(select(Source)).one()
        row.paused_at = clock()
        session.add(row)
    connected(house)
    with house.store.read() as session:
        assert session.exec(select(Source.paused_at)).one() is None
    kept = house.tokens("signed").kept()
    assert kept is not None
    assert kept.grant.access.get_secret_value() == platform.families[1].access[0]


def test_an_app_that_asks_for_itself_is_connected_without_a_person(
    platform: SignIn, tmp_path: Path, clock: Clock
) -> None:
    house = make_house(tmp_path, clock, sources=[source(platform, as_app=True)])
    with pytest.raises(ConfigError, match="nobody signs in"):
        connecting.begin(house, "signed", REDIRECT, "lead")
    assert connecting.connect_as_app(house, "signed", "lead").renews
    assert read(house, "signed").new_posts == 1


# --------------------------------------------------------------------------- what is turned away


def test_a_state_that_nobody_began_is_turned_away(house: House, platform: SignIn) -> None:
    begun = connecting.begin(house, "signed", REDIRECT, "lead")
    back = signed_in_at(begun.address)
    with pytest.raises(BadInput, match="not one that was begun here"):
        connecting.answered(house, back.replace(begun.state, begun.state[:-1] + "~"), "lead")
    assert not [one for one in platform.asked if one.path == "/token"]
    assert connecting.answered(house, back, "lead").source == "signed"


def test_an_answer_is_taken_once(house: House, platform: SignIn) -> None:
    begun = connecting.begin(house, "signed", REDIRECT, "lead")
    back = signed_in_at(begun.address)
    connecting.answered(house, back, "lead")
    with pytest.raises(BadInput, match="was used"):
        connecting.answered(house, back, "lead")
    assert len([one for one in platform.asked if one.path == "/token"]) == 1


def test_an_answer_that_comes_too_late_is_turned_away(house: House, clock: Clock) -> None:
    back = signed_in_at(connecting.begin(house, "signed", REDIRECT, "lead").address)
    clock.move(timedelta(minutes=10))
    with pytest.raises(BadInput, match="too old"):
        connecting.answered(house, back, "lead")


def test_who_did_not_begin_does_not_finish(house: House) -> None:
    back = signed_in_at(connecting.begin(house, "signed", REDIRECT, "lead").address)
    with pytest.raises(Denied, match="Somebody else"):
        connecting.answered(house, back, "curator")


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        ("access_denied", Denied, "was not allowed"),
        ("invalid_scope", ConfigError, "invalid_scope"),
        ("<script>", ConfigError, "unknown error"),
    ],
)
def test_a_refusal_of_the_platform_is_told_in_words(
    house: House, platform: SignIn, error: str, kind: type[GleaneryError], said: str
) -> None:
    platform.refuses = error
    back = signed_in_at(connecting.begin(house, "signed", REDIRECT, "lead").address)
    with pytest.raises(kind, match=said) as caught:
        connecting.answered(house, back, "lead")
    assert caught.value.remedy
    with pytest.raises(BadInput):
        connecting.answered(house, back, "lead")


def test_a_code_that_was_used_before_is_told_so(house: House, platform: SignIn) -> None:
    one = connecting.begin(house, "signed", REDIRECT, "lead")
    code = parse_qs(urlsplit(signed_in_at(one.address)).query)["code"][0]
    platform.codes.pop(code)
    with pytest.raises(Denied, match="A code is good once"):
        connecting.finish(house, one.state, code, "lead")


def test_a_code_got_for_another_sign_in_does_not_fit_the_verifier(house: House) -> None:
    mine = connecting.begin(house, "signed", REDIRECT, "lead")
    other = connecting.begin(house, "signed", REDIRECT, "lead")
    code = parse_qs(urlsplit(signed_in_at(other.address)).query)["code"][0]
    with pytest.raises(Denied, match="invalid_grant"):
        connecting.finish(house, mine.state, code, "lead")


@pytest.mark.parametrize("pasted", ["", "not an address", "http://127.0.0.1:8328/", "http://[", "?x=1&x=2"])
def test_what_is_no_answer_is_told_with_what_to_paste(house: House, pasted: str) -> None:
    with pytest.raises(BadInput, match="whole address"):
        connecting.answered(house, pasted, "lead")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Reply(503), Unreachable),
        ("cut", Unreachable),
        ("half", Unreachable),
        (Reply(200, b"<html>"), Unreachable),
        (Reply(200, []), Unreachable),
        (Reply(200, b"[" * 200_000), Unreachable),
        (Reply(200, b" " * (10 * 2**20 + 1)), Unreachable),
        (Reply(200, b"no gzip", {"Content-Encoding": "gzip"}), Unreachable),
        (Reply(200, {"access_token": "half\ud800"}), Unreachable),
        (Reply(200, {"access_token": "one\r\nX-Two: three"}), Unreachable),
        (Reply(429, headers={"Retry-After": "9" * 5000}), Unreachable),
        (Reply(400, {"error": 7}), ConfigError),
        (Reply(200, {"ok": False, "error": "bad_redirect_uri"}), ConfigError),
        (Reply(200, {"ok": False, "error": "code_already_used"}), Denied),
        (Reply(401, {"error": "invalid_client"}), ConfigError),
    ],
)
def test_a_token_endpoint_that_fails_is_told_by_whose_turn_it_is(
    house: House, platform: SignIn, fault: Any, kind: type[GleaneryError]
) -> None:
    begun = connecting.begin(house, "signed", REDIRECT, "lead")
    back = signed_in_at(begun.address)
    platform.interrupt(fault)
    with pytest.raises(kind) as caught:
        connecting.answered(house, back, "lead")
    for secret in platform.secrets:
        assert secret not in str(caught.value)


@pytest.mark.parametrize("query", ["?", "?next=/a?b&", ""])
def test_an_answer_is_found_in_whatever_was_pasted(house: House, query: str) -> None:
    back = signed_in_at(connecting.begin(house, "signed", REDIRECT, "lead").address)
    before, _, told = back.partition("?")
    pasted = f"{before}{query}{told}#_=_" if query else told
    assert connecting.answered(house, pasted, "lead").source == "signed"


@pytest.mark.parametrize(
    ("issuer", "is_taken"), [("https://one.example", True), ("https://two.example", False)]
)
def test_an_answer_that_names_another_platform_is_not_taken(
    house: House, platform: SignIn, issuer: str, is_taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = replace(connecting.app_of(house, "signed"), issuer="https://one.example")
    monkeypatch.setattr(Signing, "oauth", lambda _self: named)
    back = signed_in_at(connecting.begin(house, "signed", REDIRECT, "lead").address)
    answer = f"{back}&{urlencode({'iss': issuer})}"
    if is_taken:
        assert connecting.answered(house, answer, "lead").source == "signed"
        return
    with pytest.raises(Denied, match="not from the platform"):
        connecting.answered(house, answer, "lead")
    assert [one.path for one in platform.asked] == ["/authorize"]


def test_a_secret_is_never_sent_unencrypted_to_another_machine(
    platform: SignIn, tmp_path: Path, clock: Clock
) -> None:
    plain = source(platform, base_url="http://platform.example.org", as_app=True)
    house = make_house(tmp_path, clock, sources=[plain])
    with pytest.raises(ConfigError, match="unencrypted"):
        connecting.connect_as_app(house, "signed", "lead")


def test_of_the_scopes_that_are_told_only_scopes_are_taken(house: House, platform: SignIn) -> None:
    platform.granted = (*SCOPES, "\x1b[2J", "half\ud800")
    assert connected(house).scopes == SCOPES


def test_a_source_that_needs_no_sign_in_says_so(tmp_path: Path) -> None:
    house = make_house(tmp_path, sources=[file_source(records(tmp_path, []))])
    with pytest.raises(ConfigError, match="is not signed in for"):
        connecting.begin(house, "catalogue", REDIRECT, "lead")


def test_nothing_waits_after_the_last_word(house: House) -> None:
    connected(house)
    with house.store.read() as session:
        assert session.exec(select(Kept).where(col(Kept.plugin) == "connecting")).all() == []


def test_a_new_sign_in_ends_the_count_of_failures(house: House, clock: Clock) -> None:
    read(house, "signed")  # without a token
    clock.move(timedelta(days=20))
    connected(house)
    assert pause_failing(house) == []
    assert not is_paused(house, "signed")
