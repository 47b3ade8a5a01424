"""What goes back to the LMS: the teacher's choice, scores and completion, and what is read there again."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, Gone, Unreachable
from gleanery.ports import Context, Deed, LearningCollection, Placed, Score
from gleanery.testing import Clock
from gleanery.testing.context import MemoryLearners
from gleanery.testing.fakes import Reply
from lms_adapters.lti import Lti, Settings
from lms_adapters.lti.keys import OwnKeys
from lms_adapters.lti.scores import beneath
from tests.lms_adapters.items import HOSTILE, item, item_id
from tests.lms_adapters.lti.browser import Browser
from tests.lms_adapters.lti.conftest import ADDRESS, MakeLti
from tests.lti_platforms import Lms, claims_named
from tests.lti_platforms.lms import AGS, DL, SCOPES

ITEM = item_id(1)


# ------------------------------------------------------------------------------ the teacher's choice


def _picks(browser: Browser, lms: Lms, learners: MemoryLearners, **settings: Any) -> Any:
    asked = browser.login(lms)
    seen = browser.launch(asked["state"], lms.signed(lms.choice(asked["nonce"], **settings)))
    assert seen.status == 303, seen.text
    arrival = learners.arrivals[-1]
    assert (arrival.wants, arrival.is_teacher, arrival.scores_to) == (None, True, None)
    return arrival.picks


def _answered(context: Context, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(dict(OwnKeys(context).published()))  # type: ignore[arg-type]
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def test_three_chosen_items_become_three_links_without_addresses_in_moodle(
    browser: Browser, lms: Lms, make: MakeLti, learners: MemoryLearners, context: Context
) -> None:
    picks = _picks(browser, lms, learners, data="opaque & more")
    form = make().picked(picks, [item(1), item(2), item(3)])
    assert form.url == f"{lms.url}/mod/lti/contentitem_return.php?course=2&id=3"
    told = _answered(context, form.fields["JWT"])
    assert (told["iss"], told["aud"]) == (lms.client_id, [lms.url])
    assert told[f"{DL}data"] == "opaque & more"
    assert told["https://purl.imsglobal.org/spec/lti/claim/message_type"] == "LtiDeepLinkingResponse"
    assert told["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] == "3"
    assert 0 < told["exp"] - told["iat"] <= 300
    links = told[f"{DL}content_items"]
    assert [link["custom"] for link in links] == [{"gleanery": str(item_id(number))} for number in (1, 2, 3)]
    assert all("url" not in link and link["type"] == "ltiResourceLink" for link in links)
    assert links[0]["lineItem"] == {
        "scoreMaximum": 100, "label": "Item 1", "resourceId": str(ITEM), "tag": "gleanery",
    }  # fmt: skip


def test_elsewhere_each_link_has_an_address_of_its_own(
    browser: Browser, lms: Lms, make: MakeLti, learners: MemoryLearners, context: Context
) -> None:
    picks = _picks(browser, lms, learners) | {"family": "chamilo"}
    links = _answered(context, make().picked(picks, [item(1), item(2)]).fields["JWT"])[f"{DL}content_items"]
    assert len({link["url"] for link in links}) == 2
    assert links[0]["url"] == f"{ADDRESS}/launch?item={ITEM}"
    forced = make(links="custom").picked(picks, [item(1)])
    assert "url" not in _answered(context, forced.fields["JWT"])[f"{DL}content_items"][0]


def test_a_path_is_placed_as_one_link(
    browser: Browser, lms: Lms, make: MakeLti, learners: MemoryLearners, context: Context
) -> None:
    path = LearningCollection(
        id=item_id(50), title="First days", summary="What to know", objectives=(), ordered=True, steps=(),
        competencies=(), goals=(), revision=1,
    )  # fmt: skip
    assert make().upsert_collection(path, None).url == f"{ADDRESS}/launch?item={path.id}"
    form = make().picked(_picks(browser, lms, learners), [path])
    (link,) = _answered(context, form.fields["JWT"])[f"{DL}content_items"]
    assert (link["title"], link["text"]) == ("First days", "What to know")


def test_what_the_lms_does_not_take_is_said_before_it_is_sent(
    browser: Browser, lms: Lms, make: MakeLti, learners: MemoryLearners, context: Context
) -> None:
    one = _picks(browser, lms, learners, accept_multiple=False, accept_lineitem=False)
    with pytest.raises(Denied, match="one item only"):
        make().picked(one, [item(1), item(2)])
    (link,) = _answered(context, make().picked(one, [item(1)]).fields["JWT"])[f"{DL}content_items"]
    assert "lineItem" not in link
    files = _picks(browser, lms, learners, accept_types=["file", "html"])
    with pytest.raises(Denied, match="no links to a tool"):
        make().picked(files, [item(1)])
    with pytest.raises(Denied, match="not the LMS's any more"):
        make().picked(one | {"return_url": "https://evil.example/"}, [item(1)])
    with pytest.raises(Denied, match="more than 200"):
        make().picked(_picks(browser, lms, learners), [item(number) for number in range(201)])


def test_hostile_titles_reach_the_lms_as_plain_text(
    browser: Browser, lms: Lms, make: MakeLti, learners: MemoryLearners, context: Context
) -> None:
    picks = _picks(browser, lms, learners)
    chosen = [item(number, title=text) for number, text in enumerate(HOSTILE)]
    links = _answered(context, make().picked(picks, chosen).fields["JWT"])[f"{DL}content_items"]
    assert all(link["title"] and len(link["title"]) <= 255 for link in links)
    assert not any(re.search("<[a-zA-Z/!?]", link["title"]) for link in links)


# ------------------------------------------------------------------------------ scores


Arrive = Callable[..., Any]


@pytest.fixture
def arrive(browser: Browser, lms: Lms, learners: MemoryLearners) -> Arrive:
    """Where the score of a fresh launch goes."""

    def launched(**claims: Any) -> Any:
        assert browser.open(lms, ITEM, **claims).status == 303
        return learners.arrivals[-1].scores_to

    return launched


def _score(to: Any, clock: Clock, **changes: Any) -> Score:
    told: dict[str, Any] = {"account": "5", "at": clock(), "progress": "completed", "share": 1.0, **changes}
    return Score(to=to, **told)


def _endpoint(lms: Lms, **more: Any) -> dict[str, Any]:
    return {f"{AGS}claim/endpoint": {"scope": SCOPES, **more}}


def test_completion_and_score_reach_the_column_of_the_link(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    line = lms.add_column(resourceLinkId="3")
    make().score(_score(arrive(**_endpoint(lms, lineitem=line)), clock, share=0.8, comment="Well done"))
    ((_, told),) = lms.scores
    assert told == {
        "userId": "5", "scoreGiven": 80.0, "scoreMaximum": 100, "comment": "Well done",
        "activityProgress": "Completed", "gradingProgress": "FullyGraded", "timestamp": "2026-01-15T12:00:00.000Z",
    }  # fmt: skip


def test_the_name_of_the_service_stands_before_the_query() -> None:
    line = "https://lms.example.org/services.php/2/lineitems/7/lineitem?type_id=3"
    assert (
        beneath(line, "scores")
        == "https://lms.example.org/services.php/2/lineitems/7/lineitem/scores?type_id=3"
    )
    assert beneath("https://lms.example.org/line/7/", "results") == "https://lms.example.org/line/7/results"


def test_a_column_is_made_once_where_the_link_has_none(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock, learners: MemoryLearners
) -> None:
    learners.offers[ITEM] = item(1, title="Ladder safety")
    to = arrive()
    make().score(_score(to, clock, progress="started", share=None))
    make().score(_score(to, clock, account="6"))
    (line,) = lms.lines.values()
    assert (line["label"], line["resourceId"], line["resourceLinkId"]) == ("Ladder safety", str(ITEM), "3")
    assert [told["activityProgress"] for _, told in lms.scores] == ["Started", "Completed"]
    assert "scoreGiven" not in lms.scores[0][1]


def test_a_column_whose_making_was_answered_by_silence_is_found_again(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    to = arrive()
    lms.interrupt("half", when=lambda asked: asked.method == "POST" and asked.path.endswith("/lineitems"))
    with pytest.raises(Unreachable):
        make().score(_score(to, clock))
    make().score(_score(to, clock))
    assert (len(lms.lines), len(lms.scores)) == (1, 1)


def test_the_same_score_again_changes_nothing_and_a_later_one_comes_after_it(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    to = arrive()
    make().score(_score(to, clock, progress="in-progress", share=0.5))
    make().score(_score(to, clock, progress="in-progress", share=0.5))
    clock.move(timedelta(milliseconds=200))
    make().score(_score(to, clock))
    make().score(_score(to, clock))
    assert [(told["scoreGiven"], told["gradingProgress"]) for _, told in lms.scores] == [
        (50.0, "Pending"),
        (100.0, "FullyGraded"),
    ]
    times = [told["timestamp"] for _, told in lms.scores]
    assert times == sorted(set(times))


def test_a_score_whose_answer_was_lost_is_there_once(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    to = arrive()
    lms.interrupt("half", when=lambda asked: asked.path.endswith("/scores"))
    make().score(_score(to, clock))
    make().score(_score(to, clock))
    assert len(lms.scores) == 1


def test_a_token_that_the_lms_forgot_is_asked_for_once_more(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    adapter, to = make(), arrive()
    adapter.score(_score(to, clock))
    asked = sum(one.path.endswith("token.php") for one in lms.asked)
    adapter.score(_score(to, clock, account="6"))
    assert sum(one.path.endswith("token.php") for one in lms.asked) == asked
    lms.forget_tokens()
    adapter.score(_score(to, clock, account="7"))
    assert len(lms.scores) == 3


def test_a_column_that_a_teacher_removed_is_gone(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    line = lms.add_column(resourceLinkId="3")
    to = arrive(**_endpoint(lms, lineitem=line))
    lms.lines.clear()
    with pytest.raises(Gone, match="removed") as told:
        make().score(_score(to, clock))
    assert told.value.remedy


def test_a_learner_whom_the_lms_does_not_know_is_denied(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    with pytest.raises(Denied, match="does not know them") as told:
        make().score(_score(arrive(), clock, account="999"))
    assert "999" not in str(told.value)
    assert told.value.remedy


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(429, b"", {"Retry-After": "17"}), Unreachable, "429"),
        (Reply(503, b"<h1>Maintenance</h1>"), Unreachable, "503"),
        (Reply(403, b""), Denied, "403"),
        (Reply(200, b"<h1>Sign in</h1>", {"Content-Type": "text/html"}), BadInput, "page answered"),
    ],
)
def test_an_lms_that_does_not_take_a_score_now(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock, reply: Reply, kind: Any, words: str
) -> None:
    to = arrive(**_endpoint(lms, lineitem=lms.add_column()))
    lms.interrupt(reply, when=lambda asked: asked.path.endswith("/scores"))
    with pytest.raises(kind, match=words) as told:
        make().score(_score(to, clock))
    if isinstance(told.value, Unreachable) and reply.status == 429:
        assert told.value.retry_after == 17


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(400, {"error": "invalid_client"}), ConfigError, "400, invalid_client"),
        (Reply(404, b"<!DOCTYPE html>"), ConfigError, "404"),
        (Reply(200, b"<!DOCTYPE html>"), BadInput, "something other than JSON"),
        (Reply(200, {"token": "x"}), BadInput, "no token"),
        (Reply(502, b""), Unreachable, "502"),
    ],
)
def test_an_lms_that_issues_no_token(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock, reply: Reply, kind: type[GleaneryError], words: str
) -> None:
    to = arrive()
    lms.interrupt(reply, when=lambda asked: asked.path.endswith("token.php"))
    with pytest.raises(kind, match=words):
        make().score(_score(to, clock))


def test_no_score_goes_where_none_is_wanted_or_to_another_host(arrive: Arrive, lms: Lms) -> None:
    assert arrive(**{f"{AGS}claim/endpoint": None}) is None
    assert arrive(**{f"{AGS}claim/endpoint": {"scope": [], "lineitem": lms.add_column()}}) is None
    assert (
        arrive(**{f"{AGS}claim/endpoint": {"scope": SCOPES, "lineitem": "https://evil.example/line"}}) is None
    )
    assert arrive(**{f"{AGS}claim/endpoint": {"scope": "all", "lineitem": 5}}) is None


def test_a_column_on_another_host_gets_no_token_of_ours(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    to = dict(arrive()) | {"line": "https://evil.example/line"}
    with pytest.raises(Denied, match="not its own"):
        make().score(_score(to, clock))


# ------------------------------------------------------------------------------ read back


def test_only_what_a_teacher_changed_is_read_back(
    arrive: Arrive, lms: Lms, make: MakeLti, clock: Clock
) -> None:
    adapter, to = make(), arrive()
    for account in ("5", "6"):
        adapter.score(_score(to, clock, account=account, share=0.6))
    placed = [Placed(ITEM, str(ITEM)), Placed(item_id(2), str(item_id(2)))]
    told = list(adapter.read_back(placed, {}))
    assert [one.deeds for one in told] == [()]
    (line,) = lms.lines.values()
    clock.move(timedelta(hours=1))
    lms.grade(line["id"], "6", 90, clock())
    told = list(adapter.read_back(placed, told[-1].state))
    ((deed,),) = [one.deeds for one in told]
    assert (deed.account, deed.did, deed.score, deed.by_hand, deed.at) == ("6", "graded", 0.9, True, clock())
    assert (deed.item_id, deed.realm) == (ITEM, lms.url)
    assert [one.deeds for one in adapter.read_back(placed, told[-1].state)] == [()]
    assert isinstance(deed, Deed)
    lms.lines.clear()
    (gone,) = adapter.read_back(placed, told[-1].state)
    assert gone.notes


# ------------------------------------------------------------------------------ rosters


def test_a_roster_comes_in_pages_and_without_names(
    arrive: Arrive, lms: Lms, make: MakeLti, context: Context
) -> None:
    arrive()
    lms.per_page = 3
    adapter = make()
    assert [course.id for course in adapter.courses()] == ["2"]
    members = adapter.roster("2")
    assert [member.id for member in members] == [str(number) for number in range(5, 12)]
    assert members[0].roles == ("Learner",)
    assert sum(asked.path.endswith("/memberships") for asked in lms.asked) == 3
    assert "example.org" not in repr([dataclasses.asdict(member) for member in members])


def test_a_course_that_nobody_came_from_is_gone(make: MakeLti) -> None:
    with pytest.raises(Gone, match="no launch came"):
        make().roster("2")


def test_pages_that_do_not_end_are_left(arrive: Arrive, lms: Lms, make: MakeLti) -> None:
    arrive()
    url = f"{lms.url}/mod/lti/services.php/CourseSection/2/bindings/3/memberships"
    body = {"id": url, "members": [], "next": url}
    lms.interrupt(Reply(200, body), when=lambda asked: asked.path.endswith("/memberships"))
    with pytest.raises(BadInput, match="do not end"):
        make().roster("2")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(200, b"<html>"), BadInput), (Reply(200, {"x": 1}), BadInput), (Reply(403, b""), Denied),
        (Reply(404, b""), Gone), (Reply(500, b""), Unreachable),
    ],
)  # fmt: skip
def test_a_roster_that_cannot_be_read(
    arrive: Arrive, lms: Lms, make: MakeLti, reply: Reply, kind: type[GleaneryError]
) -> None:
    arrive()
    lms.interrupt(reply, when=lambda asked: asked.path.endswith("/memberships"))
    with pytest.raises(kind) as told:
        make().roster("2")
    assert told.value.remedy or isinstance(told.value, Unreachable)


# ------------------------------------------------------------------------------ the self test


def test_the_self_test_asks_the_lms(make: MakeLti) -> None:
    checks = make().self_test()
    assert [(check.name, check.ok) for check in checks] == [
        ("address", True), ("registered", True), ("deployment", True), ("keys", True), ("token", True),
        ("clock", False),
    ]  # fmt: skip
    assert "time server" in checks[-1].remedy, "the test's clock stands at another day"


def test_an_lms_that_is_down_holds_no_delivery_up(make: MakeLti, lms: Lms) -> None:
    lms.interrupt("cut", times=5)
    assert all(check.ok for check in make().preflight())
    assert make().upsert(item(), None).url
    assert lms.asked == []


def test_the_self_test_says_what_is_wrong(make: MakeLti, lms: Lms, context: Context) -> None:
    lms.jwks = lambda: Reply(200, b"<h1>Sign in</h1>")
    lms.interrupt(
        Reply(401, {"error": "invalid_client"}), when=lambda asked: asked.path.endswith("token.php")
    )
    failed = {check.name: check for check in make().self_test() if not check.ok}
    assert "JSON" in failed["keys"].message
    assert "invalid_client" in failed["token"].message
    assert all(check.remedy for check in failed.values())
    plain = dataclasses.replace(context, address="http://gleanery.example.org/in/destination-test")
    assert "https" in Lti(Settings(), plain).preflight()[0].remedy


def test_before_there_is_a_registration_the_self_test_says_so(context: Context) -> None:
    told = Lti(Settings(), context).self_test()
    assert "Not registered" in told[-1].message
    with pytest.raises(ConfigError, match="no LMS is registered"):
        Lti(Settings(), context).picked({}, [])


def test_a_deployment_told_at_the_launch_is_named_in_the_answer(
    browser: Browser, lms: Lms, make: MakeLti, learners: MemoryLearners, context: Context
) -> None:
    asked = browser.login(lms)
    claims = lms.choice(asked["nonce"]) | claims_named(deployment_id="4")
    adapter = make(deployments=["3", "4"])
    other = Browser(adapter, ADDRESS)
    other.cookies = browser.cookies
    assert other.launch(asked["state"], lms.signed(claims)).status == 303
    picks = learners.arrivals[-1].picks
    assert picks is not None
    told = _answered(context, adapter.picked(picks, [item(1)]).fields["JWT"])
    assert told["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] == "4"
