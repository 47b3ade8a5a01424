"""LinkedIn Learning: the catalogue kept up with, deeds told once, nobody's e-mail address."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from connectors.linkedin.api import millis
from connectors.linkedin.learning import ACTIVITY, CATALOGUE, LinkedInLearning
from connectors.linkedin.learning.assets import read_asset
from connectors.linkedin.learning.deeds import deeds_of
from connectors.linkedin.learning.reports import DAY, MONDAY
from connectors.linkedin.learning.settings import LinkedInLearningSettings
from gleanery.errors import ConfigError, Denied, QuotaExhausted, Unreachable
from gleanery.flow.granting import ask_as_app
from gleanery.http import GuardedHttp
from gleanery.model.posts import DeedDraft, PostDraft, PostKind
from gleanery.ports import Context, Page
from gleanery.testing import Clock, MemoryTokens, Reply, check_connector
from tests.connectors.reader import Reader
from tests.fakes.linkedin import refusal
from tests.fakes.linkedin_learning import ACCOUNT, Done, LearningWorld

Reads = Callable[..., Reader]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[LearningWorld]:
    with LearningWorld(clock) as world:
        yield world


@pytest.fixture
def reads(world: LearningWorld, clock: Clock, tmp_path: Path) -> Reads:
    """A reader of the world, its settings changed as given, that has got its token."""

    def made(**changes: Any) -> Reader:
        settings = {**world.settings(), "client_secret": world.secret, **changes}
        checked = LinkedInLearningSettings.model_validate(settings)

        def connector(ctx: Context) -> LinkedInLearning:
            return LinkedInLearning(checked, ctx)

        reader = Reader(connector, world, clock, tmp_path / "own")
        assert isinstance(reader.ctx.tokens, MemoryTokens)
        reader.ctx.tokens.token = world.token
        return reader

    return made


def deeds(pages: list[Page]) -> list[DeedDraft]:
    return [deed for page in pages for deed in page.deeds]


# ---------------------------------------------------------------------- the catalogue


def test_a_course_is_read_with_its_address_length_skills_and_language(
    world: LearningWorld, reads: Reads
) -> None:
    course = world.add("Slings and their <b>limits</b>")
    reader = reads()
    reader.read()
    (post,) = reader.known.drafts
    assert (post.platform, post.realm, post.external_id) == ("linkedin-learning", "linkedin.com", course.urn)
    assert (post.kind, post.title, post.text) == (PostKind.COURSE, "Course 101", "Slings and their limits")
    assert post.url == "https://www.linkedin.com/learning/101"
    assert (post.seconds, post.tags, post.language) == (3_600, ("Rigging",), "en-US")
    assert post.published_at == datetime(2026, 1, 15, 12, 0, 0, 1_000, tzinfo=UTC)


def test_videos_and_languages_are_read_where_they_are_chosen(world: LearningWorld, reads: Reads) -> None:
    world.add("English course")
    world.add("English video", type="VIDEO")
    world.add("Deutscher Kurs", locale="de_DE")
    plain = reads()
    plain.read()
    assert set(plain.texts.values()) == {"English course"}
    wide = reads(asset_types=["COURSE", "VIDEO"], locales=["en_US", "de_DE"])
    wide.read()
    assert set(wide.texts.values()) == {"English course", "English video", "Deutscher Kurs"}
    assert {post.kind for post in wide.known.drafts} == {PostKind.COURSE, PostKind.VIDEO}


def test_what_changed_costs_one_request_and_what_is_retired_is_gone(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    courses = [world.add(f"About {number}") for number in range(12)]
    reader = reads(activity=False, page_size=100)
    reader.read()
    assert reader.texts == world.truth()
    clock.move(timedelta(days=3))
    courses[0].retired, courses[0].updated = True, millis(clock())
    courses[1].words, courses[1].updated = "Rewritten", millis(clock())
    reader.asked()
    reader.read()
    assert reader.asked() == 1
    assert reader.texts == world.truth()


def test_what_was_retired_or_deleted_unseen_is_found_when_all_is_gone_through(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    courses = [world.add(f"About {number}") for number in range(12)]
    reader = reads(activity=False)
    reader.read()
    courses[3].retired = True
    del world.assets[courses[7].urn]
    clock.move(timedelta(days=29))
    reader.read()
    assert reader.texts != world.truth()
    clock.move(timedelta(days=1))
    reader.read()
    assert reader.texts == world.truth()


def test_the_first_reading_goes_back_as_far_as_it_is_told_and_going_through_all_brings_nothing_older(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    world.add("Old")
    clock.move(timedelta(days=100))
    world.add("New")
    reader = reads(activity=False)
    reader.read()
    assert set(reader.texts.values()) == {"New"}
    clock.move(timedelta(days=31))
    reader.read()
    assert set(reader.texts.values()) == {"New"}
    whole = reads(activity=False, first_days=0)
    whole.read()
    assert set(whole.texts.values()) == {"Old", "New"}


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_reading_to_rest_gives_the_truth(
    world: LearningWorld, reads: Reads, clock: Clock, seed: int
) -> None:
    rng = random.Random(seed)
    reader = reads()
    faults: list[Any] = [Reply(500, b""), refusal(429, "TOO_MANY_REQUESTS"), "cut", "half"]
    told: dict[str, DeedDraft] = {}
    for _ in range(40):
        for _ in range(rng.randrange(4)):
            world.change(rng)
        clock.move(timedelta(hours=rng.randrange(40)))
        if rng.random() < 0.2:
            world.interrupt(rng.choice(faults))
        told.update((deed.event, deed) for deed in deeds(reader.read(pages=rng.choice([None, 1, 2]))))
    for wait in world.rest(clock):
        clock.move(wait)
        for _ in range(2):
            told.update((deed.event, deed) for deed in deeds(reader.read()))
    assert reader.texts == world.truth()
    watched = sum(deed.seconds or 0 for deed in told.values() if deed.did == "viewed")
    assert watched == sum(one.seconds for one in world.done)


# ---------------------------------------------------------------------- deeds


def test_a_completion_is_told_at_once_and_what_was_watched_when_its_week_is_over(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    course = world.add("Slings")
    world.watch(1, course, seconds=60, completed=True)
    reader = reads()
    clock.move(timedelta(days=1))
    (done,) = deeds(reader.read())
    assert (done.did, done.account, done.about, done.realm) == (
        "completed",
        "HR0001",
        course.urn,
        "linkedin.com",
    )
    assert done.at == datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
    world.watch(1, course, seconds=30)
    clock.move(timedelta(days=7))
    found = {deed.did: deed for deed in deeds(reader.read())}
    assert found["completed"] == done
    assert (found["viewed"].seconds, found["viewed"].at) == (90, datetime(2026, 1, 16, 12, 0, tzinfo=UTC))


def test_the_last_window_is_read_again_and_tells_the_same_deeds(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    world.watch(1, world.add("Slings"), completed=True)
    reader = reads()
    clock.move(timedelta(days=9))
    first = deeds(reader.read())
    assert {deed.did for deed in first} == {"completed", "viewed"}
    reader.asked()
    again = deeds(reader.read())
    assert again == first
    reports = [asked for asked in world.asked if asked.path.endswith("Reports")]
    assert len(reports) == 2, "the last final window and the one of today"


def test_deeds_that_linkedin_tells_late_are_told_after_all(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    world.late = timedelta(days=5)
    world.watch(1, world.add("Slings"), seconds=40)
    reader = reads()
    clock.move(timedelta(days=6))
    assert not [deed for deed in deeds(reader.read()) if deed.did == "viewed"]
    clock.move(timedelta(days=6))
    assert [deed.seconds for deed in deeds(reader.read())] == [40]


@pytest.mark.parametrize("days", [1, 7, 14])
def test_no_window_is_longer_than_fourteen_days_and_all_lie_on_one_grid(
    world: LearningWorld, reads: Reads, clock: Clock, days: int
) -> None:
    world.watch(1, world.add("Slings"))
    clock.move(timedelta(days=20, hours=5))
    reader = reads(window_days=days, first_days=60)
    reader.read()
    asked = [one.query for one in world.asked if one.path.endswith("Reports")]
    starts = [int(query["startedAt"]) for query in asked]
    assert all(1 <= int(query["timeOffset.duration"]) <= days for query in asked)
    assert all((start - MONDAY) % (days * DAY) == 0 for start in starts)
    assert starts == list(range(starts[0], starts[0] + len(starts) * days * DAY, days * DAY)), "no gap"
    assert starts[0] <= millis(clock()) - 60 * DAY
    assert starts[-1] <= millis(clock()) < starts[-1] + days * DAY


def test_no_name_and_no_mail_is_kept_and_a_mail_as_id_gives_way_to_the_profile(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    world.mails = True
    world.watch(3, world.add("Slings"), completed=True)
    clock.move(timedelta(days=9))
    reader = reads()
    found = deeds(reader.read())
    assert {deed.account for deed in found} == {f"urn:li:enterpriseProfile:({ACCOUNT},3)"}
    kept = "".join(deed.model_dump_json() for deed in found) + f"{reader.states}"
    assert "@" not in kept
    assert "learner 3" not in kept


def test_the_account_is_the_sign_on_s_id_or_the_profile_and_the_deed_stays_the_same(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    world.watch(3, world.add("Slings"), completed=True)
    clock.move(timedelta(days=9))
    own, profile = (deeds(reads(learner=way).read()) for way in ("user_id", "profile"))
    assert {deed.account for deed in own} == {"HR0003"}
    assert {deed.account for deed in profile} == {f"urn:li:enterpriseProfile:({ACCOUNT},3)"}
    assert [deed.event for deed in own] == [deed.event for deed in profile]


def test_two_learners_two_courses_and_two_weeks_are_deeds_of_their_own(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    courses = [world.add("One"), world.add("Two")]
    for _ in range(2):
        for learner in (1, 2):
            for course in courses:
                world.watch(learner, course, completed=True)
        clock.move(timedelta(days=8))
    found = deeds(reads().read())
    assert len({deed.event for deed in found}) == len(found) == 16


def test_a_report_s_odd_elements_are_faults_and_the_others_are_told(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    good = _element(
        activities=[{"engagementType": "COMPLETIONS", "engagementValue": 1, "lastEngagedAt": 10**12}]
    )
    odd: list[Any] = [
        "text",
        {},
        {**good, "learnerDetails": {"uniqueUserId": "a@example.org"}},
        {**good, "contentDetails": {}},
        _element(activities=[{"engagementType": "COMPLETIONS", "engagementValue": 1}]),
        _element(activities="none"),
        _element(activities=[7, {"engagementType": "MARKED_AS_DONE", "engagementValue": 1}]),
    ]
    world.interrupt(Reply(200, {"elements": [good, *odd]}), when=lambda asked: asked.path.endswith("Reports"))
    pages = reads(first_days=1, page_size=50).read()
    assert [deed.did for deed in deeds(pages)] == ["completed"]
    assert [fault.where for page in pages for fault in page.faults] == [
        f"report element {n}" for n in range(2, 7)
    ]


def test_progress_is_told_as_a_share_until_it_is_whole(world: LearningWorld, reads: Reads) -> None:
    def element(percent: float) -> dict[str, Any]:
        progress = {
            "engagementType": "PROGRESS_PERCENTAGE",
            "engagementValue": percent,
            "lastEngagedAt": 10**12,
        }
        return _element(activities=[progress], contentDetails={"contentUrn": f"urn:li:lyndaCourse:{percent}"})

    elements = [element(45), element(0), element(100)]
    world.interrupt(Reply(200, {"elements": elements}), when=lambda asked: asked.path.endswith("Reports"))
    (deed,) = deeds(reads(first_days=20, page_size=50).read())
    assert (deed.did, deed.progress, deed.about) == ("progressed", 0.45, "urn:li:lyndaCourse:45")


def _element(**fields: Any) -> dict[str, Any]:
    return {
        "learnerDetails": {"uniqueUserId": "HR1", "entity": {"profileUrn": "urn:li:enterpriseProfile:1"}},
        "contentDetails": {"contentUrn": "urn:li:lyndaCourse:1"},
        "latestDataAt": 2 * 10**12,
        "activities": [],
        **fields,
    }


def test_reports_are_read_only_where_they_are_switched_on(world: LearningWorld, reads: Reads) -> None:
    assert reads().connector().partitions() == [CATALOGUE, ACTIVITY]
    settings = LinkedInLearningSettings.model_validate({"client_id": "a", "client_secret": "not looked at"})
    assert settings.activity is False
    reader = reads(activity=False)
    reader.read()
    assert not [asked for asked in world.asked if asked.path.endswith("Reports")]


# ---------------------------------------------------------------------- key, refusals, check


def test_the_app_asks_for_its_own_token_and_nobody_signs_in(
    world: LearningWorld, reads: Reads, clock: Clock
) -> None:
    connector = reads().connector()
    assert isinstance(connector, LinkedInLearning)
    grant = ask_as_app(GuardedHttp(entered=[world.host]), connector.oauth(), clock())
    assert grant.access == SecretStr(world.token)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (refusal(429, "TOO_MANY_REQUESTS"), QuotaExhausted),
        (refusal(403, "ACCESS_DENIED"), Denied),
        (refusal(400, "INVALID_AGGREGATION_CRITERIA"), ConfigError),
        (refusal(500, "INTERNAL_ERROR"), Unreachable),
        (Reply(200, b'{"elements": ['), Unreachable),
        ("cut", Unreachable),
    ],
)
@pytest.mark.parametrize("partition", [CATALOGUE, ACTIVITY])
def test_every_refusal_is_an_error_with_a_remedy_and_reading_goes_on_afterwards(
    world: LearningWorld, reads: Reads, reply: Any, expected: type[Exception], partition: str
) -> None:
    world.add("Slings")
    path = "/v2/learningAssets" if partition == CATALOGUE else "/v2/learningActivityReports"
    world.interrupt(reply, when=lambda asked: asked.path == path)
    reader = reads()
    reader.read()
    assert isinstance(reader.errors[partition], expected)
    assert world.token not in str(reader.errors[partition])
    reader.read()
    assert not reader.errors
    assert reader.texts == world.truth()


def test_used_up_calls_come_back_at_midnight_utc(world: LearningWorld, reads: Reads) -> None:
    world.interrupt(refusal(429, "TOO_MANY_REQUESTS"))
    reader = reads()
    reader.read()
    error = reader.errors[CATALOGUE]
    assert isinstance(error, QuotaExhausted)
    assert error.until == datetime(2026, 1, 16, tzinfo=UTC)
    assert reader.asked() == 1


def test_a_refused_key_needs_a_person(world: LearningWorld, reads: Reads) -> None:
    reader = reads()
    assert isinstance(reader.ctx.tokens, MemoryTokens)
    reader.ctx.tokens.token = "worn"
    reader.read()
    assert isinstance(reader.errors[CATALOGUE], Denied)
    assert reader.ctx.tokens.refused == ["worn"]


def test_the_check_tries_catalogue_and_reports(world: LearningWorld, reads: Reads) -> None:
    lines = {line.name: line for line in reads().connector().check()}
    assert all(line.ok for line in lines.values()), lines
    assert len(world.asked) == 2
    off = {line.name: line for line in reads(activity=False).connector().check()}
    assert "`activity` is off" in off["reports"].message
    assert len(world.asked) == 3


def test_the_check_says_which_right_is_missing(world: LearningWorld, reads: Reads) -> None:
    world.interrupt(refusal(403, "ACCESS_DENIED"), times=2)
    lines = {line.name: line for line in reads().connector().check()}
    assert "Content and Reports" in lines["catalogue"].remedy
    assert not lines["reports"].ok


def test_the_connector_keeps_the_contract(world: LearningWorld, reads: Reads) -> None:
    for number in range(12):
        world.add(f"About {number}")
    reader = reads()
    check_connector(reader.connector, secrets=[world.token, world.secret])


def test_descriptions_leave_only_by_the_switch(reads: Reads) -> None:
    assert reads().connector().policy.may_pass_text_on is False
    assert reads(words_may_leave=True).connector().policy.may_pass_text_on is True


@pytest.mark.parametrize(
    "settings",
    [
        {"window_days": 15},
        {"window_days": 0},
        {"locales": ["english"]},
        {"asset_types": ["BOOK"]},
        {"client_id": ""},
    ],
)
def test_settings_that_cannot_work_are_refused(reads: Reads, settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        reads(**settings)


def test_several_accounts_are_realms_of_their_own(world: LearningWorld, reads: Reads, clock: Clock) -> None:
    world.watch(1, world.add("Slings"), completed=True)
    clock.move(timedelta(days=1))
    reader = reads(account="77")
    assert {deed.realm for deed in deeds(reader.read())} == {"urn:li:enterpriseAccount:77"}
    assert {post.realm for post in reader.known.drafts} == {"urn:li:enterpriseAccount:77"}


@pytest.mark.parametrize(
    "value", [float("inf"), float("nan"), 10**400, -5], ids=["inf", "nan", "huge", "less"]
)
def test_a_figure_that_is_none_makes_no_deed_and_no_failure(
    world: LearningWorld, reads: Reads, clock: Clock, value: float
) -> None:
    settings = reads().connector()._settings  # type: ignore[attr-defined]
    element = world._element(1, "urn:li:lyndaCourse:1", [Done(1, "urn:li:lyndaCourse:1", millis(clock()))], 0)
    for one in element["activities"]:
        one["engagementValue"] = value
    assert deeds_of(element, settings, 0, is_final=True) == []
    asset = world.add("About slings").record()
    asset["details"]["timeToComplete"]["duration"] = value
    found = read_asset(asset, "linkedin.com", clock())
    assert isinstance(found, PostDraft)
    assert found.seconds is None
