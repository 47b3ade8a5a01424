"""Who comes, from where and for what, as the house is told: and nothing that names a person."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from gleanery.errors import ConfigError, Conflict
from gleanery.ports import Context, Registers, Seats
from gleanery.testing import Clock, check_adapter, make_context
from gleanery.testing.context import MemoryLearners
from lms_adapters.lti import Lti, Settings
from tests.lms_adapters.items import HOSTILE, item, item_id
from tests.lms_adapters.lti.browser import Browser
from tests.lms_adapters.lti.conftest import ADDRESS, MakeLti, settings_for
from tests.lti_platforms import Lms, claims_named

ITEM = item_id(1)


def test_it_keeps_the_contract_of_adapters(make: MakeLti) -> None:
    check_adapter(make, item())
    assert isinstance(make(), Seats)
    assert isinstance(make(), Registers)


def test_delivering_asks_nobody(make: MakeLti, lms: Lms) -> None:
    receipt = make().upsert(item(), None)
    assert receipt.remote_id == str(ITEM)
    assert receipt.url == f"{ADDRESS}/launch?item={ITEM}"
    assert make().retract(ITEM, receipt.remote_id).url is None
    assert lms.asked == []


def test_without_an_address_of_ours_nothing_is_offered(lms: Lms, context: Context) -> None:
    adapter = Lti(settings_for(lms), dataclasses.replace(context, address=""))
    with pytest.raises(ConfigError, match=r"serve\.address"):
        adapter.upsert(item(), None)
    assert not adapter.preflight()[0].ok


def test_a_learner_arrives_for_an_item_with_where_the_score_goes(
    browser: Browser, lms: Lms, learners: MemoryLearners
) -> None:
    seen = browser.open(lms, ITEM)
    assert (seen.status, seen.location) == (303, "/learn/enter?ticket=1")
    (arrival,) = learners.arrivals
    assert (arrival.realm, arrival.account, arrival.place) == (lms.url, "5", "3:3")
    assert (arrival.wants, arrival.picks, arrival.is_teacher, arrival.cookies) == (ITEM, None, False, True)
    assert (arrival.language, arrival.frames) == ("en", (lms.url,))
    assert arrival.return_url == f"{lms.url}/mod/lti/return.php?course=2"
    assert arrival.scores_to is not None
    assert arrival.scores_to["lines"] == f"{lms.url}/mod/lti/services.php/2/lineitems?type_id=3"
    assert "Stan" not in repr(arrival)
    assert "learner@example.org" not in repr(arrival)


def test_an_item_may_be_named_by_the_links_own_address(
    browser: Browser, lms: Lms, learners: MemoryLearners
) -> None:
    asked = browser.login(lms, target_link_uri=f"{ADDRESS}/launch?item={ITEM}")
    claims = lms.claims(asked["nonce"], **claims_named(target_link_uri=f"{ADDRESS}/launch?item={ITEM}"))
    assert browser.launch(asked["state"], lms.signed(claims)).status == 303
    assert learners.arrivals[0].wants == ITEM


_ROLES = "http://purl.imsglobal.org/vocab/lis/v2/"


@pytest.mark.parametrize(
    ("roles", "is_teacher"),
    [
        ([f"{_ROLES}membership#Learner"], False),
        ([f"{_ROLES}membership#Instructor"], True),
        ([f"{_ROLES}membership/Instructor#TeachingAssistant"], True),
        ([f"{_ROLES}system/person#Administrator"], True),
        (["Instructor"], True),
        ([f"{_ROLES}membership#Learner", f"{_ROLES}institution/person#Staff"], False),
        ([f"{_ROLES}membership#Learner", f"{_ROLES}system/person#Administrator"], False),
        ([f"{_ROLES}membership/Learner#Instructor"], False),
        ([f"{_ROLES}institution/person#Staff"], False),
        ([f"{_ROLES}institution/person#Instructor"], True),
        ([], False),
        (None, False),
        ([1, {"a": 2}, "#"], False),
        ("Instructor", False),
    ],
)
def test_who_teaches(
    browser: Browser, lms: Lms, learners: MemoryLearners, roles: Any, is_teacher: bool
) -> None:
    assert browser.open(lms, ITEM, **claims_named(roles=roles)).status == 303
    assert learners.arrivals[0].is_teacher is is_teacher


def test_an_issuer_that_many_sites_share_is_told_apart_by_our_client_id(context: Context, lms: Lms) -> None:
    from lms_adapters.lti.platform import platform_of

    shared = settings_for(lms, issuer="https://canvas.instructure.com")
    platform = platform_of(shared, context.store)
    assert platform is not None
    assert platform.realm == f"https://canvas.instructure.com#{lms.client_id}"
    assert platform.owns("https://school.instructure.com/courses/1")
    assert not platform.owns("https://instructure.com.evil.example/")
    assert not platform.owns("https://school.instructure.com@evil.example/")


def test_a_new_deployment_waits_until_somebody_approves_it(
    browser: Browser, lms: Lms, make: MakeLti, learners: MemoryLearners
) -> None:
    told = claims_named(deployment_id="77")
    seen = browser.open(lms, ITEM, **told)
    assert (seen.status, "77" in seen.text, "approve" in seen.text) == (403, True, True)
    adapter = make()
    assert [(one.id, one.state) for one in adapter.deployments()] == [("77", "pending"), ("3", "approved")]
    adapter.decide("77", "approved")
    assert browser.open(lms, ITEM, **told).status == 303
    adapter.decide("77", "refused")
    assert "refused" in browser.open(lms, ITEM, **told).text
    assert len(learners.arrivals) == 1


def test_the_log_of_launches_names_no_person(browser: Browser, lms: Lms, make: MakeLti) -> None:
    browser.open(lms, ITEM)
    (entry,) = make().launches("en")
    assert entry.claims["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] == "3"
    assert entry.claims["name"] == ""
    told = json.dumps(dataclasses.asdict(entry), default=str)
    for private in ("Stan", "example.org/mod", "learner@", "SOC101"):
        assert private not in told
    assert (len(entry.who), entry.who != "5") == (8, True)


def test_the_log_is_bounded_and_strangers_do_not_push_launches_out(
    browser: Browser, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    from datetime import timedelta

    browser.open(lms, ITEM)
    for _ in range(100):
        clock.move(timedelta(seconds=1))
        assert browser.launch("x", "y").status == 403
    entries = make().launches("de")
    assert len(entries) == 41
    assert entries[-1].check == ""
    assert "Anmeldung" in entries[0].wrong


def test_words_are_german_where_the_browser_asks_for_them(make: MakeLti) -> None:
    german = Browser(make(), ADDRESS, {"accept-language": "fr, de-AT;q=0.9, en;q=0.8"})
    assert "Gehen Sie zurück zum LMS" in german.launch("x", "y").text
    assert "Dieser Link lässt sich nicht öffnen" in german.launch("x", "y").text
    english = Browser(make(), ADDRESS, {"accept-language": "en;q=0.8, de;q=nan"})
    assert "cannot be opened" in english.launch("x", "y").text


def test_hostile_text_in_a_message_is_only_ever_text(browser: Browser, lms: Lms, make: MakeLti) -> None:
    for text in HOSTILE:
        line = text.encode("utf-8", "replace").decode()
        for claims in (claims_named(deployment_id=line[:200]), claims_named(version=line), {"iss": line}):
            seen = browser.open(lms, ITEM, **{**claims, "given_name": line})
            assert seen.status == 403
            body = seen.text.partition("<main>")[2]
            assert "<script" not in body.replace("</main>", "")
            assert "<img" not in body
            assert "<svg" not in body
    assert browser.post("launch", {"error": HOSTILE[0]}).status == 403
    assert "<script>window" not in browser.post("launch", {"error": HOSTILE[0]}).text
    assert all(one.wrong for one in make().launches("en"))


def test_every_page_may_be_framed_by_the_registered_lms_only(browser: Browser, lms: Lms) -> None:
    for seen in (browser.launch("x", "y"), browser.open(lms, ITEM), browser.get(f"{ADDRESS}/go?state=x")):
        policy = dict(part.split(" ", 1) for part in seen.headers["content-security-policy"].split("; "))
        assert policy["frame-ancestors"] == lms.url
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'none'"


def test_without_a_registration_nobody_gets_in(context: Context, lms: Lms) -> None:
    browser = Browser(Lti(Settings(), context), ADDRESS)
    seen = browser.post("login", {"iss": lms.url, "login_hint": "5", "target_link_uri": f"{ADDRESS}/launch"})
    assert (seen.status, "No LMS is registered" in seen.text) == (409, True)
    assert "frame-ancestors 'none'" in seen.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("fields", "check"),
    [
        ({"login_hint": ""}, "login"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"client_id": "another"}, "client"),
    ],
)
def test_a_login_that_is_not_ours_says_why(
    browser: Browser, lms: Lms, make: MakeLti, fields: dict[str, str], check: str
) -> None:
    good = {"iss": lms.url, "login_hint": "5", "target_link_uri": f"{ADDRESS}/launch"}
    seen = browser.post("login", good | fields)
    assert seen.status in (400, 403)
    assert make().launches("en")[0].check == check


def test_a_form_with_a_field_twice_is_refused(make: MakeLti) -> None:
    door = next(one for one in make().endpoints() if one.name == "login")
    assert door.answer("POST", "", {}, b"iss=a&iss=b&login_hint=1")[0] == 400
    assert door.answer("POST", "", {}, b"&".join(b"f%d=1" % n for n in range(90)))[0] == 400


def test_an_lms_that_could_not_sign_somebody_in_is_quoted(browser: Browser) -> None:
    seen = browser.post("launch", {"error": "login_required", "state": "x"})
    assert (seen.status, "login_required" in seen.text, "Sign in to the LMS" in seen.text) == (
        403,
        True,
        True,
    )


# ------------------------------------------------------------------------------ browsers without cookies


def test_without_cookies_the_lms_keeps_our_proof(make: MakeLti, lms: Lms, learners: MemoryLearners) -> None:
    browser = Browser(make(), ADDRESS, keeps_cookies=False, headers={"sec-fetch-dest": "iframe"})
    seen = browser.get(browser.post("login", _login(lms, lti_storage_target="_parent")).location)
    put = _told(seen.text)
    assert (put["does"], put["target"], put["origin"]) == ("put", "_parent", lms.url)
    from tests.lti_platforms.lms import query_of

    asked = query_of(put["next"])
    custom = claims_named(custom={"gleanery": str(ITEM)})
    token = lms.signed(lms.claims(asked["nonce"], **custom))
    page = browser.launch(asked["state"], token)
    assert (_told(page.text)["does"], _told(page.text)["key"]) == ("get", put["key"])
    assert learners.arrivals == []
    wrong = browser.launch(asked["state"], token, proof="of my own making")
    assert (wrong.status, learners.arrivals) == (403, [])
    assert browser.launch(asked["state"], token, proof=put["value"]).status == 303
    assert learners.arrivals[0].cookies is False
    assert browser.launch(asked["state"], token, proof=put["value"]).status == 403


def test_without_cookies_and_storage_a_new_tab_begins_anew(make: MakeLti, lms: Lms) -> None:
    browser = Browser(make(), ADDRESS, keeps_cookies=False, headers={"sec-fetch-dest": "iframe"})
    seen = browser.get(browser.post("login", _login(lms)).location)
    assert seen.status == 200
    again = seen.text.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert 'target="_blank"' in seen.text
    assert 'rel="noopener"' in seen.text
    tab = Browser(make(), ADDRESS, {"sec-fetch-dest": "document"})
    assert tab.get(tab.get(again).location).location.startswith(f"{lms.url}/mod/lti/auth.php?")


def test_a_tab_of_its_own_that_keeps_no_cookies_is_told_so(make: MakeLti, lms: Lms) -> None:
    browser = Browser(make(), ADDRESS, keeps_cookies=False, headers={"sec-fetch-dest": "document"})
    seen = browser.get(browser.post("login", _login(lms)).location)
    assert (seen.status, "Allow cookies" in seen.text) == (403, True)


def _login(lms: Lms, **more: str) -> dict[str, str]:
    return {"iss": lms.url, "login_hint": "5", "target_link_uri": f"{ADDRESS}/launch", **more}


def _told(page: str) -> dict[str, str]:
    from html import unescape

    data = page.partition("<div id=told hidden ")[2].partition("></div>")[0]
    pairs = (one.partition('="') for one in data.split(" data-"))
    return {name.removeprefix("data-"): unescape(value.removesuffix('"')) for name, _, value in pairs}


# ------------------------------------------------------------------------------ settings


def test_a_manual_set_up_is_whole_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="needs all of"):
        Settings(issuer="https://lms.example.org")
    with pytest.raises(ValueError, match="unencrypted"):
        Settings(url="http://lms.example.org")
    for wrong in ("ftp://lms.example.org", "lms.example.org", "https://a@lms.example.org"):
        with pytest.raises(ValueError, match="LMS"):
            Settings(url=wrong)
    assert Settings(url="http://127.0.0.1:80").title


def test_an_lms_that_is_set_is_not_invited_to_register(make: MakeLti) -> None:
    from datetime import timedelta

    with pytest.raises(Conflict, match="by the settings"):
        make().invite(replaces=True, lives=timedelta(days=1))


def test_the_context_serves_several_destinations_apart(tmp_path: Any, context: Context, lms: Lms) -> None:
    other = make_context(tmp_path / "other", context.http, context.now)
    one, two = (
        Browser(Lti(settings_for(lms), context), ADDRESS),
        Browser(Lti(settings_for(lms), other), ADDRESS),
    )
    asked = one.login(lms)
    two.cookies = dict(one.cookies)
    assert two.launch(asked["state"], lms.signed(lms.claims(asked["nonce"]))).status == 403
