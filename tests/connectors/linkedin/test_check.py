"""What `sources check` tells of pages: access, end of the version, calls, clocks, the impossible; settings refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.linkedin import LinkedIn, versions
from connectors.linkedin.settings import LinkedInSettings
from gleanery.ports import Check
from gleanery.testing import Clock, MemoryTokens
from tests.connectors.linkedin.conftest import Reads
from tests.fakes.linkedin import PAGE, LinkedInWorld, refusal

OTHER = "urn:li:organization:3954657"


def lines(reads: Reads, **settings: Any) -> dict[str, Check]:
    return {line.name: line for line in reads(**settings).connector().check()}


def test_a_sound_source_passes_with_one_request(world: LinkedInWorld, reads: Reads) -> None:
    found = lines(reads)
    assert all(line.ok for line in found.values()), [line for line in found.values() if not line.ok]
    assert found[f"role on {PAGE}"].message == "ADMINISTRATOR"
    assert len(world.asked) == 1


def test_a_role_that_does_not_suffice_is_named(world: LinkedInWorld, reads: Reads) -> None:
    world.roles = [(PAGE, "ANALYST")]
    line = lines(reads)[f"role on {PAGE}"]
    assert not line.ok
    assert "ANALYST" in line.message
    assert "CONTENT_ADMIN" in line.remedy


@pytest.mark.parametrize("roles", [None, []])
def test_where_roles_are_not_told_the_page_is_tried(
    world: LinkedInWorld, reads: Reads, roles: list[tuple[str, str]] | None
) -> None:
    world.roles, world.denied = roles, {OTHER}
    found = lines(reads, authors=[PAGE, OTHER])
    assert found[f"role on {PAGE}"].ok
    assert not found[f"role on {OTHER}"].ok
    assert "r_organization_social" in found[f"role on {OTHER}"].remedy


@pytest.mark.parametrize(("status", "code"), [(401, "EXPIRED_ACCESS_TOKEN"), (429, "TOO_MANY_REQUESTS")])
def test_a_refusal_is_told_in_words_of_its_own(
    world: LinkedInWorld, reads: Reads, status: int, code: str
) -> None:
    world.interrupt(refusal(status, code))
    line = lines(reads)["token"]
    assert not line.ok
    assert line.remedy
    assert world.token not in f"{line}"


def test_a_dead_version_is_told_at_the_check_too(world: LinkedInWorld, reads: Reads) -> None:
    found = lines(reads, version="202401")
    assert not found["token"].ok
    assert "202401" in found["token"].message
    assert not found["version"].ok


@pytest.mark.parametrize(("days", "ok"), [(61, True), (60, False), (1, False), (-5, False)])
def test_the_check_warns_sixty_days_before_a_version_is_a_year_old(
    world: LinkedInWorld, reads: Reads, clock: Clock, days: int, ok: bool
) -> None:
    clock.move(versions.twelve_months_old(world.version) - timedelta(days=days) - clock())
    line = lines(reads)["version"]
    assert line.ok is ok
    assert world.version in line.message
    assert "426" in line.message
    assert ok or "`version`" in line.remedy


def test_a_version_is_a_year_old_on_the_first_of_its_month() -> None:
    assert versions.twelve_months_old("202512") == datetime(2026, 12, 1, tzinfo=UTC)


def test_a_token_that_runs_out_is_told_two_weeks_before(
    reads: Reads, world: LinkedInWorld, clock: Clock
) -> None:
    reader = reads(token=None, client_id="page-app", client_secret="not looked at")
    assert isinstance(reader.ctx.tokens, MemoryTokens)
    reader.ctx.tokens.token, reader.ctx.tokens.until = world.token, clock() + timedelta(days=13)
    line = next(line for line in reader.connector().check() if line.name == "token's end")
    assert not line.ok
    assert "sources connect" in line.remedy


def test_calls_of_today_are_counted_from_midnight(reads: Reads, clock: Clock) -> None:
    reader = reads()
    reader.ctx.meter.spend("requests", 7)
    clock.move(timedelta(hours=13))
    reader.ctx.meter.spend("requests", 4)
    line = next(line for line in reader.connector().check() if line.name == "calls")
    assert line.message.startswith("4 calls since 00:00 UTC")


def test_what_is_impossible_is_said_with_the_reason(reads: Reads) -> None:
    found = lines(reads)
    for name in ("groups", "members' posts", "other companies", "search", "comments"):
        assert found[name].message.startswith("cannot be read: ")
    assert "export" in found["members' posts"].message


# ---------------------------------------------------------------------- clocks and the switch


@pytest.mark.parametrize(
    ("settings", "days"),
    [
        ({}, 42),
        ({"own_organisation_authenticated": True}, 182),
        ({"authors": ["urn:li:person:abc_DEF-1"]}, 2),
    ],
)
def test_words_are_kept_as_long_as_linkedin_allows_and_read_again_in_time(
    reads: Reads, settings: dict[str, Any], days: int
) -> None:
    policy = reads(**settings).connector().policy
    assert policy.max_age == timedelta(days=days)
    assert policy.refresh_by is not None
    assert policy.refresh_by < policy.max_age
    assert lines(reads, **settings)["words"].message.startswith(f"are kept {days} days")


def test_words_of_members_are_read_again_within_a_day(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    member = "urn:li:person:abc"
    said = world.post("Mine", author=member)
    reader = reads(authors=[member])
    reader.read()
    clock.move(timedelta(days=1))
    assert [post.external_id for page in reader.read() for post in page.posts] == [said.urn]


def test_words_leave_only_by_the_switch_which_is_explained(reads: Reads) -> None:
    kept, passed_on = reads().connector().policy, reads(words_may_leave=True).connector().policy
    assert (kept.may_pass_text_on, kept.only_address) == (False, True)
    assert (passed_on.may_pass_text_on, passed_on.only_address) == (True, False)
    described = LinkedInSettings.model_fields["words_may_leave"].description or ""
    assert "terms" in described
    assert "terms forbid" in lines(reads)["words"].message


# ---------------------------------------------------------------------- settings and sign-in


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "either `authors` or `export`"),
        ({"authors": ["10429"], "export": "x.zip", "token": "t"}, "either `authors` or `export`"),
        ({"authors": ["10429"]}, "client_id"),
        ({"authors": ["10429"], "client_id": "app"}, "client_id"),
        ({"authors": ["acme"], "token": "t"}, "an author is"),
        ({"authors": ["10429", "urn:li:person:a"], "token": "t"}, "a source of its own"),
        ({"authors": ["10429"], "token": "t", "version": "2026-01"}, "version"),
        ({"authors": ["10429"], "token": "t", "version": "202613"}, "version"),
        ({"authors": ["10429"], "token": "t", "page_size": 101}, "page_size"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        LinkedInSettings.model_validate(settings)


def test_a_number_means_a_page() -> None:
    settings = LinkedInSettings.model_validate({"authors": ["10429", PAGE], "token": "t"})
    assert settings.authors == (PAGE,)


def test_signing_in_asks_for_the_rights_to_read_pages_and_sends_no_code_verifier(reads: Reads) -> None:
    connector = reads(token=None, client_id="page-app", client_secret="not looked at").connector()
    assert isinstance(connector, LinkedIn)
    app = connector.oauth()
    assert app is not None
    assert app.scopes == ("r_organization_social", "r_organization_admin")
    assert (app.pkce, app.rotates) == (False, False)
    assert app.token_url.endswith("/oauth/v2/accessToken")


def test_a_token_of_one_s_own_needs_no_sign_in(reads: Reads) -> None:
    connector = reads().connector()
    assert isinstance(connector, LinkedIn)
    assert connector.oauth() is None
